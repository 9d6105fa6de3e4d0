package io.github.samboot.core.internal.process;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JavaCommandLine}.
 */
class JavaCommandLineTests {

	@Test
	void optionsShouldEndWithWhatIsRun() {
		JavaCommandLine command = of(
				"/jdk/bin/java -Xmx1g @more --add-opens java.base/java.io=ALL-UNNAMED -jar a.jar -Xb -jar c");
		assertThat(command.options()).containsExactly("-Xmx1g", "@more", "--add-opens",
				"java.base/java.io=ALL-UNNAMED");
		assertThat(command.isJar()).isTrue();
		assertThat(command.main()).isEqualTo("a.jar");
		assertThat(command.arguments()).containsExactly("-Xb", "-jar", "c");
		assertThat(command.upToMain()).hasSize(6).endsWith("-jar", "a.jar");
	}

	@Test
	void classAndModuleShouldBeRun() {
		JavaCommandLine ofClass = of("java -cp -jar:b.jar example.Main x");
		assertThat(ofClass.main()).isEqualTo("example.Main");
		assertThat(ofClass.isJar()).isFalse();
		assertThat(ofClass.upToMain()).containsExactly("-cp", "-jar:b.jar", "example.Main");
		JavaCommandLine ofModule = of("java -p mods -m example/example.Main x");
		assertThat(ofModule.main()).isEqualTo("example/example.Main");
		assertThat(ofModule.options()).containsExactly("-p", "mods");
		assertThat(ofModule.isJar()).isFalse();
		assertThat(ofModule.arguments()).containsExactly("x");
	}

	@Test
	void valuesShouldBeFoundInBothForms() {
		JavaCommandLine command = of("java -cp a --class-path=b -Dx=--class-path=c -p -cp -classpath d -jar -cp e");
		assertThat(command.values(List.of("-cp", "-classpath", "--class-path"))).containsExactly("a", "b", "d");
		assertThat(command.optionWords()).containsExactly("-cp", "--class-path=b", "-Dx=--class-path=c", "-p",
				"-classpath");
		assertThat(of("java -cp").values(List.of("-cp"))).isEmpty();
	}

	@Test
	void whatIsCutOffShouldBeEmpty() {
		for (String line : List.of("java", "java -jar", "java -Xmx1g", "java -cp", "java @all")) {
			JavaCommandLine command = of(line);
			assertThat(command.main()).as(line).isEmpty();
			assertThat(command.arguments()).as(line).isEmpty();
			assertThat(command.isJar() && command.main().isEmpty()).as(line).isEqualTo(line.endsWith("-jar"));
		}
		assertThat(JavaCommandLine.of(List.of()).options()).isEmpty();
	}

	@Test
	void javaShouldBeFoundBehindOtherPrograms() {
		JavaCommandLine command = JavaCommandLine.find(List.of("nice", "-n", "10", "/jdk/bin/java", "-jar", "a.jar"));
		assertThat(command.main()).isEqualTo("a.jar");
		assertThat(JavaCommandLine.find(List.of("/app/run", "-cp", "x")).upToMain()).isEmpty();
	}

	private static JavaCommandLine of(String line) {
		return JavaCommandLine.of(List.of(line.split(" ")));
	}

}
