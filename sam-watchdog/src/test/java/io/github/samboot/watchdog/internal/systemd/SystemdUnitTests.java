package io.github.samboot.watchdog.internal.systemd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.test.Await;
import io.github.samboot.watchdog.internal.library.NoNativeCalls;
import io.github.samboot.watchdog.internal.library.jna.JnaNativeCalls;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Moment;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages to systemd, over real sockets.
 */
@Timeout(240)
class SystemdUnitTests {

	private static final int ENOENT = 2;

	private static final int EAGAIN = 11;

	/** More than any kernel queues. */
	private static final int MANY = 100_000;

	@TempDir
	private Path directory;

	private final Supervision launching = Supervision.initial(0).step(new Event.Begin(), new Moment(1, 0)).next();

	@ParameterizedTest
	@ValueSource(strings = { "/notify", "@" })
	void messageShouldArrive(String kind) {
		String address = kind.startsWith("@") ? "@sam-test-" + ProcessHandle.current().pid() : this.directory + kind;
		NotifySocket socket = new NotifySocket(new JnaNativeCalls(), address);
		try (NotifyListener listener = new NotifyListener(address)) {
			assertThat(socket.send("STATUS=über\n")).isZero();
			assertThat(socket.send("READY=1\n")).isZero();
			assertThat(listener.messages()).containsExactly("STATUS=über\n", "READY=1\n");
		}
	}

	@Test
	void busySystemdShouldNotHoldUpTheLoop() {
		String address = this.directory + "/notify";
		NotifySocket socket = new NotifySocket(new JnaNativeCalls(), address);
		try (NotifyListener listener = new NotifyListener(address)) {
			int problem = 0;
			for (int i = 0; i < MANY && problem == 0; i++) {
				problem = socket.send("WATCHDOG=1\n");
			}
			assertThat(problem).isEqualTo(EAGAIN);
			assertThat(listener.messages()).isNotEmpty();
			assertThat(socket.send("READY=1\n")).isZero();
		}
	}

	@Test
	void absentSystemdShouldBeAProblem() {
		assertThat(new NotifySocket(new JnaNativeCalls(), this.directory + "/none").send("READY=1\n"))
			.isEqualTo(ENOENT);
	}

	@Test
	void messageThatWasNotTakenShouldBeSentAgain() {
		List<String> sent = new ArrayList<>();
		SystemdUnit unit = new SystemdUnit("/run/x", new Sending(sent, 1), 0, new Log());
		unit.tell(this.launching);
		Await.until("the second attempt", () -> {
			unit.tell(this.launching);
			return sent.size() == 2;
		});
		assertThat(sent).containsOnly("STATUS=starting, instance 0\n");
		long next = unit.wakeAt();
		unit.tell(this.launching);
		assertThat(sent).hasSize(2);
		assertThat(next - System.nanoTime()).isPositive();
	}

	@Test
	void keepAliveMessagesShouldBeRepeated() {
		List<String> sent = new ArrayList<>();
		SystemdUnit unit = new SystemdUnit("/run/x", new Sending(sent, 0), 1_000_000, new Log());
		Await.until("three messages", () -> {
			unit.tell(this.launching);
			return sent.size() == 3;
		});
		assertThat(sent).containsExactly("STATUS=starting, instance 0\nWATCHDOG=1\n", "WATCHDOG=1\n", "WATCHDOG=1\n");
	}

	/**
	 * Notes what would be sent; the first messages are not taken.
	 */
	private static final class Sending extends NoNativeCalls {

		private final List<String> sent;

		private final int failures;

		Sending(List<String> sent, int failures) {
			this.sent = sent;
			this.failures = failures;
		}

		@Override
		public int call(String library, String function, Object... arguments) {
			if (function.equals("sendto")) {
				this.sent.add(new String((byte[]) arguments[1], StandardCharsets.UTF_8));
				return (this.sent.size() > this.failures) ? ((byte[]) arguments[1]).length : -EAGAIN;
			}
			return 0;
		}

	}

}
