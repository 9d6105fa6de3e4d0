package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;
import java.util.Map;

import io.github.samboot.core.CsError;
import io.github.samboot.test.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link CmapPublisher} without Corosync; {@link CmapOnCorosyncTests} has the real one.
 */
@Timeout(240)
class CmapPublisherTests {

	private static final String PREFIX = "resources.process.4711.";

	private final ScriptedCorosync corosync = new ScriptedCorosync();

	private final RecordingListener listener = new RecordingListener();

	private final CmapPublisher publisher = new CmapPublisher(this.corosync, 4711, "restart", 2000, this.listener);

	@AfterEach
	void close() {
		this.corosync.frozen(false);
		this.publisher.close();
		assertThat(this.corosync.handles()).isZero();
	}

	@Test
	void startShouldRegister() {
		this.publisher.start();
		assertThat(this.listener.next()).isEqualTo("available");
		assertThat(this.corosync.keys()).isEqualTo(Map.of(PREFIX + "recovery", "restart", PREFIX + "poll_period", 2000L,
				PREFIX + "last_updated", 0L, PREFIX + "state", "stopped"));
		assertThat(this.corosync.changes()).as("Corosync judges from the state on")
			.endsWith("last_updated=0", "state=stopped");
	}

	@Test
	void noHealthCheckShouldBeExpectedBeforeTheFirstAndAfterTheLast() {
		this.publisher.start();
		this.publisher.publish("running", 0);
		this.publisher.heartbeat(41);
		Await.until("the keys", () -> Long.valueOf(41).equals(this.corosync.keys().get(PREFIX + "last_updated")));
		this.publisher.heartbeat(42);
		this.publisher.publish("stopped", 0);
		this.publisher.publish("running", 0);
		this.publisher.heartbeat(43);
		Await.until("the keys", () -> Long.valueOf(43).equals(this.corosync.keys().get(PREFIX + "last_updated")));
		this.publisher.publish(null, 0);
		Await.until("the keys", () -> Long.valueOf(0).equals(this.corosync.keys().get(PREFIX + "last_updated")));
		assertThat(this.corosync.changes().subList(4, this.corosync.changes().size()))
			.filteredOn((change) -> !change.equals("last_updated=42"))
			.containsExactly("state=running", "last_updated=41", "last_updated=0", "state=stopped", "state=running",
					"last_updated=43", "last_updated=0");
	}

	@Test
	void failedShouldBeWrittenWithTheLastHealthCheck() {
		this.publisher.start();
		this.publisher.publish(null, 0);
		this.publisher.publish("failed", 42);
		this.publisher.close();
		assertThat(this.corosync.keys()).containsEntry(PREFIX + "state", "failed")
			.containsEntry(PREFIX + "last_updated", 42L);
	}

	@Test
	void otherIntervalShouldMakeTheStateDisappear() {
		this.publisher.start();
		assertThat(this.listener.next()).isEqualTo("available");
		this.publisher.renew("restart", 2000);
		this.publisher.renew("quit", 5000);
		this.publisher.publish("waiting for quorum", 0);
		Await.until("the keys", () -> this.corosync.keys().containsValue("waiting for quorum"));
		assertThat(this.corosync.changes().subList(4, this.corosync.changes().size())).containsExactly("-state",
				"recovery=quit", "poll_period=5000", "state=stopped", "state=waiting for quorum");
	}

	@Test
	void keysOfAnEarlierProcessWithTheSameIdShouldGoFirst() {
		this.corosync.put(PREFIX + "state", "running");
		this.corosync.put(PREFIX + "last_updated", 5L);
		this.publisher.start();
		assertThat(this.listener.next()).isEqualTo("available");
		assertThat(this.corosync.changes()).startsWith("-state", "-last_updated");
	}

