package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.samboot.core.CsError;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Stories of watchdogs that die, and of others that do not take over.
 */
@Timeout(240)
class WatchdogReplacementTests implements SamListener {

	private final List<String> heard = new CopyOnWriteArrayList<>();

	/** How many sidecars were alive whenever another one was about to be started. */
	private final List<Long> aliveAtLaunch = new CopyOnWriteArrayList<>();

	@TempDir
	private Path directory;

	private ScriptedWatchdog watchdog;

	private ProcessSam sam;

	@BeforeEach
	void supervise() throws IOException {
		this.watchdog = ScriptedWatchdog.dying(this.directory);
		this.sam = new ProcessSam(this.watchdog.address());
		this.sam.addListener(this);
		this.sam.initialize(Duration.ofSeconds(10), RecoveryPolicy.RESTART);
		this.sam.register();
		this.sam.start();
	}

	@AfterEach
	void end() throws IOException {
		this.sam.stopping();
		this.watchdog.close();
		sidecars().forEach(ProcessHandle::destroyForcibly);
		Await.until("the sidecars to end", () -> sidecars().isEmpty());
	}

	@Override
	public void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
		this.heard.add("recovery");
	}

	@Override
	public void watchdogLost() {
		this.heard.add("lost");
	}

	@Override
	public void watchdogReplaced(long watchdogPid) {
		this.heard.add("replaced " + watchdogPid);
	}

	@Override
	public void watchdogReplacementFailed(String problem) {
		this.heard.add("failed");
	}

	private List<ProcessHandle> sidecars() {
		return ProcessHandle.current()
			.children()
			.filter((child) -> child.isAlive()
					&& child.info().commandLine().orElse("").contains(ScriptedWatchdog.class.getName()))
			.toList();
	}

	private static boolean isReplacing() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> thread.getName().equals("sam-replacement"));
	}

	private void launch(String... script) {
		launch(() -> {
		}, script);
	}

	private void launch(Runnable meanwhile, String... script) {
		this.sam.replacementCommand(() -> {
			this.aliveAtLaunch.add((long) sidecars().size());
			meanwhile.run();
			return new ArrayList<>(ScriptedWatchdog.command(script));
		});
	}

	private void await(String heard) {
		Await.until(heard + " to be heard, not " + this.heard,
				() -> this.heard.stream().anyMatch((one) -> one.startsWith(heard)));
	}

	@Test
	void sidecarThatDoesNotTakeOverShouldBeEndedBeforeTheNextOneIsStarted() throws IOException {
		launch("refuse=REGISTER:LIBRARY");
		this.watchdog.close();
		Await.until("the second attempt", () -> this.aliveAtLaunch.size() >= 2);
		assertThat(this.aliveAtLaunch).containsOnly(0L);
		launch();
		await("replaced");
		assertThat(sidecars()).hasSize(1);
		assertThat(this.sam.connection()).isEqualTo(WatchdogConnection.CONNECTED);
	}

	@Test
	void sidecarOfAnotherReleaseShouldNotBeTriedAgain() throws IOException {
		launch("refuse=HELLO:VERSION");
		this.watchdog.close();
		await("failed");
		Await.until("the end of the attempts", () -> !isReplacing());
		assertThat(sidecars()).isEmpty();
		assertThat(this.aliveAtLaunch).hasSize(1);
		assertThat(this.sam.connection()).isEqualTo(WatchdogConnection.IRREPLACEABLE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "VERSION", "NO_RESOURCES" })
	@Tag("long")
	void instanceThatNeedsQuorumShouldNotStayUpWithoutAWatchdog(String problem) throws IOException {
		BoundedProcess.Result lonely = lonely(RecoveryPolicy.QUORUM_RESTART, problem, "start");
		assertThat(lonely.output()).contains("failed", "quorate: false []", "sam.recovery-policy");
		assertThat(lonely.exitCode()).as(lonely.output()).isEqualTo(ProcessSam.EXIT_WATCHDOG_LOST);
	}

	/**
	 * Its watchdog is lost while it closes down, and then it starts again.
	 */
	@Test
	void applicationThatIsToEndWithItsWatchdogShouldNotStartAgainWithout() throws IOException {
		BoundedProcess.Result lonely = lonely(RecoveryPolicy.RESTART, "VERSION", "again");
		assertThat(lonely.output()).contains("sam.watchdog.on-loss=exit").doesNotContain("failed");
		assertThat(lonely.exitCode()).as(lonely.output()).isEqualTo(ProcessSam.EXIT_WATCHDOG_LOST);
	}

	@ParameterizedTest
	@CsvSource({ "RESTART, start", "QUORUM_RESTART, stop" })
	void anyOtherInstanceShouldStayUpWithoutAWatchdog(RecoveryPolicy policy, String last) throws IOException {
		BoundedProcess.Result lonely = lonely(policy, "VERSION", last);
		assertThat(lonely.output()).contains("failed", "stays up").doesNotContain("quorate:");
		assertThat(lonely.exitCode()).as(lonely.output()).isZero();
	}

	private BoundedProcess.Result lonely(RecoveryPolicy policy, String problem, String last) throws IOException {
		Path directory = this.directory.resolve("lonely");
		RunDirectory.makePrivate(directory);
		List<String> command = new ArrayList<>(ScriptedWatchdog.command(policy.name(), problem, last));
		command.set(command.indexOf(ScriptedWatchdog.class.getName()), Lonely.class.getName());
		command.addAll(0, List.of("env", WatchdogAddress.ENVIRONMENT + "=nonce:" + directory));
		try (ScriptedWatchdog dying = ScriptedWatchdog.dying(directory)) {
			return BoundedProcess.run(command);
		}
	}

	/**
	 * A program that gets no other watchdog.
	 */
	static final class Lonely implements SamListener {

		private static final CompletableFuture<String> FAILED = new CompletableFuture<>();

		private Lonely() {
		}

		@Override
		public void watchdogReplacementFailed(String problem) {
			System.out.println("failed");
			FAILED.complete(problem);
		}

		@Override
		public void quorumChanged(boolean quorate, List<Long> members) {
			System.out.println("quorate: " + quorate + " " + members);
		}

		public static void main(String[] args) throws InterruptedException {
			ProcessSam sam = ProcessSam.get();
			sam.addListener(new Lonely());
			sam.replacementCommand(() -> {
				throw new SamException(CsError.valueOf(args[1]), "there is no other one");
			});
			boolean startsAgain = args[2].equals("again");
			sam.initialize(SamOptions.builder(Duration.ofMillis(500), RecoveryPolicy.valueOf(args[0]))
				.onLoss(startsAgain ? SamOptions.WatchdogLoss.EXIT : SamOptions.WatchdogLoss.REPLACE)
				.build());
			sam.register();
			sam.start();
			if (args[2].equals("stop")) {
				sam.stop();
			}
			if (startsAgain) {
				sam.stopping();
			}
			sam.link.contact().connection().close();
			if (startsAgain) {
				Await.until("the loss", () -> sam.connection() == WatchdogConnection.NONE);
				sam.startAgain();
			}
			FAILED.join();
			Await.until("the end of the attempts", () -> !isReplacing());
			if (Thread.getAllStackTraces().keySet().stream().noneMatch((one) -> one.getName().equals("sam-exit"))) {
				System.out.println("stays up");
				Runtime.getRuntime().halt(0);
			}
			Thread.currentThread().join();
		}

	}

	@Test
	void watchdogThatLivesShouldNotGetAnotherOneBesideIt() throws IOException {
		launch();
		ScriptedWatchdog living = useLivingWatchdog();
		living.refusing(MessageType.HELLO, CsError.ACCESS).hangUp();
		await("failed");
		assertThat(sidecars()).isEmpty();
		living.answering(MessageType.HELLO);
		await("replaced " + ProcessHandle.current().pid());
		assertThat(this.aliveAtLaunch).isEmpty();
		living.close();
	}

	/**
	 * The first one is replaced by one that says that it is this process.
	 */
	private ScriptedWatchdog useLivingWatchdog() throws IOException {
		ScriptedWatchdog living = ScriptedWatchdog.living(another());
		use(living, SamOptions.of(Duration.ofSeconds(10), RecoveryPolicy.RESTART));
		return living;
	}

	private Path another() throws IOException {
		Path directory = this.directory.resolve("another");
		RunDirectory.makePrivate(directory);
		return directory;
	}

	private void use(ScriptedWatchdog another, SamOptions options) throws IOException {
		// first, or it replaces the one that is closed
		this.sam.stopping();
		this.watchdog.close();
		this.watchdog = another;
		this.sam = new ProcessSam(another.address());
		this.sam.addListener(this);
		this.sam.initialize(options);
		this.sam.register();
		this.sam.start();
		this.heard.clear();
		launch();
	}

	@Test
	void newWatchdogShouldHearAllThatTheLastOneKnew() throws Exception {
		ScriptedWatchdog living = useLivingWatchdog();
		this.sam.warnSignalSet(Signal.SIGUSR1);
		this.sam.dataStore(new byte[3]);
		this.sam.extendStartup(Duration.ofMinutes(1));
		living.forget().hangUp();
		await("replaced");
		living.awaitReceived(MessageType.DATA_STORED);
		assertThat(living.received()).containsExactly(MessageType.HELLO, MessageType.INITIALIZE, MessageType.REGISTER,
				MessageType.EXTEND_STARTUP, MessageType.START, MessageType.BEAT, MessageType.DATA_STORED);
		assertThat(Payload.options(living.payload(MessageType.INITIALIZE)).ending().warnSignal())
			.isEqualTo(Signal.SIGUSR1);
	}

	@Test
	void supervisionThatWasSwitchedOffShouldStayOff() throws IOException {
		ScriptedWatchdog living = useLivingWatchdog();
		this.sam.stop();
		living.forget().hangUp();
		await("replaced");
		living.awaitReceived(MessageType.DATA_STORED);
		assertThat(living.received()).containsExactly(MessageType.HELLO, MessageType.INITIALIZE, MessageType.REGISTER,
				MessageType.STOP, MessageType.DATA_STORED);
	}

	@Test
	void lossDuringTheReplacementShouldBeReplacedByTheSameAttempts() throws IOException {
		ScriptedWatchdog living = useLivingWatchdog();
		for (int i = 0; i < 20; i++) {
			this.heard.clear();
			living.hangUp();
			await("replaced");
			living.hangUp();
			Await.until("the connection",
					() -> this.sam.connection() == WatchdogConnection.CONNECTED && this.sam.status() != null);
		}
		assertThat(this.aliveAtLaunch).isEmpty();
	}

	@Test
	void applicationThatEndsOnPurposeMeanwhileShouldNotGetAWatchdog() throws IOException {
		launch(this.sam::stopping);
		this.watchdog.close();
		Await.until("nothing more to be wanted", () -> this.sam.connection() == WatchdogConnection.NONE);
		assertThat(sidecars()).isEmpty();
		assertThat(this.heard).containsExactly("lost");
	}

	@Test
	void sidecarThatIsNotWantedAnyMoreShouldNotBeStarted() throws IOException {
		Path started = this.directory.resolve("started");
		this.sam.replacementCommand(() -> {
			this.sam.stopping();
			return List.of("/bin/sh", "-c", "touch " + started);
		});
		this.watchdog.close();
		Await.until("the end of the attempts",
				() -> this.sam.connection() == WatchdogConnection.NONE && !isReplacing());
		assertThat(started).doesNotExist();
	}

	@Test
	void dataThatTheNewWatchdogCannotOpenShouldNotKeepItFromSupervising() throws IOException {
		ScriptedWatchdog living = useLivingWatchdog();
		living.refusing(MessageType.DATA_STORED, CsError.NO_SPACE).forget().hangUp();
		await("replaced");
		living.awaitReceived(MessageType.DATA_STORED);
		assertThat(this.heard).doesNotContain("failed");
	}

	/**
	 * Its connection was cut before.
	 */
	@Test
	void endShouldNotWaitForAWatchdogThatIsStopped() throws IOException {
		ScriptedWatchdog living = useLivingWatchdog();
		living.refusing(MessageType.HELLO, CsError.ACCESS).hangUp();
		await("failed");
		living.silentOn(MessageType.HELLO).answering(MessageType.HELLO).forget();
		this.sam.stopping();
		this.sam.end();
		// it goes on waiting, in a JVM that has ended by then
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).contains("sam-last-words");
		living.awaitReceived(MessageType.HELLO);
	}

	/**
	 * As when heartbeats go on after SIGUSR1: nothing tells that it was withdrawn.
	 */
	@ParameterizedTest
	@CsvSource({ "MISSED_HEARTBEAT, SIGUSR1, 0", "MISSED_HEARTBEAT, SIGTERM, 1", "UNHEALTHY, SIGUSR1, 1" })
	void warningThatWasOutlivedShouldBringNoOtherInstance(IncidentReason reason, Signal signal, int launches)
			throws IOException {
		launch();
		this.sam.warnSignalSet(signal);
		this.watchdog.tell(MessageType.RECOVERY_IMMINENT,
				Payload.recoveryImminent(reason, "a pause", Duration.ofMillis(1)));
		await("recovery");
		long over = System.nanoTime() + Duration.ofMillis(2).toNanos();
		Await.until("the end of the grace period", () -> System.nanoTime() - over > 0);
		this.sam.stopping();
		this.watchdog.close();
		Await.until("the loss", () -> !this.sam.link.isConnected());
		this.sam.closed();
		assertThat(this.aliveAtLaunch).hasSize(launches);
	}

	/**
	 * Whatever started the watchdog starts both again.
	 */
	@Test
	void applicationThatIsToEndWithItsWatchdogShouldNotHaveANextInstanceStarted() throws IOException {
		use(ScriptedWatchdog.dying(another()),
				SamOptions.builder(Duration.ofSeconds(10), RecoveryPolicy.RESTART)
					.onLoss(SamOptions.WatchdogLoss.EXIT)
					.build());
		this.sam.unhealthy("a health indicator is DOWN");
		this.sam.stopping();
		this.watchdog.close();
		Await.until("the loss", () -> !this.sam.link.isConnected());
		this.sam.closed();
		assertThat(this.aliveAtLaunch).isEmpty();
	}

	@Test
	void applicationThatFinalizesWhileTheSidecarTakesOverShouldNotBeSupervised() throws IOException {
		launch("slow=REGISTER");
		this.watchdog.close();
		Await.until("the sidecar", () -> sidecars().size() == 1);
		this.sam.finalizeSam();
		Await.until("the sidecar to be ended", () -> sidecars().isEmpty());
		Await.until("nothing more to be wanted", () -> this.sam.connection() == WatchdogConnection.NONE);
		assertThat(this.aliveAtLaunch).hasSize(1);
	}

	@Test
	void callsShouldNotWaitForAReplacement() throws IOException {
		launch("silent=INITIALIZE");
		this.watchdog.close();
		Await.until("the sidecar", () -> sidecars().size() == 1);
		assertThat(this.sam.status()).isNull();
		this.sam.hcSend();
		this.sam.unhealthy("nobody hears it");
		this.sam.dataStore(new byte[5]);
		assertThat(this.sam.dataSize()).isEqualTo(5);
		this.sam.extendStartup(Duration.ofMinutes(1));
		this.sam.stop();
		assertThat(this.sam.connection()).isEqualTo(WatchdogConnection.REPLACING);
	}

	@Test
	void callsShouldNotWaitForOneThatIsNotAnswered() throws IOException {
		ScriptedWatchdog living = useLivingWatchdog();
		living.silentOn(MessageType.RECOVER);
		Thread asking = new Thread(() -> {
			try {
				this.sam.recover("which is not answered");
			}
			catch (SamException ex) {
				// the connection ends with the test
			}
		});
		asking.setDaemon(true);
		asking.start();
		living.awaitReceived(MessageType.RECOVER);
		assertThat(this.sam.status()).isNotNull();
		this.sam.stop();
		this.sam.start();
		this.sam.stopping();
		assertThat(asking.isAlive()).isTrue();
	}

	@Test
	void reportShouldBeRepeatedOverTheNextConnection() throws IOException {
		ScriptedWatchdog living = useLivingWatchdog();
		for (int i = 0; i < 10; i++) {
			living.forget();
			living.hangUp();
			this.sam.unhealthy("the connection may be dead");
			living.awaitReceived(MessageType.UNHEALTHY);
			living.awaitReceived(MessageType.START);
			Await.until("the connection",
					() -> this.sam.connection() == WatchdogConnection.CONNECTED && this.sam.status() != null);
			living.forget();
			living.hangUp();
			// the watchdog may have died before it acted
			living.awaitReceived(MessageType.UNHEALTHY);
			Await.until("the connection", () -> this.sam.connection() == WatchdogConnection.CONNECTED);
			this.sam.stop();
			this.sam.start();
		}
		living.forget();
		living.hangUp();
		living.awaitReceived(MessageType.START);
		Await.until("the connection",
				() -> this.sam.connection() == WatchdogConnection.CONNECTED && this.sam.status() != null);
		assertThat(living.received()).doesNotContain(MessageType.UNHEALTHY);
	}

	@Test
	void requestedRecoveryShouldBeRepeatedUnlessItIsRefused() throws IOException {
		ScriptedWatchdog living = useLivingWatchdog();
		living.silentOn(MessageType.RECOVER);
		Thread asking = new Thread(() -> this.sam.recover("the connection ends before the answer"));
		asking.setDaemon(true);
		asking.start();
		living.awaitReceived(MessageType.RECOVER);
		living.speakingAgainOn(MessageType.RECOVER);
		living.forget();
		living.hangUp();
		living.awaitReceived(MessageType.RECOVER);
		Await.until("the end of the call", () -> !asking.isAlive());
		Await.until("the connection", () -> this.sam.connection() == WatchdogConnection.CONNECTED);
		this.sam.stop();
		this.sam.start();
		living.refusing(MessageType.RECOVER, CsError.BAD_HANDLE);
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.sam.recover("refused"))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.BAD_HANDLE));
		living.forget();
		living.hangUp();
		living.awaitReceived(MessageType.START);
		Await.until("the connection",
				() -> this.sam.connection() == WatchdogConnection.CONNECTED && this.sam.status() != null);
		assertThat(living.received()).doesNotContain(MessageType.RECOVER);
	}

	@Test
	void applicationThatStartsAgainShouldGetAWatchdogThatWasLostMeanwhile() throws IOException {
		launch();
		this.sam.stopping();
		this.watchdog.close();
		Await.until("the loss", () -> this.sam.connection() == WatchdogConnection.NONE);
		this.sam.startAgain();
		await("replaced");
		this.sam.start();
		assertThat(this.sam.status()).isNotNull();
	}

	@Test
	void sidecarShouldBeEndedWithAProcessThatItDoesNotKnow() throws Exception {
		launch("silent=INITIALIZE");
		this.watchdog.close();
		Await.until("the sidecar", () -> sidecars().size() == 1);
		this.sam.end();
		assertThat(sidecars()).isEmpty();
	}

	/**
	 * It may have sent the signal that ends this process, before it has answered.
	 */
	@ParameterizedTest
	@Tag("long")
	@ValueSource(booleans = { false, true })
	void sidecarThatKnowsTheProcessShouldOutliveItsEnd(boolean isReported) throws Exception {
		launch("silent=START");
		if (isReported) {
			this.sam.unhealthy("the last watchdog may have died before it acted");
		}
		this.watchdog.close();
		// the loss of the last one is known by then
		Await.until("the sidecar", () -> sidecars().size() == 1);
		Await.until("the sidecar to be told", () -> this.sam.connection() == WatchdogConnection.CONNECTED);
		// more than one where the first was too slow
		int launches = this.aliveAtLaunch.size();
		this.sam.end();
		assertThat(sidecars()).hasSize(1);
		Await.until("the end of the attempts", () -> !isReplacing());
		assertThat(sidecars()).hasSize(1);
		assertThat(this.aliveAtLaunch).hasSize(launches);
	}

	@Test
	void whatIsSaidWhileTheNewWatchdogIsGreetedShouldBeHeard() throws IOException {
		ScriptedWatchdog living = useLivingWatchdog();
		for (int i = 0; i < 20; i++) {
			this.heard.clear();
			// once: said again later, it would concern the next start
			AtomicBoolean isSaid = new AtomicBoolean();
			living.forget().beforeAnswer(() -> {
				if (living.received().contains(MessageType.START) && isSaid.compareAndSet(false, true)) {
					this.sam.stopping();
				}
			}).hangUp();
			Await.until("it to be heard", () -> living.received().contains(MessageType.STOPPING));
			living.beforeAnswer(() -> {
			});
			Await.until("the connection", () -> this.sam.connection() == WatchdogConnection.CONNECTED);
			this.sam.start();
		}
	}

}
