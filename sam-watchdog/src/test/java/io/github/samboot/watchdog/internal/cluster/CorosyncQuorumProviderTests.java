package io.github.samboot.watchdog.internal.cluster;

import io.github.samboot.core.CsError;
import io.github.samboot.test.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link CorosyncQuorumProvider} without Corosync; {@link QuorumOnCorosyncTests} has the
 * real one.
 */
@Timeout(240)
class CorosyncQuorumProviderTests extends QuorumProviderContractTests {

	static final Error[] ERRORS = { new OutOfMemoryError("as asked"), new Error("Invalid memory access") };

	private final ScriptedCorosync corosync = new ScriptedCorosync();

	@Override
	QuorumProvider provider() {
		return new CorosyncQuorumProvider(this.corosync);
	}

	@Override
	void giveQuorum() {
		this.corosync.quorate(true);
	}

	@Override
	void takeQuorum() {
		this.corosync.quorate(false);
	}

	@Override
	void breakSource() {
		this.corosync.running(false);
	}

	@Override
	void mendSource() {
		this.corosync.running(true);
	}

	@Override
	int held() {
		return this.corosync.handles();
	}

	@Test
	void memberIdsShouldBeUnsigned() {
		RecordingListener listener = new RecordingListener();
		try (QuorumProvider provider = provider()) {
			provider.start(listener);
			assertThat(listener.next()).isEqualTo("quorate [1, 4294967295]");
		}
	}

	@Test
	void missingLibraryShouldSayWhatToInstall() {
		this.corosync.missingLibrary("libquorum.so.5: cannot open shared object file\nsecond line");
		assertThat(problem()).startsWith("unavailable LIBRARY: ")
			.contains("libquorum5", "corosynclib")
			.doesNotContain("second line");
	}

	@Test
	void missingDaemonShouldSayWhatToStart() {
		this.corosync.running(false);
		assertThat(problem()).startsWith("unavailable LIBRARY: ").contains("systemctl start corosync");
	}

	@Test
	void refusedUserShouldSayWhatToPermit() {
		this.corosync.refuseWith(CsError.ACCESS);
		assertThat(problem()).startsWith("unavailable ACCESS: ")
			.contains("/etc/corosync/uidgid.d", "uid: " + System.getProperty("user.name"));
	}

	@Test
	void startingDaemonShouldSaySo() {
		this.corosync.refuseWith(CsError.TRY_AGAIN);
		assertThat(problem()).startsWith("unavailable TRY_AGAIN: ").contains("starting");
	}

	@Test
	void corosyncWithoutQuorumProviderShouldNotCountAsQuorate() {
		this.corosync.quorumType(0);
		assertThat(problem()).startsWith("unavailable NOT_SUPPORTED: ").contains("corosync_votequorum");
	}

	/**
	 * With whatever was told last for ever, a node without quorum would go on.
	 */
	@Test
	void errorInACallShouldBeToldAndOvercome() {
		RecordingListener listener = new RecordingListener();
		try (QuorumProvider provider = provider()) {
			provider.start(listener);
			for (Error error : ERRORS) {
				assertThat(listener.next()).startsWith("quorate [");
				this.corosync.failWith(error);
				assertThat(listener.next())
					.isEqualTo("unavailable LIBRARY: Corosync's quorum service cannot be used: " + error);
				this.corosync.failWith(null);
			}
			assertThat(listener.next()).startsWith("quorate [");
		}
		assertThat(held()).isZero();
	}

	/**
	 * JNA lets no error out of a function that C calls.
	 */
	@Test
	void lossThatCouldNotBeToldShouldBeToldAgain() {
		RecordingListener listener = new RecordingListener();
		try (QuorumProvider provider = provider()) {
			provider.start(listener);
			assertThat(listener.next()).startsWith("quorate [");
			listener.failWith(new OutOfMemoryError("as asked"));
			takeQuorum();
			assertThat(listener.next()).as("asked for again at once").startsWith("not quorate [");
		}
	}

	@Test
	void outageThatCouldNotBeToldShouldBeToldAgain() {
		RecordingListener listener = new RecordingListener();
		try (QuorumProvider provider = provider()) {
			provider.start(listener);
			assertThat(listener.next()).startsWith("quorate [");
			listener.failWith(new OutOfMemoryError("as asked"));
			breakSource();
			assertThat(listener.next()).startsWith("unavailable ");
		}
	}

	@Test
	void frozenCorosyncShouldBeWaitedFor() {
		this.corosync.frozen(true);
		RecordingListener listener = new RecordingListener();
		try (QuorumProvider provider = provider()) {
			provider.start(listener);
			Await.until("a question", this.corosync::isAsked);
			assertThat(listener.heard()).isEmpty();
			this.corosync.frozen(false);
			assertThat(listener.next()).startsWith("quorate [");
		}
		assertThat(held()).isZero();
	}

	private String problem() {
		RecordingListener listener = new RecordingListener();
		try (QuorumProvider provider = provider()) {
			provider.start(listener);
			return listener.next();
		}
	}

}