	@Test
	void keysOfKilledWatchdogShouldBeDeletedByTheNext() throws Exception {
		Process other = new ProcessBuilder("sleep", "60").start();
		try {
			try (CmapPublisher first = new CmapPublisher(this.corosync, other.pid(), "quit", 2000, this.listener)) {
				first.start();
				assertThat(this.listener.next()).isEqualTo("available");
				String owner = this.corosync.owners().iterator().next();
				String prefix = "resources.process." + other.pid() + ".";
				String foreign = owner.substring(0, owner.lastIndexOf('.')) + ".1";
				this.corosync.put(foreign, "");
				this.publisher.start();
				assertThat(this.listener.next()).isEqualTo("available");
				assertThat(this.corosync.keys()).as("the other one lives").containsKey(prefix + "state");
				this.publisher.close();
				other.destroyForcibly().waitFor();
				try (CmapPublisher next = new CmapPublisher(this.corosync, 4712, "quit", 2000, this.listener)) {
					next.start();
					assertThat(this.listener.next()).isEqualTo("available");
					assertThat(this.corosync.keys().keySet()).noneMatch((key) -> key.startsWith(prefix));
					assertThat(this.corosync.owners()).as("of other namespaces")
						.contains(foreign)
						.doesNotContain(owner);
				}
			}
		}
		finally {
			other.destroyForcibly();
		}
	}

	@Test
	void failedShouldNotBeDeletedByTheNext() throws Exception {
		Process other = new ProcessBuilder("sleep", "60").start();
		try (CmapPublisher first = new CmapPublisher(this.corosync, other.pid(), "quit", 2000, this.listener)) {
			first.start();
			assertThat(this.listener.next()).isEqualTo("available");
			assertThat(this.corosync.owners()).hasSize(1);
			first.publish("failed", 1);
			first.close();
			other.destroyForcibly().waitFor();
			this.publisher.start();
			assertThat(this.listener.next()).isEqualTo("available");
			assertThat(this.corosync.keys()).containsEntry("resources.process." + other.pid() + ".state", "failed");
		}
		finally {
			other.destroyForcibly();
		}
	}

	@Test
	void everyStateShouldBeWrittenInOrder() {
		this.publisher.start();
		this.publisher.publish("waiting for quorum", 0);
		this.publisher.publish("running", 0);
		this.publisher.publish("stopped", 0);
		this.publisher.publish("failed", 0);
		this.publisher.close();
		assertThat(this.corosync.states()).containsExactly("stopped", "waiting for quorum", "running", "stopped",
				"failed");
		assertThat(this.corosync.keys()).as("failed is kept").containsEntry(PREFIX + "state", "failed");
	}

	@Test
	void heartbeatShouldBeWritten() {
		this.publisher.start();
		this.publisher.heartbeat(41);
		this.publisher.heartbeat(42);
		Await.until("the time is published",
				() -> Long.valueOf(42).equals(this.corosync.keys().get(PREFIX + "last_updated")));
	}

	@Test
	void deleteShouldComeAfterTheStatesAndBeTheEnd() {
		this.publisher.start();
		this.publisher.publish("running", 0);
		this.publisher.publish("stopped", 0);
		this.publisher.deleteAll();
		Await.until("the keys are deleted", () -> this.corosync.keys().isEmpty() && this.corosync.states().size() == 3);
		this.publisher.publish("running", 0);
		this.publisher.heartbeat(1);
		this.publisher.close();
		assertThat(this.corosync.keys()).isEmpty();
		assertThat(this.corosync.owners()).isEmpty();
		assertThat(this.corosync.states()).hasSize(3);
		assertThat(this.corosync.changes()).as("Corosync judges until the state is gone")
			.endsWith("-state", "-last_updated", "-poll_period", "-recovery");
	}

