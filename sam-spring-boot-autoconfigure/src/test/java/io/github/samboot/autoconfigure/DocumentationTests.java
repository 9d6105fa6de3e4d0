package io.github.samboot.autoconfigure;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfiguration;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the pages against each other, and against the properties there are.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

	private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");

	/** A dotted name, which may stand in running text, in code or on a command line. */
	private static final Pattern NAME = Pattern
		.compile("(?<![\\w./-])sam\\.[a-z][a-z0-9-]*(?:\\.[a-z][a-z0-9-]*)*(?![\\w(])");

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(sam\\.[^`]+)` \\| ([^|]*) \\|");

	private static final Pattern TAG = Pattern.compile("@Tag\\(\"([^\"]+)\"\\)");

	private static final Pattern TAG_ROW = Pattern.compile("(?m)^\\| tag `([^`]+)` \\|");

	private static final Pattern PACKAGE_ROW = Pattern.compile("(?m)^\\| `…([a-z.]+)` \\| (.*) \\|$");

	private static final Pattern FIRST_SENTENCE = Pattern.compile("(?s)/\\*\\*(.*?)\\.\\s");

	private static final Pattern WARNING = Pattern
		.compile("(?<!void )\\bwarn(?:Repeatedly)?\\(|\\blog(?:ger)?\\.error\\(|\\blog\\(Level\\.(?:WARNING|ERROR),");

	private static final Pattern VARIABLE = Pattern.compile("\\b[a-z]\\w*\\b");

	private static final Pattern METHOD = Pattern.compile("\\n\\t[^\\t\\n=]*?\\b(\\w+)\\([^;{]*\\{");

	private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

	private static final Pattern METER = Pattern.compile("\"(sam\\.[a-z.]+)\"");

	@Test
	void everyRelativeLinkShouldLeadSomewhere() throws IOException {
		List<String> dead = new ArrayList<>();
		for (Path page : pages()) {
			for (MatchResult link : all(LINK, text(page))) {
				String target = link.group(1);
				if (!target.matches("[a-z]+:.*") && !exists(page, target)) {
					dead.add(ROOT.relativize(page) + ": " + target);
				}
			}
		}
		assertThat(dead).isEmpty();
	}

	@Test
	void everyPropertyOnAPageShouldExist() throws IOException {
		Set<String> known = new HashSet<>();
		for (String property : SamConfiguration.names()) {
			for (int dot = property.length(); dot > 0; dot = property.lastIndexOf('.', dot - 1)) {
				known.add(property.substring(0, dot));
			}
		}
		Path meters = Path.of("src/main/java/io/github/samboot/boot/internal/metrics/SamMetrics.java");
		all(METER, Files.readString(meters)).forEach((meter) -> known.add(meter.group(1)));
		List<String> unknown = new ArrayList<>();
		for (Path page : pages()) {
			for (MatchResult name : all(NAME, Files.readString(page))) {
				// those of the tests, and a source file
				if (!known.contains(name.group()) && !name.group().matches("sam\\.test\\..*|sam\\.c")) {
					unknown.add(ROOT.relativize(page) + ": " + name.group());
				}
			}
		}
		assertThat(unknown).isEmpty();
	}

	@Test
	void configurationPageShouldListEveryPropertyWithItsDefault() throws IOException {
		Map<String, String> rows = new HashMap<>();
		for (MatchResult row : all(ROW, Files.readString(ROOT.resolve("docs/configuration.md")))) {
			rows.put(row.group(1), row.group(2));
		}
		assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(SamConfiguration.names());
		Path classes = Path.of(SamProperties.class.getProtectionDomain().getCodeSource().getLocation().getPath());
		String metadata = Files.readString(classes.resolve("META-INF/spring-configuration-metadata.json"));
		for (Map<String, Object> property : JsonPath.<Iterable<Map<String, Object>>>read(metadata, "$.properties")) {
			Object value = property.get("defaultValue");
			String row = rows.get((String) property.get("name"));
			if (value != null && row != null) {
				// a set is written "[a, b]"
				String text = value.toString().replaceAll("[\\[\\] ]", "");
				assertThat(row).as("default of %s", property.get("name")).isEqualTo("`" + text + "`");
			}
		}
	}

	/**
	 * A tag with a typing error would leave its tests out, or in, without a word.
	 */
	@Test
	void everyTagOfATestShouldBeExplained() throws IOException {
		Set<String> used = new HashSet<>();
		for (Path source : files(".java")) {
			for (MatchResult tag : all(TAG, Files.readString(source))) {
				used.add(tag.group(1));
				if (tag.group(1).equals("integration")) {
					// elsewhere Failsafe does not look for them
					assertThat(source).startsWith(ROOT.resolve("acceptance-tests/scenarios"));
				}
			}
		}
		assertThat(used).containsExactlyInAnyOrderElementsOf(
				all(TAG_ROW, Files.readString(ROOT.resolve("CONTRIBUTING.md"))).stream()
					.map((row) -> row.group(1))
					.toList());
	}

	/**
	 * The map of the packages is made of the first sentences of their descriptions.
	 */
	@Test
	void contributorsShouldFindEveryPackage() throws IOException {
		Map<String, String> packages = new TreeMap<>();
		for (String module : List.of("sam-core", "sam-watchdog", "sam-spring-boot-autoconfigure",
				"sam-spring-boot-test")) {
			Path sources = ROOT.resolve(module + "/src/main/java/io/github/samboot");
			for (Path source : files(sources, ".java")) {
				String description = Files.readString(source.resolveSibling("package-info.java"));
				String sentence = all(FIRST_SENTENCE, description).get(0)
					.group(1)
					.replaceAll("\\s+\\*\\s+", " ")
					.replaceAll("\\{@code ([^}]+)}", "`$1`")
					.replaceAll("\\{@link [^\\s}]+ ([^}]+)}", "$1")
					.replaceAll("\\{@link (?:\\w+\\.)*(\\w+)}", "`$1`")
					.strip();
				packages.put(sources.relativize(source.getParent()).toString().replace('/', '.'), sentence);
			}
		}
		Map<String, String> rows = new TreeMap<>();
		for (MatchResult row : all(PACKAGE_ROW, Files.readString(ROOT.resolve("CONTRIBUTING.md")))) {
			rows.put(row.group(1), row.group(2));
		}
		assertThat(rows).isEqualTo(packages);
	}

	@Test
	void chartsShouldShowTheFiguresOfTheTables(@TempDir Path directory) throws IOException {
		Requirement.command("python3", "python3", "--version");
		Path results = ROOT.resolve("benchmarks/results/2026-11-30.json");
		BoundedProcess.runSuccessfully("python3", ROOT.resolve("benchmarks/charts.py").toString(), results.toString(),
				directory.toString());
		for (String chart : List.of("recovery.svg", "first-start.svg", "memory.svg")) {
			assertThat(directory.resolve(chart)).hasSameTextualContentAs(ROOT.resolve("docs/images/" + chart));
		}
		String page = Files.readString(ROOT.resolve("docs/benchmarks.md"));
		String json = Files.readString(results);
		assertMedians(page, JsonPath.read(json, "$.kill..[0]"), 3);
		assertMedians(page, JsonPath.read(json, "$.hang..[0]"), 3);
		assertMedians(page, JsonPath.read(json, "$.start..[0]"), 2);
		assertMedians(page, JsonPath.read(json, "$.memory..[0]"), 1);
	}

	private static void assertMedians(String page, List<Number> medians, int digits) {
		assertThat(medians).hasSizeGreaterThan(5).allSatisfy((median) -> {
			BigDecimal rounded = new BigDecimal(median.toString()).setScale(digits, RoundingMode.HALF_UP);
			assertThat(page).containsPattern("\\b" + rounded.toPlainString() + " (s|MiB)");
		});
	}

	/**
	 * What an operator reads at night stands in the tables. A line is known by four words
	 * in a row that no other line has. One that is put together in another class is not
	 * found here.
	 */
	@Test
	void operationsPageShouldListEveryWarning() throws IOException {
		List<String> rows = Files.readAllLines(ROOT.resolve("docs/operations.md"))
			.stream()
			.filter((line) -> line.startsWith("| "))
			.map((line) -> line.split("\\|")[1])
			.toList();
		Map<String, Set<String>> lines = warnings();
		assertThat(lines).hasSizeGreaterThan(75);
		Map<String, Integer> uses = new HashMap<>();
		lines.values().forEach((words) -> words.forEach((word) -> uses.merge(word, 1, Integer::sum)));
		List<String> missing = new ArrayList<>();
		lines.forEach((place, words) -> {
			boolean isShared = words.stream().allMatch((some) -> uses.get(some) > 1);
			if (words.stream()
				.filter((some) -> isShared || uses.get(some) == 1)
				.noneMatch((some) -> rows.stream().anyMatch((row) -> row.contains(some)))) {
				missing.add(place + ": " + words.iterator().next() + " ...");
			}
		});
		assertThat(missing).isEmpty();
	}

	/**
	 * Return the words of each warning in the sources, by its place.
	 */
	private static Map<String, Set<String>> warnings() throws IOException {
		Map<String, Set<String>> lines = new TreeMap<>();
		for (String module : List.of("sam-core", "sam-watchdog", "sam-spring-boot-autoconfigure")) {
			for (Path source : files(ROOT.resolve(module + "/src/main"), ".java")) {
				String code = Files.readString(source);
				for (MatchResult call : all(WARNING, code)) {
					String arguments = arguments(code, call.end());
					Set<String> words = words(arguments, 4);
					words = words.isEmpty() ? words(arguments, 3) : words;
					words = words.isEmpty() ? words(elsewhere(code, call.start(), arguments), 4) : words;
					if (!words.isEmpty()) {
						lines.put(source.getFileName() + ":" + code.substring(0, call.start()).lines().count(), words);
					}
				}
			}
		}
		return lines;
	}

	/**
	 * Return what the variables of a call are set to in this class, what its methods
	 * return, and what the method around it is called with.
	 */
	private static String elsewhere(String code, int call, String arguments) {
		StringBuilder found = new StringBuilder();
		for (MatchResult name : all(VARIABLE, TEXT.matcher(arguments).replaceAll(""))) {
			all(Pattern.compile("(?s)(?<!\\.)\\b" + name.group() + "\\s*\\+?=\\s*([^=].*?);\n"), code)
				.forEach((value) -> found.append(value.group(1)));
			all(Pattern.compile("(?s)\n\t[a-z ]*String " + name.group() + "\\([^)]*\\) \\{\n(.*?)\n\t\\}\n"), code)
				.forEach((method) -> found.append(method.group(1)));
		}
		List<MatchResult> methods = all(METHOD, code.substring(0, call));
		if (!methods.isEmpty()) {
			String method = methods.get(methods.size() - 1).group(1);
			all(Pattern.compile("\\b" + method + "\\("), code)
				.forEach((user) -> found.append(arguments(code, user.end())));
		}
		return found.toString();
	}

	/**
	 * Return the code up to the parenthesis that closes.
	 */
	private static String arguments(String code, int start) {
		int depth = 1;
		boolean isText = false;
		int end = start;
		for (; depth > 0; end++) {
			char c = code.charAt(end);
			isText = (c == '"' && code.charAt(end - 1) != '\\') != isText;
			depth += (!isText && c == '(') ? 1 : 0;
			depth -= (!isText && c == ')') ? 1 : 0;
		}
		return code.substring(start, end);
	}

	private static Set<String> words(String arguments, int count) {
		Set<String> found = new LinkedHashSet<>();
		for (MatchResult text : all(TEXT, arguments.replaceAll("\"\\s*\\+\\s*\"", ""))) {
			for (String part : text.group(1).split("\\{\\d}")) {
				String[] words = part.replaceAll("^[ .,;:()]+|[ .,;:()]+$", "").split(" ");
				for (int i = 0; i + count <= words.length; i++) {
					found.add(String.join(" ", List.of(words).subList(i, i + count)));
				}
			}
		}
		return found;
	}

	private static boolean exists(Path page, String target) throws IOException {
		int hash = target.indexOf('#');
		String file = (hash < 0) ? target : target.substring(0, hash);
		Path path = file.isEmpty() ? page : page.resolveSibling(file).normalize();
		if (!Files.exists(path)) {
			return false;
		}
		return hash < 0 || anchors(path).contains(target.substring(hash + 1));
	}

	private static Set<String> anchors(Path page) throws IOException {
		Set<String> anchors = new HashSet<>();
		for (MatchResult heading : all(HEADING, text(page))) {
			anchors.add(heading.group(1)
				.strip()
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
				.replace(' ', '-'));
		}
		return anchors;
	}

	private static String text(Path page) throws IOException {
		return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
	}

	private static List<MatchResult> all(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		return matcher.results().toList();
	}

	private static List<Path> pages() throws IOException {
		List<Path> pages = files(".md");
		assertThat(pages).contains(ROOT.resolve("README.md"), ROOT.resolve("docs/configuration.md"));
		return pages;
	}

	private static List<Path> files(String ending) throws IOException {
		return files(ROOT, ending);
	}

	private static List<Path> files(Path directory, String ending) throws IOException {
		try (Stream<Path> paths = Files.walk(directory)) {
			return paths.filter((path) -> path.toString().endsWith(ending))
				.filter((path) -> !ROOT.relativize(path).toString().matches("(.*/)?(target|\\.git)/.*"))
				.sorted()
				.toList();
		}
	}

}
