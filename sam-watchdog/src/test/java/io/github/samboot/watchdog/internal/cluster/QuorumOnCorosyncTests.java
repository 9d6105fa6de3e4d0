package io.github.samboot.watchdog.internal.cluster;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.test.CorosyncCluster;
import io.github.samboot.test.RequiresCorosync;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Corosync provider with the real Corosync, in a process with the flags of the
 * watchdog.
 */
@Timeout(240)
@RequiresCorosync
class QuorumOnCorosyncTests extends QuorumProviderContractTests {

	private static final int MEMORY_BAR_KIB = 26 * 1024;

	private static CorosyncCluster cluster;

	private boolean away;

	private boolean lost;

	private ProbeProvider last;

	@BeforeAll
	static void startCluster() {
		cluster = CorosyncCluster.start(1);
	}

	@AfterAll
	static void stopCluster() {
		if (cluster != null) {
			cluster.close();
		}
	}

	@AfterEach
	void beQuorateAgain() {
		if (this.last != null) {
			this.last.end();
		}
		if (this.away) {
			mendSource();
		}
		if (this.lost) {
			giveQuorum();
		}
		cluster.node(1).awaitQuorate();
	}

	@Override
	QuorumProvider provider() {
		this.last = new ProbeProvider();
		return this.last;
	}

	@Override
	void giveQuorum() {
		cluster.node(1).expectedVotes(1);
		this.lost = false;
	}

	@Override
	void takeQuorum() {
		cluster.node(1).expectedVotes(2);
		this.lost = true;
	}

	@Override
	void breakSource() {
		cluster.node(1).killDaemon();
		this.away = true;
		this.lost = false; // the votes of corosync.conf are in force again
	}

	@Override
	void mendSource() {
		cluster.node(1).startDaemon();
		this.away = false;
	}

	@Override
	int held() {
		return (this.last != null) ? this.last.held() : 0;
	}

	@Override
	int rounds() {
		return 5;
	}

	@Test
	void stoppedCorosyncShouldCountAsLost() {
		RecordingListener listener = new RecordingListener();
		try (QuorumProvider provider = provider()) {
			provider.start(listener);
			assertThat(listener.next()).isEqualTo("quorate [1]");
			cluster.node(1).stopDaemon();
			this.away = true;
			// in good order Corosync may say farewell with a last "not quorate"
			String next = listener.next();
			assertThat(next.startsWith("not quorate") ? listener.next() : next).startsWith("unavailable LIBRARY: ");
		}
	}

	@Test
	void userWithoutPermissionShouldBeToldWhatToDo() {
		RecordingListener listener = new RecordingListener();
		try (ProbeProcess probe = new ProbeProcess(
				(command) -> cluster.node(1)
					.command(concat(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
							// the class path may be in somebody's home
							"--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"), command)),
				"", (line) -> ProbeProcess.tell(line, listener))) {
			probe.ask("quorum");
			assertThat(listener.next()).startsWith("unavailable ACCESS: ").contains("uid 65534", "uidgid");
			cluster.node(1).run("corosync-cmapctl", "-s", "uidgid.uid.65534", "u8", "1");
			assertThat(listener.next()).isEqualTo("quorate [1]");
			cluster.node(1).run("corosync-cmapctl", "-d", "uidgid.uid.65534");
		}
	}

	@Test
	void memoryShouldStayUnderTheBar() {
		RecordingListener listener = new RecordingListener();
		ProbeProvider provider = (ProbeProvider) provider();
		provider.start(listener);
		assertThat(listener.next()).isEqualTo("quorate [1]");
		provider.probe.ask("cmap restart");
		provider.probe.ask("state running");
		int kib = Integer.parseInt(provider.probe.ask("memory"));
		assertThat(kib).as("RssAnon in KiB").isLessThan(MEMORY_BAR_KIB);
		provider.close();
	}

	private static List<String> concat(List<String> first, List<String> second) {
		List<String> all = new ArrayList<>(first);
		all.addAll(second);
		return all;
	}

	/**
	 * The provider at the far end of a {@link QuorumProbe}.
	 */
	private static final class ProbeProvider implements QuorumProvider {

		private ProbeProcess probe;

		private boolean started;

		private volatile boolean closed;

		@Override
		public void start(QuorumListener listener) {
			this.probe = new ProbeProcess((command) -> cluster.node(1).command(command),
					ProbeProcess.jnaJar().toString(), (line) -> {
						if (!this.closed && line.startsWith("quorum ")) {
							ProbeProcess.tell(line, listener);
						}
					});
			this.probe.send("quorum");
			this.started = true;
		}

		int held() {
			if (!this.started) {
				return 0;
			}
			return Integer.parseInt(this.probe.ask("held"));
		}

		@Override
		public void close() {
			if (this.started && !this.closed) {
				this.probe.ask("quorum-close");
			}
		}

		void end() {
			this.closed = true;
			if (this.started) {
				this.probe.close();
			}
		}

	}

}
