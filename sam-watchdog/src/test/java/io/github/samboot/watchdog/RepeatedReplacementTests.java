package io.github.samboot.watchdog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.sun.jna.Native;
import io.github.samboot.test.Await;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Planned replacements while the watchdog holds the socket must leave nothing behind,
 * each time.
 */
@Tag("long")
class RepeatedReplacementTests {

	private static final int REPLACEMENTS = Integer.getInteger("sam.test.replacements", 20);

	/**
	 * {@code -Dsam.test.replacements=1000} for more than twenty. Each wait is bounded.
	 */
	@Test
	@Timeout(value = 2, unit = TimeUnit.HOURS)
	void repeatedReplacementsShouldLeakNothing() throws IOException {
		int tenth = Math.max(REPLACEMENTS / 10, 5);
		String classPath = JavaProgram.classPath(Main.class, io.github.samboot.core.Sam.class, Native.class);
		try (WatchdogProcess watchdog = WatchdogProcess.of(List.of(), classPath, "hold=true", "interval=60000")) {
			watchdog.awaitLine("listens on 0");
			String port = "";
			Possessions settled = null;
			System.out.println("| replacements | descriptors | threads | private memory | files | processes |");
			for (int done = 1; done <= REPLACEMENTS; done++) {
				ProcessTable.signal("URG", watchdog.pid());
				watchdog.awaitStarted(done);
				String line = watchdog.awaitLine("listens on ");
				String now = line.substring(line.lastIndexOf(' ') + 1);
				port = port.isEmpty() ? now : port;
				assertThat(now).isEqualTo(port).isNotEqualTo("0");
				try (Socket client = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
					assertThat(client.getInputStream().read()).isEqualTo(done & 0xFF);
				}
				if (done % tenth == 0) {
					Possessions have = Possessions.of(watchdog);
					System.out.println("| " + done + " " + have.row());
					settled = (settled != null) ? settled : have;
				}
			}
			Possessions before = settled;
			Await.until("no more than before: " + before.row(), () -> Possessions.of(watchdog).row(),
					() -> Possessions.of(watchdog).isNoMoreThan(before));
		}
	}

	/**
	 * What a watchdog has.
	 */
	private record Possessions(int descriptors, int threads, long kilobytes, int files, long processes) {

		static Possessions of(WatchdogProcess watchdog) {
			return new Possessions(ProcessTable.entries(watchdog.pid(), "fd"),
					ProcessTable.entries(watchdog.pid(), "task"), ProcessTable.memory(watchdog.pid(), "RssAnon"),
					watchdog.runDirectory().toFile().list().length,
					ProcessHandle.of(watchdog.pid()).orElseThrow().children().count());
		}

		boolean isNoMoreThan(Possessions before) {
			return this.descriptors <= before.descriptors + 2 && this.threads <= before.threads + 1
					&& this.kilobytes < before.kilobytes + 2048 && this.files <= before.files && this.processes <= 1;
		}

		String row() {
			return "| " + this.descriptors + " | " + this.threads + " | " + this.kilobytes + " kB | " + this.files
					+ " | " + this.processes + " |";
		}

	}

}
