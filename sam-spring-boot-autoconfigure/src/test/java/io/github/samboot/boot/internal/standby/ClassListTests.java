package io.github.samboot.boot.internal.standby;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.management.MBeanServerFactory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link ClassList}.
 */
class ClassListTests {

	private static final String HIERARCHY = """
			java.lang.Object/null
			|--java.util.ListIterator/null (intf)
			|--java.lang.Module$$Lambda$6/0x00007ff388042e40/null
			|--app.Main$$Lambda/0x000000007a040870/0x00007f2d700cd0d0
			|--java.lang.Iterable/null (intf)
			|  |--java.lang.invoke.BoundMethodHandle$Species_LL/null
			|  |--jdk.proxy1.$Proxy0/0x00007ff40410b230
			|  |--jdk.internal.reflect.GeneratedConstructorAccessor1/0x00007ff40418e650 (invokes: java/lang/X::<init> ()V)
			|--app.Base/0x00007ff40410b230
			|  |--app.Orders/0x00007ff40410b230
			|  |  |--app.Orders$$SpringCGLIB$$0/0x00007ff40410b230
			|  |--app.Lambdas$1/0x00007ff40410b230 (intf)
			|--[Lapp.Orders;/0x00007ff40410b230

			""";

	private static final AtomicInteger initialized = new AtomicInteger();

	@TempDir
	private Path directory;

	private Path file;

	@BeforeEach
	void nameFile() {
		this.file = this.directory.resolve("classes");
	}

	@Test
	void parseShouldPickWhatAnotherJvmCanLoad() {
		assertThat(ClassList.parse(HIERARCHY)).containsExactly("java.lang.Object", "java.util.ListIterator",
				"java.lang.Iterable", "app.Base", "app.Orders", "app.Lambdas$1");
	}

	@Test
	void makersOfLambdasShouldBeKnownByTheirClasses() {
		assertThat(ClassList.lambdaMakers(HIERARCHY)).containsExactly("java.lang.Module", "app.Main");
	}

	@Test
	void recordForArchiveShouldMarkThem() throws Exception {
		Runnable lambda = () -> this.file.toString();
		lambda.run();
		ClassList.record(this.file, true);
		assertThat(Files.readAllLines(this.file)).contains(getClass().getName(), "@" + getClass().getName());
		ClassList.record(this.file, false);
		assertThat(Files.readAllLines(this.file)).noneMatch((name) -> name.startsWith("@"));
	}

	@Test
	void parseShouldFindNothingInAnotherFormat() {
		assertThat(ClassList.parse("")).isEmpty();
		assertThat(ClassList.parse("Class hierarchy:\n  java.lang.Object\n  app.Main\n")).isEmpty();
	}

	@Test
	void parseShouldEndAtLimit() {
		String many = "|--app.Many/null\n".repeat(ClassList.MAX_NAMES + 1);
		assertThat(ClassList.parse(many)).hasSize(ClassList.MAX_NAMES);
	}

	@Test
	void recordShouldWriteNamesForTheOwnerOnly() throws Exception {
		Object proxy = Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Runnable.class },
				(self, method, arguments) -> null);
		Files.writeString(this.file, "what was there before");
		ClassList.record(this.file, false);
		assertThat(Files.readAllLines(this.file))
			.contains("java.lang.String", "java.lang.Runnable", ClassList.class.getName(), getClass().getName())
			.doesNotContain("what was there before", proxy.getClass().getName())
			.noneMatch((name) -> name.contains("$$Lambda") || name.contains("/") || name.contains(" "));
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.file))).isEqualTo("rw-------");
		assertThat(filesIn(this.directory)).containsExactly(this.file);
	}

	@Test
	void recordShouldLeaveNothingBehindWhenItFails() throws Exception {
		Files.createDirectories(this.file.resolve("in the way"));
		assertThatIOException().isThrownBy(() -> ClassList.record(this.file, false));
		assertThat(filesIn(this.directory)).containsExactly(this.file);
	}

	@Test
	void hasAgentShouldTellOfOneThatWasAttached() throws Exception {
		// attaches one to this JVM, if no other test has
		Mockito.mock(Runnable.class);
		assertThat(ClassList.hasAgent()).isTrue();
	}

	@Test
	void recordShouldSaySoWhenJvmDoesNotTell() {
		assertThatIOException().isThrownBy(() -> ClassList.classHierarchy(MBeanServerFactory.newMBeanServer()))
			.withMessageContaining("does not tell which classes it has loaded")
			.withMessageContaining("jdk.management");
	}

	@Test
	void preloadShouldLoadWithoutInitializing() throws Exception {
		Files.write(this.file, List.of(Initialized.class.getName(), "java.lang.String"));
		assertThat(preload(Integer.MAX_VALUE)).isEqualTo(2);
		assertThat(initialized).hasValue(0);
		new Initialized();
		assertThat(initialized).hasValue(1);
	}

	@Test
	void preloadShouldLeaveOutWhatIsNotThere() throws Exception {
		Files.write(this.file, List.of("app.Gone", "", "[I", "no/class", "java.lang.String", "int"));
		// an array is a class, too, if somebody insists
		assertThat(preload(Integer.MAX_VALUE)).isEqualTo(2);
		assertThatIOException().isThrownBy(
				() -> ClassList.preload(this.directory.resolve("absent"), getClass().getClassLoader(), () -> true));
	}

	@Test
	void preloadShouldEndWhenTold() throws Exception {
		Files.write(this.file, List.of("java.lang.String", "java.lang.Object", "java.lang.Integer"));
		assertThat(preload(2)).isEqualTo(2);
		assertThat(preload(0)).isZero();
	}

	@Test
	void preloadShouldSurviveClassLoaderThatFails() throws Exception {
		Files.write(this.file, List.of("java.lang.String", "app.Closed", "java.lang.Object", "app.Broken"));
		ClassLoader failing = new ClassLoader(null) {
			@Override
			protected Class<?> findClass(String name) {
				if (name.equals("app.Closed")) {
					throw new IllegalStateException("zip file closed");
				}
				throw new NoClassDefFoundError(name);
			}
		};
		assertThat(ClassList.preload(this.file, failing, () -> true)).isEqualTo(2);
	}

	@Test
	void preloadShouldTakeWhatWasRecorded() throws IOException {
		ClassList.record(this.file, false);
		int recorded = Files.readAllLines(this.file).size();
		assertThat(preload(Integer.MAX_VALUE)).isGreaterThan(recorded / 2).isLessThanOrEqualTo(recorded);
	}

	private int preload(int limit) throws IOException {
		AtomicInteger left = new AtomicInteger(limit);
		return ClassList.preload(this.file, getClass().getClassLoader(), () -> left.getAndDecrement() > 0);
	}

	private static List<Path> filesIn(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.toList();
		}
	}

	static class Initialized {

		static {
			initialized.incrementAndGet();
		}

	}

}