	@Test
	void restartOfCorosyncShouldBringTheKeysBack() {
		this.publisher.start();
		assertThat(this.listener.next()).isEqualTo("available");
		this.publisher.publish("running", 0);
		this.publisher.heartbeat(42);
		Await.until("all keys are there", () -> this.corosync.keys().size() == 4);
		for (int i = 0; i < 5; i++) {
			this.corosync.running(false);
			this.publisher.heartbeat(100 + i);
			assertThat(this.listener.next()).startsWith("unavailable LIBRARY: ");
			this.publisher.publish("stopped", 0);
			this.publisher.publish("running", 0);
			this.publisher.heartbeat(100 + i);
			this.corosync.running(true);
			assertThat(this.listener.next()).isEqualTo("available");
			assertThat(this.corosync.keys()).containsEntry(PREFIX + "state", "running")
				.containsEntry(PREFIX + "last_updated", 100L + i)
				.containsEntry(PREFIX + "poll_period", 2000L)
				.containsEntry(PREFIX + "recovery", "restart");
		}
		assertThat(this.corosync.handles()).isEqualTo(1);
	}

	@Test
	void unreachableCorosyncShouldBeToldOnceAndThenFound() {
		this.corosync.refuseWith(CsError.ACCESS);
		this.publisher.start();
		assertThat(this.listener.next()).startsWith("unavailable ACCESS: ").contains("uidgid");
		this.publisher.publish("running", 0);
		this.corosync.running(true);
		assertThat(this.listener.next()).isEqualTo("available");
		assertThat(this.listener.heard()).isEmpty();
		assertThat(this.corosync.keys()).containsEntry(PREFIX + "state", "running");
	}

	@Test
	void missingLibraryShouldSayWhatToInstall() {
		this.corosync.missingLibrary("libcmap.so.4: cannot open shared object file");
		this.publisher.start();
		assertThat(this.listener.next()).startsWith("unavailable LIBRARY: ").contains("libcmap4", "corosynclib");
	}

	@Test
	void frozenCorosyncShouldNotBlockTheCaller() {
		this.publisher.start();
		assertThat(this.listener.next()).isEqualTo("available");
		this.corosync.frozen(true);
		long begin = System.nanoTime();
		for (int i = 0; i < 1000; i++) {
			this.publisher.publish("state " + i, 0);
			this.publisher.heartbeat(i + 1);
		}
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
		this.publisher.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
		this.corosync.frozen(false);
		Await.until("the connection is closed", () -> this.corosync.handles() == 0);
		assertThat(this.corosync.keys()).containsEntry(PREFIX + "state", "state 999");
	}

	/**
	 * Without a newer time Corosync would reset the machine.
	 */
	@Test
	void errorInACallShouldBeToldAndOvercome() {
		this.publisher.start();
		for (Error error : CorosyncQuorumProviderTests.ERRORS) {
			assertThat(this.listener.next()).isEqualTo("available");
			this.corosync.failWith(error);
			this.publisher.heartbeat(System.nanoTime());
			assertThat(this.listener.next())
				.isEqualTo("unavailable LIBRARY: Corosync's cmap service cannot be used: " + error);
			this.corosync.failWith(null);
		}
		assertThat(this.listener.next()).isEqualTo("available");
		this.publisher.heartbeat(42);
		Await.until("the time", () -> Long.valueOf(42).equals(this.corosync.keys().get(PREFIX + "last_updated")));
	}

	@Test
	void newsThatCouldNotBeToldShouldBeToldAgain() {
		this.listener.failWith(new OutOfMemoryError("as asked"));
		this.publisher.start();
		assertThat(this.listener.next()).isIn("available",
				"unavailable LIBRARY: Corosync's cmap service cannot be used: "
						+ "java.lang.OutOfMemoryError: as asked");
		this.publisher.heartbeat(42);
		Await.until("the time", () -> Long.valueOf(42).equals(this.corosync.keys().get(PREFIX + "last_updated")));
	}

	@Test
	void closeWithoutStartShouldDoNothing() {
		this.publisher.close();
		assertThat(this.corosync.keys()).isEmpty();
	}

}
