package io.github.samboot.watchdog.internal.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failed starts in a JVM that has no file descriptor left, and so can neither look for
 * the process nor end it.
 */
@Timeout(240)
class FailedStartsTests {

	@ParameterizedTest
	@ValueSource(strings = { "known", "unknown" })
	void nothingShouldBeStartedWhileAProcessMayBeLeft(String child) throws Exception {
		Process starter = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC", "-cp",
				System.getProperty("java.class.path"), Starter.class.getName(), child)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		KnownProcess left = null;
		try (BufferedReader out = new BufferedReader(
				new InputStreamReader(starter.getInputStream(), StandardCharsets.US_ASCII));
				OutputStream in = starter.getOutputStream()) {
			left = KnownProcess.of(Long.parseLong(out.readLine()));
			limit(starter.pid(), "3:");
			String obstacle = child.equals("known") ? "process " + left.pid() : "/proc cannot be read";
			assertThat(next(in, out)).startsWith("ended: no thread; ").contains(obstacle);
			assertThat(next(in, out)).startsWith("start: ").contains(obstacle).contains("starts nothing until");
			assertThat(left.isGone()).as("killed without a descriptor").isFalse();
			limit(starter.pid(), "512:");
			String started = next(in, out);
			while (started.startsWith("start: ")) {
				// it is being killed
				assertThat(started).contains("process " + left.pid());
				started = next(in, out);
			}
			assertThat(started).startsWith("started ");
			assertThat(left.isGone()).isTrue();
		}
		finally {
			starter.descendants().forEach(ProcessHandle::destroyForcibly);
			starter.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void startsShouldGoOnWhereNothingWasLeft() throws IOException {
		FailedStarts starts = new FailedStarts();
		assertThat(starts.end("0123456789abcdef", null, new IOException("no such file"))).hasMessage("no such file");
		starts.requireEnded();
	}

	private static String next(OutputStream in, BufferedReader out) throws IOException {
		in.write('\n');
		in.flush();
		return String.valueOf(out.readLine());
	}

	private static void limit(long pid, String descriptors) throws IOException, InterruptedException {
		Process limit = new ProcessBuilder("prlimit", "--pid", String.valueOf(pid), "--nofile=" + descriptors)
			.inheritIO()
			.start();
		assertThat(limit.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(limit.exitValue()).isZero();
	}

	/**
	 * Plays the process that a failed start leaves, ends it at the first line, and starts
	 * another one at each further line.
	 */
	static final class Starter {

		private Starter() {
		}

		public static void main(String[] arguments) throws IOException {
			String nonce = "0123456789abcdef";
			// this program's output must end with it
			ApplicationCommand command = new ApplicationCommand(
					List.of(bytes("sh"), bytes("-c"), bytes("exec sleep 600 >/dev/null 2>&1")));
			ApplicationProcess.ExitListener listener = (process, status) -> {
			};
			// whatever is loaded later needs a descriptor
			command.failedStarts().end("fedcba9876543210", null, new IOException("rehearsal"));
			ApplicationProcess first = ApplicationProcess.start(command,
					new WatchdogAddress("first", Path.of("/nowhere")), "none", Priority.NORMAL, listener);
			ApplicationProcess.adopt(first.pid()).kill();
			WatchdogAddress address = new WatchdogAddress(nonce, Path.of("/nowhere"));
			Process child = command.start(command.how(), address, List.of(), "none");
			ApplicationProcess.adopt(child.pid()).isGone();
			BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
			System.out.println(child.pid());
			in.readLine();
			System.out.println("ended: " + command.failedStarts()
				.end(nonce, arguments[0].equals("known") ? child : null, new IOException("no thread"))
				.getMessage());
			while (in.readLine() != null) {
				String result;
				try {
					WatchdogAddress next = new WatchdogAddress("next", Path.of("/nowhere"));
					result = "started ".concat(Long
						.toString(ApplicationProcess.start(command, next, "none", Priority.NORMAL, listener).pid()));
				}
				catch (Throwable ex) {
					result = "start: ".concat(String.valueOf(ex.getMessage()));
				}
				System.out.println(result);
			}
		}

		private static byte[] bytes(String text) {
			return text.getBytes(StandardCharsets.US_ASCII);
		}

	}

}
