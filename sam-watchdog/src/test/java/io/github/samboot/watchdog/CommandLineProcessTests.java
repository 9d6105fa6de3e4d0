package io.github.samboot.watchdog;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application gets the user's arguments and environment, whatever the locale.
 */
class CommandLineProcessTests {

	/** Whatever the test's own locale is, the shell makes these bytes. */
	private static final String ODD_ARGUMENTS = "\"$(printf '\\303\\251\\342\\202\\254')\" '' 'two words' \"it's\""
			+ " '\"quoted\"' \"$(printf 'line\\nbreak\\n.')\" \"$(printf '\\377\\376')\" '*' '$HOME' '\\' '%s' '-n'";

	private static final List<byte[]> ODD_BYTES = List.of("é€".getBytes(StandardCharsets.UTF_8), new byte[0],
			"two words".getBytes(StandardCharsets.US_ASCII), "it's".getBytes(StandardCharsets.US_ASCII),
			"\"quoted\"".getBytes(StandardCharsets.US_ASCII), "line\nbreak\n.".getBytes(StandardCharsets.US_ASCII),
			new byte[] { (byte) 0xff, (byte) 0xfe }, "*".getBytes(StandardCharsets.US_ASCII),
			"$HOME".getBytes(StandardCharsets.US_ASCII), "\\".getBytes(StandardCharsets.US_ASCII),
			"%s".getBytes(StandardCharsets.US_ASCII), "-n".getBytes(StandardCharsets.US_ASCII));

	@ParameterizedTest
	@ValueSource(strings = { "C", "C.UTF-8", "POSIX" })
	void argumentsShouldArriveByteForByte(String locale, @TempDir Path directory) throws Exception {
		// a watchdog command line from raw bytes: only a shell can make it
		Path script = directory.resolve("application.sh");
		Files.writeString(script,
				"#!/bin/sh\nfor a in \"$@\"; do printf '%s' \"$a\" | od -An -v -tx1 | tr -d ' \\n'; echo \" hex\"; done\n");
		List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" " + ODD_ARGUMENTS, "sh"));
		command.addAll(List.of(JavaProgram.JAVA, "-Xint", "-XX:-UsePerfData", "-cp", watchdogClassPath(),
				Main.class.getName(), "--run-directory-parent=" + directory, "--", "/bin/sh", script.toString()));
		// without the watchdog's words, that would come between
		ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
		builder.environment().put("LC_ALL", locale);
		Process process = builder.start();
		String output = BoundedProcess.output(process);
		List<String> received = output.lines()
			.filter((line) -> line.endsWith(" hex") || line.equals(" hex"))
			.map((line) -> line.substring(0, line.length() - 4))
			.toList();
		assertThat(received).as(output)
			.containsExactlyElementsOf(ODD_BYTES.stream().map((bytes) -> HexFormat.of().formatHex(bytes)).toList());
	}

	private static String watchdogClassPath() {
		List<String> command = WatchdogProcess.command();
		return command.get(command.indexOf("-cp") + 1);
	}

	@Test
	void laterInstancesShouldGetTheSameArguments() throws Exception {
		try (WatchdogProcess watchdog = WatchdogProcess.running("", "two words", "it's", "*")) {
			watchdog.saying("halt 1").awaitStarted(1);
			String output = watchdog.output();
			for (String argument : new String[] { "", "two words", "it's", "*" }) {
				String hex = HexFormat.of().formatHex(argument.getBytes(StandardCharsets.US_ASCII));
				assertThat(output.split("argument " + hex + "\n", -1)).as(argument).hasSize(3);
			}
		}
	}

	@Test
	void environmentShouldBeTheOneBeforeTheWatchdog(@TempDir Path directory) throws Exception {
		Map<String, String> environment = Map.of("SAMBOOT_EXEC", "1", "LC_ALL", "C.UTF-8", "SAMBOOT_APP_LC_ALL",
				"POSIX", "SAMBOOT_APP_JDK_JAVA_OPTIONS", "-Dx=y", "SAMBOOT_NONCE", "secret", "OTHER", "value");
		try (WatchdogProcess watchdog = WatchdogProcess.of(List.of("/usr/bin/env"), environment)) {
			assertThat(watchdog.awaitExit()).isZero();
			Await.until("all of the output", () -> watchdog.output().contains("the watchdog exits too"));
			assertThat(watchdog.output()).contains("\nLC_ALL=POSIX")
				.contains("\nJDK_JAVA_OPTIONS=-Dx=y")
				.contains("\nOTHER=value")
				.contains("\nSAMBOOT_WATCHDOG=")
				.doesNotContain("SAMBOOT_EXEC")
				.doesNotContain("SAMBOOT_APP_")
				.doesNotContain("SAMBOOT_NONCE");
		}
	}

}
