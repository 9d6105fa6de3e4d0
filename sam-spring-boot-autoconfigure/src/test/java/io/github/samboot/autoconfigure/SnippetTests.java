package io.github.samboot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import com.jayway.jsonpath.JsonPath;
import io.github.samboot.boot.internal.diagnostics.SamConfiguration;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What readers copy from the pages works: configuration is bound, code is compiled, and
 * of each command it is known where it is run.
 */
class SnippetTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern SNIPPET = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```");

	private static final Pattern COORDINATES = Pattern.compile(
			"<artifactId>(sam-[^<]+)</artifactId>\\s*<version>([^<]+)<|io\\.github\\.samboot:(sam-[\\w-]+):([^']+)'");

	private static final Pattern CHOSEN_TESTS = Pattern.compile("-D(?:it\\.)?test='?([\\w#*,]+)");

	private static final String IMPORTS = """
			import java.time.*;
			import io.github.samboot.boot.*;
			import io.github.samboot.boot.launch.*;
			import io.github.samboot.core.*;
			import org.springframework.beans.factory.*;
			import org.springframework.boot.*;
			import org.springframework.boot.autoconfigure.*;
			import org.springframework.context.annotation.*;
			import org.springframework.context.event.EventListener;
			import org.springframework.stereotype.*;
			""";

	/** What the sentences around a snippet take for granted. */
	private static final String SURROUNDINGS = """
			Sam sam;
			boolean writable;
			Object orders;
			Object read(byte[] data) { return data; }
			boolean working() { return false; }
			interface JavaMailSender { void send(Object message); }
			Object message(String subject, String text) { return text; }
			""";

	@TestFactory
	Stream<DynamicTest> configurationShouldBeBound() throws IOException {
		Set<String> known = knownProperties();
		return snippets("yaml").filter((snippet) -> !snippet.text().matches("(?s)(apiVersion|services):.*"))
			.map((snippet) -> DynamicTest.dynamicTest(snippet.place(), () -> {
				StandardEnvironment environment = new StandardEnvironment();
				List<PropertySource<?>> sources = new YamlPropertySourceLoader().load(snippet.place(),
						new ByteArrayResource(snippet.text().getBytes(StandardCharsets.UTF_8)));
				sources.forEach(environment.getPropertySources()::addFirst);
				for (String name : ((EnumerablePropertySource<?>) sources.get(0)).getPropertyNames()) {
					String property = name.replaceAll("\\[\\d+]$", "");
					assertThat(known).as(name).anyMatch((each) -> property.equals(each) || isEntry(property, each));
				}
				List<String> warnings = new ArrayList<>();
				assertThat(SamConfiguration.read(environment, warnings::add)).isNotNull();
				assertThat(warnings).isEmpty();
			}));
	}

	/**
	 * Of a map, whose keys are free, the metadata ends with an asterisk.
	 */
	private static boolean isEntry(String property, String known) {
		return known.endsWith(".*") && property.startsWith(known.substring(0, known.length() - 1));
	}

	private static Set<String> knownProperties() throws IOException {
		Set<String> known = new LinkedHashSet<>();
		for (URL url : Collections
			.list(SnippetTests.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream metadata = url.openStream()) {
				for (Map<String, Object> property : JsonPath.<List<Map<String, Object>>>read(metadata,
						"$.properties[*]")) {
					boolean isMap = String.valueOf(property.get("type")).startsWith("java.util.Map");
					known.add(property.get("name") + (isMap ? ".*" : ""));
				}
			}
		}
		assertThat(known).contains("sam.time-interval");
		return known;
	}

	@TestFactory
	Stream<DynamicTest> codeShouldCompile(@TempDir Path directory) throws IOException {
		return snippets("java").map((snippet) -> DynamicTest.dynamicTest(snippet.place(), () -> {
			if (snippet.place().contains("testing.md")) {
				// what is compiled and run in the sample
				String tests = Files.readString(ROOT
					.resolve("sample-app/src/test/java/io/github/samboot/sample/orders/OrdersSupervisionTests.java"));
				assertThat(snippet.text().lines().map(String::strip))
					.allSatisfy((line) -> assertThat(tests).contains(line));
				return;
			}
			String text = snippet.text().replace("{ … }", "{ }");
			String code = text.matches("(?s).*\\bclass \\w+ .*") ? text : text.startsWith("@")
					? "class Snippet {" + SURROUNDINGS + text + "}"
					: "class Snippet {" + SURROUNDINGS.replaceFirst("Sam sam;", "") + "void run() {" + text + "} }";
			StringWriter problems = new StringWriter();
			JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
			JavaFileObject source = new SimpleJavaFileObject(URI.create("string:///Snippet.java"),
					JavaFileObject.Kind.SOURCE) {

				@Override
				public CharSequence getCharContent(boolean ignoreEncodingErrors) {
					return IMPORTS + code;
				}

			};
			assertThat(
					compiler.getTask(problems, null, null,
							List.of("-proc:none", "-d", directory.toString(), "-cp",
									System.getProperty("java.class.path")),
							null, List.of(source))
						.call())
				.as(() -> problems + "\n" + code)
				.isTrue();
		}));
	}

	@Test
	void dependenciesShouldBeThoseOfThisVersion() throws IOException {
		String parent = Files.readString(ROOT.resolve("pom.xml"));
		String version = parent.replaceFirst("(?s).*?<version>(.+?)</version>.*", "$1");
		List<MatchResult> found = new ArrayList<>();
		for (Path page : pages()) {
			found.addAll(COORDINATES.matcher(Files.readString(page)).results().toList());
		}
		assertThat(found).hasSizeGreaterThan(2).allSatisfy((coordinates) -> {
			boolean isMaven = coordinates.group(1) != null;
			assertThat(ROOT.resolve(coordinates.group(isMaven ? 1 : 3)).resolve("pom.xml")).exists();
			assertThat(coordinates.group(isMaven ? 2 : 4)).isEqualTo(version);
		});
	}

	@Test
	void everyCommandShouldBeRunSomewhereOrSayWhyNot() throws IOException {
		Map<String, String> known = knownCommands();
		Set<String> unused = new LinkedHashSet<>(known.keySet());
		List<String> unknown = new ArrayList<>();
		for (Snippet snippet : Stream.concat(snippets("sh"), snippets("console")).toList()) {
			for (String command : commands(snippet)) {
				List<String> matching = known.keySet().stream().filter(command::startsWith).toList();
				unused.removeAll(matching);
				if (matching.isEmpty()) {
					unknown.add(snippet.place() + ": " + command);
				}
			}
		}
		assertThat(unknown).as("commands that documented-commands.txt lacks").isEmpty();
		assertThat(unused).as("commands that no page has any more").isEmpty();
		for (String where : known.values()) {
			if (!where.startsWith("not run: ")) {
				String[] evidence = where.split(" : ", 2);
				assertThat(ROOT.resolve(evidence[0])).content().contains(evidence[1]);
			}
		}
	}

	private static Map<String, String> knownCommands() throws IOException {
		Map<String, String> known = new LinkedHashMap<>();
		for (String line : Files.readAllLines(Path.of("src/test/resources/documented-commands.txt"))) {
			if (!line.startsWith("#")) {
				String[] parts = line.split(" = ", 2);
				known.put(parts[0], parts[1]);
			}
		}
		return known;
	}

	private static List<String> commands(Snippet snippet) {
		Stream<String> lines = snippet.text().replaceAll("\\\\\n\\s*", "").lines();
		return (snippet.language().equals("console")
				? lines.filter((line) -> line.startsWith("$ ")).map((line) -> line.substring(2)) : lines)
			.toList();
	}

	/**
	 * Maven would run nothing, and say that all is well.
	 */
	@Test
	void everyTestThatIsChosenShouldBeFound() throws IOException {
		List<String> problems = new ArrayList<>();
		int found = 0;
		for (Path page : pages()) {
			for (String command : Files.readString(page).replaceAll("\\\\?\\n\\s*-D", " -D").split("(?=mvn )")) {
				for (MatchResult chosen : CHOSEN_TESTS.matcher(command.lines().findFirst().orElse(""))
					.results()
					.toList()) {
					for (String test : chosen.group(1).split(",")) {
						found += test.equals("none") ? 0 : 1;
						if (!test.equals("none") && !isFound(test, command.contains("-Pall-tests"))) {
							problems.add(ROOT.relativize(page) + ": " + test);
						}
					}
				}
			}
		}
		assertThat(found).isGreaterThan(7);
		assertThat(problems).as("tests that do not exist, or are long and chosen without -Pall-tests").isEmpty();
	}

	private static boolean isFound(String test, boolean longOnes) throws IOException {
		String[] parts = test.split("#");
		String file = parts[0].replace("*", "") + ".java";
		List<Path> sources = files((path) -> path.getFileName().toString().equals(file));
		if (sources.size() != 1) {
			return false;
		}
		String code = Files.readString(sources.get(0));
		String type = code.substring(0, code.indexOf("class "));
		boolean hasMethod = parts.length == 1 || code.contains("void " + parts[1].replace("*", ""));
		return hasMethod && (longOnes || !(parts.length == 1 ? type : code).contains("@Tag(\"long\")"));
	}

	private static Stream<Snippet> snippets(String language) throws IOException {
		List<Snippet> snippets = new ArrayList<>();
		for (Path page : pages()) {
			String text = Files.readString(page);
			SNIPPET.matcher(text).results().filter((match) -> match.group(1).equals(language)).forEach((match) -> {
				long line = text.substring(0, match.start()).lines().count() + 1;
				snippets.add(new Snippet(language, ROOT.relativize(page) + " line " + line, match.group(2)));
			});
		}
		assertThat(snippets).isNotEmpty();
		return snippets.stream();
	}

	private static List<Path> pages() throws IOException {
		return files((path) -> path.toString().endsWith(".md"));
	}

	private static List<Path> files(Predicate<Path> filter) throws IOException {
		try (Stream<Path> paths = Files.walk(ROOT)) {
			return paths.filter(filter)
				.filter((path) -> !ROOT.relativize(path).toString().matches("(.*/)?(target|\\.git)/.*"))
				.sorted()
				.toList();
		}
	}

	/**
	 * A block of a page.
	 *
	 * @param language what stands behind its first fence
	 * @param place where it is
	 * @param text what it says
	 */
	private record Snippet(String language, String place, String text) {

	}

}
