package io.github.samboot.watchdog.internal.log;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.github.samboot.test.BoundedProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The log writes to the descriptor of standard error, so each test reads that of a JVM of
 * its own.
 */
class LogTests {

	private static final String JAVA = System.getProperty("java.home") + "/bin/java";

	private static Process start(String scenario) throws Exception {
		String classPath = place(Log.class) + ":" + place(Talker.class);
		return new ProcessBuilder(JAVA, "-Xint", "-cp", classPath, Talker.class.getName(), scenario).start();
	}

	private static Path place(Class<?> type) throws Exception {
		return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
	}

	private static List<String> lines(Process process) throws Exception {
		List<String> lines = BoundedProcess.errors(process).lines().toList();
		BoundedProcess.exitCode(process);
		return lines;
	}

	@Test
	void linesShouldLookLikeThoseOfBoot() throws Exception {
		Process process = start("plain");
		assertThat(lines(process)).satisfiesExactly((line) -> assertThat(line).matches(
				"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)" + "  INFO " + process.pid()
						+ " --- \\[   sam-watchdog\\] io.github.samboot.watchdog               : All is well, ä\\."),
				(line) -> assertThat(line).contains("  WARN ").endsWith(": Look at this."));
	}

	@Test
	void linesShouldFollowTheStructuredFormat() throws Exception {
		Process process = start("structured");
		String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)";
		String message = quote("say \\\"hi\\\", C:\\\\ ä  x");
		assertThat(lines(process)).satisfiesExactly((line) -> assertThat(line)
			.matches(quote("{\"@timestamp\":\"") + time + quote(
					"\",\"log\":{\"level\":\"WARN\",\"logger\":\"io.github.samboot.watchdog\"},\"process\":{\"pid\":"
							+ process.pid() + ",\"thread\":{\"name\":\"sam-watchdog\"}},\"message\":\"")
					+ message + quote("\",\"ecs\":{\"version\":\"8.11\"}}")),
				(line) -> assertThat(line).matches(quote("{\"version\":\"1.1\",\"short_message\":\"") + message
						+ quote("\",\"timestamp\":") + "\\d+\\.\\d{3}"
						+ quote(",\"level\":4,\"_level_name\":\"WARN\",\"_process_pid\":" + process.pid()
								+ ",\"_process_thread_name\":\"sam-watchdog\",\"host\":\"sam-watchdog\",\"_log_logger\":\"io.github.samboot.watchdog\"}")),
				(line) -> assertThat(line).matches(quote("{\"@timestamp\":\"") + time
						+ quote("\",\"@version\":\"1\",\"message\":\"") + message
						+ quote("\",\"logger_name\":\"io.github.samboot.watchdog\",\"thread_name\":\"sam-watchdog\",\"level\":\"WARN\",\"level_value\":30000}")));
	}

	private static String quote(String text) {
		return Pattern.quote(text);
	}

	@Test
	void linesShouldNotBeForged() throws Exception {
		assertThat(lines(start("forged"))).singleElement()
			.satisfies((line) -> assertThat(line).endsWith(": an application said  2026 INFO forged  [31m red  2J"));
	}

	@Test
	void allLinesShouldBeWrittenBeforeTheEnd() throws Exception {
		for (int i = 0; i < 5; i++) {
			assertThat(lines(start("many"))).hasSize(300).last().asString().endsWith("line 299");
		}
	}

	@Test
	void readerThatDoesNotReadShouldNotStopTheProgram() throws Exception {
		Process process = start("flood");
		// it tells on standard output that all its lines were taken
		assertThat(process.getInputStream().read()).isEqualTo('.');
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void lostLinesShouldBeCounted() throws Exception {
		Process process = start("lost");
		assertThat(process.getInputStream().read()).isEqualTo('.');
		// now somebody reads, and the program says one line more
		process.getOutputStream().write('.');
		process.getOutputStream().flush();
		assertThat(lines(process)).last()
			.asString()
			.matches(".*: the last line \\(\\d+ lines before this one were lost\\)");
	}

	@Test
	void repeatedProblemShouldBeWrittenOnce() throws Exception {
		assertThat(lines(start("repeated"))).satisfiesExactly((line) -> assertThat(line).endsWith(": Too many files."),
				(line) -> assertThat(line).endsWith(": Too few threads."),
				(line) -> assertThat(line).endsWith(": The end."));
	}

	/**
	 * Says something.
	 */
	public static final class Talker {

		private Talker() {
		}

		public static void main(String[] args) throws Exception {
			Log log = new Log();
			switch (args[0]) {
				case "plain" -> {
					log.info("All is well, ä.");
					log.warn("Look at this.");
				}
				case "structured" -> {
					for (String format : List.of("ecs", "gelf", "logstash")) {
						log.format(format);
						log.warn("say \"hi\", C:\\ ä\r\nx");
					}
				}
				case "forged" -> log.info("an application said\r\n2026 INFO forged \u001b[31m red \u009b2J");
				case "repeated" -> {
					for (int i = 0; i < 100; i++) {
						log.warnRepeatedly("Too many files.");
						log.warnRepeatedly("Too few threads.");
					}
					log.warn("The end.");
				}
				case "many" -> {
					for (int i = 0; i < 300; i++) {
						log.info("line " + i);
					}
				}
				case "flood", "lost" -> {
					for (int i = 0; i < 10_000; i++) {
						log.info("line " + i);
					}
					System.out.write('.');
					System.out.flush();
				}
				default -> throw new IllegalArgumentException(args[0]);
			}
			if (args[0].equals("lost")) {
				System.in.read();
				log.flush();
				log.info("the last line");
			}
			log.flush();
			Runtime.getRuntime().halt(0);
		}

	}

}
