package io.github.samboot.watchdog.internal.prepare;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClassLines}, with this JVM.
 */
class ClassLinesTests {

	private static final String NAME = Program.class.getName().replace('.', '/');

	@TempDir
	private Path directory;

	private Path jar;

	@BeforeEach
	void writeJar() throws IOException {
		this.jar = this.directory.resolve("program.jar");
		try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(this.jar))) {
			out.putNextEntry(new JarEntry(NAME + ".class"));
			out.write(content());
		}
	}

	private static byte[] content() throws IOException {
		return Files.readAllBytes(JavaProgram.location(Program.class).resolve(NAME + ".class"));
	}

	@Test
	void linesShouldBeThoseOfTheJvm() throws IOException {
		Path list = this.directory.resolve("list");
		BoundedProcess.runSuccessfully(JavaProgram.JAVA, "-XX:DumpLoadedClassList=" + list, "-cp", this.jar.toString(),
				Program.class.getName());
		List<String> lines = Files.readAllLines(list)
			.stream()
			.filter((line) -> line.startsWith("@lambda-proxy " + NAME + " "))
			.toList();
		// the one that can be serialized is in no archive
		assertThat(lines).hasSize(6);
		assertThat(ClassLines.lambdas(getClass().getClassLoader(), NAME)).containsExactlyInAnyOrderElementsOf(lines);
	}

	/**
	 * From Java 24 on the JVM writes down those that it has used.
	 */
	@Test
	void referencesShouldHaveThoseOfTheJvm() throws IOException {
		Path list = this.directory.resolve("list");
		boolean isAble = Runtime.version().feature() >= 24;
		BoundedProcess.runSuccessfully(JavaProgram.JAVA, isAble ? "-XX:+AOTClassLinking" : "-Xshare:auto",
				"-XX:DumpLoadedClassList=" + list, "-cp", this.jar.toString(), Program.class.getName());
		String start = "@cp " + NAME + " ";
		List<String> used = Files.readAllLines(list).stream().filter((line) -> line.startsWith(start)).toList();
		assertThat(used).hasSize(isAble ? 1 : 0);
		try (URLClassLoader loader = new URLClassLoader(new URL[] { this.jar.toUri().toURL() }, null)) {
			List<String> all = ClassLines.references(loader, NAME, true);
			assertThat(all).singleElement().asString().startsWith(start);
			List<String> numbers = List.of(all.get(0).substring(start.length()).split(" "));
			for (String line : used) {
				assertThat(numbers).contains(line.substring(start.length()).split(" "));
			}
			List<String> others = new ArrayList<>(numbers);
			others.removeAll(
					List.of(ClassLines.references(loader, NAME, false).get(0).substring(start.length()).split(" ")));
			// its lambdas, one of which can be serialized, and a text that is put
			// together
			assertThat(others).hasSize(7);
			assertThat(ClassLines.references(loader, "app/Gone", true)).isEmpty();
			assertThat(ClassLines.references(loader, "java/lang/Object", true)).isEmpty();
		}
	}

	/**
	 * An archive without a lambda is better than none.
	 */
	@Test
	void linesThatFitNothingShouldNotMatterToTheJvm() throws IOException {
		Set<String> lambdas = ClassLines.lambdas(getClass().getClassLoader(), NAME);
		List<String> lines = new ArrayList<>(List.of("java/lang/Object", "app/Gone"));
		for (String line : lambdas) {
			lines.add(line.replace(NAME, "app/Gone"));
			lines.add(line.replace("REF_", "REF_other"));
			lines.add(line + " V");
			lines.add(line.substring(0, line.lastIndexOf(' ')));
			lines.add(line.replace("java/", "app/"));
		}
		lines.add(NAME);
		lines.addAll(lambdas);
		lines.addAll(lambdas);
		Path list = Files.write(this.directory.resolve("list"), lines);
		String archive = "-XX:SharedArchiveFile=" + this.directory.resolve("archive.jsa");
		BoundedProcess.runSuccessfully(JavaProgram.JAVA, "-Xshare:dump", "-XX:SharedClassListFile=" + list, archive,
				"-XX:+UseSerialGC", "-cp", this.jar.toString());
		String output = BoundedProcess.runSuccessfully(JavaProgram.JAVA, "-Xshare:on", archive, "-XX:+UseSerialGC",
				"-Xlog:class+load", "-cp", this.jar.toString(), Program.class.getName());
		assertThat(output.lines().filter((line) -> line.contains("Program$$Lambda")))
			.filteredOn((line) -> line.contains("shared objects file"))
			.hasSize(6);
		assertThat(output).contains("[3, a0, 4, x, []]");
	}

	@Test
	void whatCannotBeReadShouldHaveNone() throws IOException {
		assertThat(ClassLines.lambdas(getClass().getClassLoader(), "app/Gone")).isEmpty();
		byte[] content = content();
		Set<String> known = new TreeSet<>(ClassLines.lambdas(getClass().getClassLoader(), NAME));
		for (int i = 0; i < content.length; i++) {
			byte[] changed = content.clone();
			changed[i] ^= (byte) 0xff;
			ClassLoader loader = new ClassLoader(null) {
				@Override
				public InputStream getResourceAsStream(String name) {
					return new ByteArrayInputStream(changed);
				}
			};
			assertThat(ClassLines.lambdas(loader, NAME)).hasSizeLessThanOrEqualTo(known.size());
		}
	}

	/**
	 * Java 17 would make no archive at all.
	 */
	@Test
	void linesThatAreTooLongShouldBeLeftOut() {
		String name = LongLine.class.getName().replace('.', '/');
		assertThat(ClassLines.lambdas(getClass().getClassLoader(), name)).singleElement().asString().contains(" run ");
	}

	/**
	 * The JVM that writes the archive would run the initializer.
	 */
	@Test
	void lambdasOfInterfacesWithAnInitializerShouldBeLeftOut() {
		String name = Initializing.class.getName().replace('.', '/');
		assertThat(ClassLines.lambdas(getClass().getClassLoader(), name)).singleElement()
			.asString()
			.contains(Runnable.class.getSimpleName());
	}

	/**
	 * Makes lambdas of an interface that has an initializer, and of one below it.
	 */
	static final class Initializing {

		static final List<Object> LAMBDAS = List.of((WithInitializer) () -> {
		}, (BelowIt) () -> {
		}, (Runnable) () -> {
		});

		interface WithInitializer {

			Object STATE = new Object();

			void call();

			default void other() {
			}

		}

		interface BelowIt extends WithInitializer {

		}

	}

	/**
	 * Has a lambda with many parameters.
	 */
	interface LongLine {

		Runnable SHORT = () -> {
		};

		LongLine LONG = (a, b, c, d, e, f, g, h, i, j) -> {
		};

		void call(ConcurrentNavigableMap<?, ?> a, ConcurrentNavigableMap<?, ?> b, ConcurrentNavigableMap<?, ?> c,
				ConcurrentNavigableMap<?, ?> d, ConcurrentNavigableMap<?, ?> e, ConcurrentNavigableMap<?, ?> f,
				ConcurrentNavigableMap<?, ?> g, ConcurrentNavigableMap<?, ?> h, ConcurrentNavigableMap<?, ?> i,
				ConcurrentNavigableMap<?, ?> j);

	}

	/**
	 * Makes lambdas of all kinds.
	 */
	static final class Program {

		private Program() {
		}

		public static void main(String[] args) {
			String captured = "a" + args.length;
			Function<String, Integer> length = String::length;
			IntFunction<String> lambda = (number) -> captured.substring(0, number);
			ToLongFunction<Long> number = Long::longValue;
			Supplier<List<String>> list = ArrayList::new;
			Supplier<String> bound = "x"::toString;
			Runnable serializable = (Runnable & Serializable) () -> {
			};
			serializable.run();
			Runnable none = () -> System.out.println(
					List.of(length.apply("abc"), lambda.apply(2), number.applyAsLong(4L), bound.get(), list.get()));
			none.run();
		}

	}

}
