package io.github.samboot.watchdog.internal.cluster;

import java.util.function.Predicate;

import io.github.samboot.test.Await;
import io.github.samboot.test.CorosyncCluster;
import io.github.samboot.test.RequiresCorosync;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The keys as {@code corosync-cmapctl} shows them.
 */
@Timeout(240)
@RequiresCorosync
class CmapOnCorosyncTests {

	private static CorosyncCluster cluster;

	private final RecordingListener listener = new RecordingListener();

	private ProbeProcess probe;

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

	@BeforeEach
	void startProbe() {
		this.probe = new ProbeProcess((command) -> cluster.node(1).command(command), ProbeProcess.jnaJar().toString(),
				this.listener::add);
	}

	@AfterEach
	void stopProbe() {
		this.probe.close();
	}

	@Test
	void keysShouldHaveNamesTypesAndValuesOfLibsam() {
		this.probe.ask("cmap quit");
		assertThat(this.listener.next()).isEqualTo("cmap available");
		assertThat(keys()).contains(key("recovery (str) = quit"), key("poll_period (u64) = 2000"),
				key("state (str) = stopped"), key("last_updated (u64) = 0"));
		this.probe.ask("state running");
		this.probe.ask("beat 123456789012345");
		awaitKeys((keys) -> keys.contains(key("state (str) = running"))
				&& keys.contains(key("last_updated (u64) = 123456789012345")));
		this.probe.ask("state waiting for quorum");
		awaitKeys((keys) -> keys.contains(key("state (str) = waiting for quorum")));
		this.probe.ask("delete");
		this.probe.ask("cmap-close");
		assertThat(keys()).doesNotContain("resources.process." + this.probe.pid() + ".");
	}

	@Test
	void failedShouldStayBehind() {
		this.probe.ask("cmap restart");
		this.probe.ask("state failed");
		this.probe.ask("cmap-close");
		assertThat(keys()).contains(key("state (str) = failed"), key("recovery (str) = restart"));
	}

	@Test
	void keysShouldComeBackWithCorosync() {
		this.probe.ask("cmap restart");
		assertThat(this.listener.next()).isEqualTo("cmap available");
		this.probe.ask("state running");
		this.probe.ask("beat 1");
		String held = this.probe.ask("held");
		for (int i = 2; i < 7; i++) {
			cluster.node(1).killDaemon();
			this.probe.ask("beat " + i);
			assertThat(this.listener.next()).startsWith("cmap LIBRARY ");
			cluster.node(1).startDaemon();
			assertThat(this.listener.next()).isEqualTo("cmap available");
			assertThat(keys()).contains(key("state (str) = running"), key("last_updated (u64) = " + i),
					key("recovery (str) = restart"), key("poll_period (u64) = 2000"));
		}
		assertThat(this.probe.ask("held")).isEqualTo(held);
	}

	@Test
	void restartOfCorosyncShouldBeNoticedWithoutAnyHeartbeat() {
		this.probe.ask("cmap restart");
		assertThat(this.listener.next()).isEqualTo("cmap available");
		cluster.node(1).killDaemon();
		cluster.node(1).startDaemon();
		assertThat(this.listener.next()).startsWith("cmap LIBRARY ");
		assertThat(this.listener.next()).isEqualTo("cmap available");
		assertThat(keys()).contains(key("state (str) = stopped"));
	}

	private String key(String rest) {
		return "resources.process." + this.probe.pid() + "." + rest;
	}

	private static String keys() {
		return cluster.node(1).run("sh", "-c", "corosync-cmapctl -b resources.process. || true");
	}

	private static void awaitKeys(Predicate<String> condition) {
		Await.until("the keys are there", CmapOnCorosyncTests::keys, () -> condition.test(keys()));
	}

}
