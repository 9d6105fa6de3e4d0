package io.github.samboot.watchdog.internal.prepare;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.samboot.test.BoundedProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JavaCommandTests {

	private static JavaCommand parse(String line) {
		return JavaCommand.parse(line.isEmpty() ? List.of() : Arrays.asList(line.split(" ")));
	}

	@Test
	void partsShouldBeToldApart() {
		JavaCommand command = parse("/opt/java/bin/java -Xmx64m @options -Da=b -jar lib/app.jar -jar --x=y");
		assertThat(command.java()).isEqualTo("/opt/java/bin/java");
		assertThat(command.options()).containsExactly("-Xmx64m", "@options", "-Da=b");
		assertThat(command.jar()).isEqualTo("lib/app.jar");
		assertThat(command.arguments()).containsExactly("-jar", "--x=y");
	}

	@Test
	void valueOfAnOptionShouldStayWithIt() {
		assertThat(parse("java --add-opens java.base/java.lang=ALL-UNNAMED -cp -jar -jar app.jar").options())
			.containsExactly("--add-opens", "java.base/java.lang=ALL-UNNAMED", "-cp", "-jar");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			""                                     | there is none
			env java -jar app.jar                  | begins with 'env'
			java                                   | no -jar app.jar
			java -Xmx64m -jar                      | no -jar app.jar
			java -cp                               | no -jar app.jar
			java -cp app.jar com.example.Main      | 'com.example.Main' stands before any -jar
			java -XX:SharedArchiveFile=x -jar a.jar | leave it away
			java -XX:AOTCache=x -jar a.jar         | leave it away
			java -Xshare:off -jar a.jar            | leave it away
			java -jar a.jar caf\uFFFD              | LC_ALL=C.UTF-8
			""")
	void otherFormsShouldBeExplained(String line, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(line))
			.withMessageContaining("java [options] -jar app.jar [arguments]")
			.withMessageContaining(message);
	}

	@Test
	void archiveOptionBehindTheJarShouldBelongToTheApplication() {
		assertThat(parse("java -jar a.jar -Xshare:off").arguments()).containsExactly("-Xshare:off");
	}

	@Test
	void ordinaryWordsShouldNeedNoQuotes() {
		assertThat(JavaCommand.quoted(List.of("java", "-XX:AOTCache=/opt/a_b/c.aot", "--x=1,2+3@4%5")))
			.isEqualTo("java -XX:AOTCache=/opt/a_b/c.aot --x=1,2+3@4%5");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "two words", "it's", "''", "\"", "$HOME", "`id`", "\\", "*", "~", "a\nb", "#", "!x",
			";", "é" })
	void shellShouldReadBackWhatWasQuoted(String word) throws Exception {
		List<String> words = new ArrayList<>(List.of("printf", "[%s]", "before", word, "after"));
		// through standard input, so that the locale of the test's JVM plays no part
		Process shell = new ProcessBuilder("/bin/sh").start();
		shell.getOutputStream().write(JavaCommand.quoted(words).getBytes(StandardCharsets.UTF_8));
		shell.getOutputStream().close();
		assertThat(BoundedProcess.output(shell)).isEqualTo("[before][" + word + "][after]");
	}

}
