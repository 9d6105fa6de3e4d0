package io.github.samboot.core.internal.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What can be told without a watchdog; the rest is told with the real one, by its tests.
 */
@Timeout(240)
class ProcessSamTests {

	private static void assertError(CsError error, Runnable call) {
		assertThatExceptionOfType(SamException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error));
	}

	@Test
	void processWithoutAWatchdogShouldNotInitialize() {
		ProcessSam sam = new ProcessSam(null);
		assertThat(sam.isSupervised()).isFalse();
		assertThat(sam.connection()).isEqualTo(WatchdogConnection.NONE);
		assertError(CsError.LIBRARY, () -> sam.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART));
		assertThat(sam.state()).isEqualTo(SamState.NOT_INITIALIZED);
		assertThat(sam.status()).isNull();
	}

	@Test
	void everyOtherCallShouldBeABadHandleBeforeInitialize() {
		ProcessSam sam = new ProcessSam(null);
		assertError(CsError.BAD_HANDLE, sam::register);
		assertError(CsError.BAD_HANDLE, sam::start);
		assertError(CsError.BAD_HANDLE, sam::stop);
		assertError(CsError.BAD_HANDLE, sam::hcSend);
		assertError(CsError.BAD_HANDLE, sam::instanceId);
		assertError(CsError.BAD_HANDLE, sam::dataSize);
		assertError(CsError.BAD_HANDLE, sam::dataRestore);
		assertError(CsError.BAD_HANDLE, sam::markFailed);
		assertError(CsError.BAD_HANDLE, sam::finalizeSam);
		assertError(CsError.BAD_HANDLE, () -> sam.dataStore(null));
		assertError(CsError.BAD_HANDLE, () -> sam.hcCallbackRegister(() -> true));
		assertError(CsError.BAD_HANDLE, () -> sam.recover("no"));
		sam.unhealthy("ignored");
		sam.ready();
		sam.stopping();
		assertThat(sam.state()).isEqualTo(SamState.NOT_INITIALIZED);
	}

	@Test
	void watchdogThatIsNotThereShouldBeToldAsSuch(@TempDir Path directory) {
		ProcessSam sam = new ProcessSam(new WatchdogAddress("nonce", directory));
		assertThat(sam.isSupervised()).isTrue();
		assertThatExceptionOfType(SamException.class)
			.isThrownBy(() -> sam.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART))
			.withMessageContaining("watchdog at " + directory + " cannot be reached")
			.withMessageNotContaining("nonce");
	}

	@Test
	void connectionThatEndsWithinTheHandshakeShouldBeALibraryError(@TempDir Path directory) throws Exception {
		assertError(CsError.LIBRARY, listening(directory, new byte[0]));
	}

	@Test
	void garbageFromTheOtherSideShouldBeALibraryError(@TempDir Path directory) throws Exception {
		assertError(CsError.LIBRARY, listening(directory, new byte[] { -1, -1, -1, -1, -1, -1, -1, -1, -1 }));
	}

	@Test
	void directoryThatTheLocaleCannotExpressShouldBeNoWatchdog() throws Exception {
		List<String> command = ScriptedWatchdog.command();
		String asking = String.join(" ", command.subList(0, command.size() - 1)) + " " + Asking.class.getName();
		Process process = new ProcessBuilder("/bin/sh", "-c",
				"SAMBOOT_WATCHDOG=$(printf 'nonce:/tmp/\\303\\251') LC_ALL=C exec " + asking.replace("$", "\\$"))
			.redirectErrorStream(true)
			.start();
		String said = BoundedProcess.output(process);
		assertThat(said).contains("supervised: false", "its locale cannot express the path");
		assertThat(BoundedProcess.exitCode(process)).isZero();
	}

	/**
	 * A program that only asks.
	 */
	static final class Asking {

		private Asking() {
		}

		public static void main(String[] args) {
			System.out.println("supervised: " + ProcessSam.get().isSupervised());
		}

	}

	/**
	 * What it was sent as a spare must not stop the application.
	 */
	@Test
	void spareThatIsPromotedWhileItShutsDownShouldNotComeUp(@TempDir Path directory) throws Exception {
		List<String> command = new ArrayList<>(ScriptedWatchdog.command());
		command.set(command.size() - 1, ClosingSpare.class.getName());
		try (ScriptedWatchdog watchdog = ScriptedWatchdog.living(directory).withSpares()) {
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
			builder.environment().put(WatchdogAddress.ENVIRONMENT, "nonce:" + directory);
			Process spare = builder.start();
			try {
				watchdog.silentOn(MessageType.REGISTER).awaitReceived(MessageType.REGISTER);
				spare.toHandle().destroy();
				BufferedReader said = spare.inputReader();
				assertThat(said.readLine()).isEqualTo("shuts down");
				watchdog.answerLate(MessageType.REGISTER);
				assertThat(said.readLine()).isEqualTo("INTERRUPT");
				assertThat(BoundedProcess.exitCode(spare)).isEqualTo(143);
				assertThat(watchdog.received()).doesNotContain(MessageType.START, MessageType.STOPPING);
			}
			finally {
				spare.destroyForcibly();
			}
		}
	}

	/**
	 * A spare whose shutdown waits for its start-up.
	 */
	static final class ClosingSpare {

		private ClosingSpare() {
		}

		public static void main(String[] args) {
			Thread main = Thread.currentThread();
			ProcessSam sam = ProcessSam.get();
			sam.initialize(Duration.ofSeconds(10), RecoveryPolicy.RESTART);
			Runtime.getRuntime().addShutdownHook(new Thread(() -> {
				System.out.println("shuts down");
				try {
					main.join();
				}
				catch (InterruptedException ex) {
					// then at once
				}
			}));
			try {
				sam.register();
				sam.start();
				System.out.println("up");
			}
			catch (SamException ex) {
				System.out.println(ex.error());
			}
		}

	}

	/**
	 * Return a call of initialize against somebody who answers with bytes and closes.
	 */
	private static Runnable listening(Path directory, byte[] answer) throws Exception {
		WatchdogAddress address = new WatchdogAddress("nonce", directory);
		return () -> {
			try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
				server.bind(UnixDomainSocketAddress.of(address.runDirectory().resolve(RunDirectory.SOCKET)));
				CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
					try (SocketChannel client = server.accept()) {
						client.read(ByteBuffer.allocate(100));
						client.write(ByteBuffer.wrap(answer));
					}
					catch (java.io.IOException ex) {
						throw new java.io.UncheckedIOException(ex);
					}
				});
				try {
					new ProcessSam(address).initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
				}
				finally {
					served.orTimeout(30, TimeUnit.SECONDS).join();
				}
			}
			catch (java.io.IOException ex) {
				throw new java.io.UncheckedIOException(ex);
			}
		};
	}

	/**
	 * Stories of a process whose watchdog does what the real one seldom does.
	 */
	@Nested
	class WithAWatchdog {

		private ScriptedWatchdog watchdog;

		private ProcessSam sam;

		@BeforeEach
		void initialize(@TempDir Path directory) throws IOException {
			this.watchdog = ScriptedWatchdog.living(directory);
			this.sam = new ProcessSam(this.watchdog.address());
			this.sam.initialize(Duration.ofSeconds(10), RecoveryPolicy.RESTART);
		}

		@AfterEach
		void end() throws IOException {
			this.sam.stopping();
			this.watchdog.close();
		}

		private CompletableFuture<Void> starting() {
			int before = Collections.frequency(this.watchdog.received(), MessageType.START);
			CompletableFuture<Void> starting = CompletableFuture.runAsync(this.sam::start,
					(task) -> new Thread(task).start());
			Await.until("start", () -> starting.isDone()
					|| Collections.frequency(this.watchdog.received(), MessageType.START) > before);
			return starting;
		}

		@Test
		void secondOfTwoCallersShouldNotStart() {
			this.sam.register();
			this.watchdog.silentOn(MessageType.START);
			CompletableFuture<Void> first = starting();
			CompletableFuture<Void> second = starting();
			this.watchdog.answerLate(MessageType.START);
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> CompletableFuture.allOf(first, second).get(30, TimeUnit.SECONDS))
				.withStackTraceContaining("BAD_HANDLE");
			assertThat(first.isCompletedExceptionally()).isNotEqualTo(second.isCompletedExceptionally());
			assertThat(this.sam.state()).isEqualTo(SamState.STARTED);
		}

		@Test
		void startShouldNotComeBackAfterFinalize() {
			this.sam.register();
			this.watchdog.silentOn(MessageType.START);
			CompletableFuture<Void> start = starting();
			this.sam.finalizeSam();
			this.watchdog.answerLate(MessageType.START);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> start.get(30, TimeUnit.SECONDS))
				.withStackTraceContaining("BAD_HANDLE");
			assertThat(this.sam.state()).isEqualTo(SamState.FINALIZED);
			assertError(CsError.BAD_HANDLE, this.sam::hcSend);
		}

		@Test
		void startThatIsInterruptedShouldBeGivenUp() throws Exception {
			this.sam.register();
			this.watchdog.silentOn(MessageType.START);
			CompletableFuture<CsError> error = new CompletableFuture<>();
			Thread starter = new Thread(() -> {
				try {
					this.sam.start();
				}
				catch (SamException ex) {
					error.complete(ex.error());
				}
			});
			starter.start();
			this.watchdog.awaitReceived(MessageType.START);
			starter.interrupt();
			assertThat(error.get(30, TimeUnit.SECONDS)).isEqualTo(CsError.INTERRUPT);
			this.watchdog.awaitReceived(MessageType.STOP);
		}

		@Test
		void dataStoredBeforeRegisterShouldBeThereWhenRegisterIsOver() {
			this.sam.dataStore(new byte[] { 1, 2, 3 });
			assertThat(this.sam.dataSize()).isEqualTo(3);
			this.sam.register();
			assertThat(this.sam.dataRestore()).containsExactly(1, 2, 3);
			this.watchdog.awaitReceived(MessageType.DATA_STORED);
			assertThat(this.watchdog.received()).endsWith(MessageType.REGISTER, MessageType.DATA_STORED);
		}

		@Test
		void dataStoredBeforeRegisterShouldNotReplaceNewerData(@TempDir Path aside) throws Exception {
			this.sam.dataStore(new byte[] { 1 });
			Path directory = this.sam.runDirectory();
			Path away = aside.resolve("away");
			Files.move(directory, away);
			this.watchdog.silentOn(MessageType.ENSURE_DIRECTORY);
			CompletableFuture<Integer> registering = CompletableFuture.supplyAsync(this.sam::register,
					(task) -> new Thread(task).start());
			this.watchdog.awaitReceived(MessageType.ENSURE_DIRECTORY);
			Files.move(away, directory);
			Thread storing = new Thread(() -> this.sam.dataStore(new byte[] { 2 }));
			storing.start();
			Await.until("it to be stored, or to wait",
					() -> !storing.isAlive() || storing.getState() == Thread.State.BLOCKED);
			this.watchdog.answerLate(MessageType.ENSURE_DIRECTORY);
			registering.get(30, TimeUnit.SECONDS);
			storing.join(30_000);
			assertThat(this.sam.dataRestore()).containsExactly(2);
		}

		@Test
		void dataThatCouldNotBeWrittenAtRegisterShouldBeWrittenByTheNextRegister() throws IOException {
			this.sam.dataStore(new byte[] { 1 });
			Path obstacle = Files.createDirectories(this.sam.runDirectory().resolve(RunDirectory.DATA).resolve("x"));
			assertError(CsError.NO_SPACE, this.sam::register);
			Files.delete(obstacle);
			Files.delete(obstacle.getParent());
			this.sam.register();
			assertThat(this.sam.dataRestore()).containsExactly(1);
		}

		@Test
		void dataShouldBeStoredThoughTheWatchdogIsStopped() {
			this.sam.register();
			this.watchdog.silentOn(MessageType.DATA_STORED);
			this.sam.dataStore(new byte[] { 1 });
			assertThat(this.sam.dataRestore()).containsExactly(1);
		}

		@Test
		void lossOfTheWatchdogShouldNotFailWhatNeedsNone() throws Exception {
			this.sam.register();
			CompletableFuture<Void> end = new CompletableFuture<>();
			Thread losing = new Thread(() -> {
				while (!end.isDone()) {
					this.sam.link.lost(WatchdogConnection.REPLACING);
					this.sam.link.lost(WatchdogConnection.CONNECTED);
				}
			});
			losing.start();
			try {
				for (int i = 0; i < 5000; i++) {
					Connection.Answer answer = this.sam.link.sendIfConnected(MessageType.STATUS, Payload.NOTHING);
					if (answer != null) {
						answer.promptly();
					}
				}
			}
			finally {
				end.complete(null);
				losing.join();
			}
		}

		@Test
		void supervisionShouldBeSwitchedOffThoughTheWatchdogDiesMeanwhile() {
			this.sam.register();
			this.sam.start();
			this.watchdog.beforeAnswer(this::hangUp);
			this.sam.stop();
			assertThat(this.sam.state()).isEqualTo(SamState.REGISTERED);
		}

		@Test
		void dataShouldBeRestoredThoughTheWatchdogDiesMeanwhile() {
			this.sam.register();
			this.watchdog.beforeAnswer(this::hangUp);
			assertThat(this.sam.dataRestore()).isEmpty();
		}

		@Test
		void dataShouldBeStoredThoughTheWatchdogDiesMeanwhile() {
			this.sam.register();
			this.watchdog.beforeAnswer(this::hangUp);
			assertThat(this.sam.status()).isNull();
			this.sam.dataStore(new byte[] { 1 });
			assertThat(this.sam.dataRestore()).containsExactly(1);
			assertThat(this.sam.dataSize()).isEqualTo(1);
		}

		private void hangUp() {
			try {
				this.watchdog.hangUp();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/**
		 * As a worker does in its {@code finally} after {@code shutdownNow()}.
		 */
		@Test
		void interruptedThreadShouldStoreAndRestore() {
			this.sam.register();
			Thread.currentThread().interrupt();
			try {
				this.sam.dataStore(new byte[] { 1, 2 });
				assertThat(this.sam.dataSize()).isEqualTo(2);
				assertThat(this.sam.dataRestore()).containsExactly(1, 2);
				this.sam.dataStore(null);
				assertThat(this.sam.dataRestore()).isEmpty();
			}
			finally {
				assertThat(Thread.interrupted()).isTrue();
			}
			assertThat(this.sam.status()).isNotNull();
			assertThat(this.watchdog.received()).endsWith(MessageType.DATA_STORED, MessageType.STATUS);
		}

		@Test
		void interruptWhileDataIsWrittenShouldNotLoseIt() throws Exception {
			this.sam.register();
			byte[] data = new byte[1024 * 1024];
			for (int i = 1; i <= 50; i++) {
				data[data.length - 1] = (byte) i;
				CompletableFuture<CsError> error = new CompletableFuture<>();
				Thread storing = new Thread(() -> error.complete(store(data)));
				storing.start();
				for (int turn = 0; turn < i * 1000; turn++) {
					Thread.onSpinWait();
				}
				storing.interrupt();
				assertThat(error.get(30, TimeUnit.SECONDS)).isEqualTo(CsError.OK);
				assertThat(this.sam.dataRestore()).isEqualTo(data);
			}
			assertThat(this.sam.status()).isNotNull();
		}

		private CsError store(byte[] data) {
			try {
				this.sam.dataStore(data);
				return CsError.OK;
			}
			catch (SamException ex) {
				return ex.error();
			}
		}

		@Test
		void connectionShouldBeMadeByAThreadThatIsInterrupted(@TempDir Path directory) throws IOException {
			try (ScriptedWatchdog another = ScriptedWatchdog.living(directory)) {
				another.silentOn(MessageType.INITIALIZE);
				ProcessSam interrupted = new ProcessSam(another.address());
				Thread.currentThread().interrupt();
				assertError(CsError.INTERRUPT,
						() -> interrupted.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART));
				assertThat(Thread.interrupted()).isTrue();
				assertThat(interrupted.connection()).isEqualTo(WatchdogConnection.CONNECTED);
				another.speakingAgainOn(MessageType.INITIALIZE);
				interrupted.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
				interrupted.stopping();
			}
		}

		@Test
		void bigDataShouldTakeLittleMemoryBesideTheHeap() throws Exception {
			this.sam.register();
			long before = directMemory();
			byte[] data = new byte[16 * 1024 * 1024];
			data[data.length - 1] = 7;
			this.sam.dataStore(data);
			assertThat(this.sam.dataSize()).isEqualTo(data.length);
			assertThat(this.sam.dataRestore()).isEqualTo(data);
			assertThat(directMemory() - before).isLessThan(1024 * 1024);
		}

		private long directMemory() {
			return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
				.stream()
				.filter((pool) -> pool.getName().equals("direct"))
				.mapToLong(BufferPoolMXBean::getMemoryUsed)
				.sum();
		}

		@Test
		void tooMuchDataShouldBeRefusedInEveryState() {
			byte[] data = new byte[Sam.MAX_DATA_SIZE + 1];
			assertError(CsError.TOO_BIG, () -> this.sam.dataStore(data));
			this.sam.register();
			assertError(CsError.TOO_BIG, () -> this.sam.dataStore(data));
			this.sam.finalizeSam();
			assertError(CsError.BAD_HANDLE, () -> this.sam.dataStore(data));
		}

		@Test
		void lastWordsShouldBeSaidFromRegisterOn() {
			this.sam.register();
			this.sam.end();
			this.watchdog.awaitReceived(MessageType.EXITING);
		}

		@Test
		void lastWordsOfAnApplicationThatFailedShouldSayThatItIsNoWish() {
			this.sam.register();
			this.sam.start();
			this.sam.runFailed();
			this.sam.stopping();
			this.sam.end();
			this.watchdog.awaitReceived(MessageType.EXITING);
		}

		@Test
		void switchedOffSupervisionShouldHearNoLastWords() throws Exception {
			this.sam.register();
			this.sam.start();
			this.sam.stop();
			this.sam.end();
			this.sam.dataStore(null);
			assertThat(this.watchdog.received()).doesNotContain(MessageType.EXITING, MessageType.STOPPING);
		}

		@Test
		void lastWordsShouldNotWaitForAWatchdogThatIsStopped() {
			this.sam.register();
			this.sam.start();
			this.watchdog.notReading();
			for (int i = 0; i < 300; i++) {
				this.sam.unhealthy("x".repeat(2000));
			}
			this.sam.end();
		}

		@Test
		void checksShouldSurviveAnErrorOutsideOfThem() throws Exception {
			this.sam.register();
			CompletableFuture<Thread> checker = new CompletableFuture<>();
			CompletableFuture<Thread> next = new CompletableFuture<>();
			EventDrivenChecks checks = new EventDrivenChecks(this.sam, () -> {
				Thread current = Thread.currentThread();
				if (!checker.complete(current) && checker.getNow(current) != current) {
					next.complete(current);
				}
				return true;
			}, Duration.ofMillis(20).toNanos());
			checks.start();
			Thread thread = checker.get(30, TimeUnit.SECONDS);
			// as the JVM does with a fault that it raises too late
			thread.getUncaughtExceptionHandler().uncaughtException(thread, new InternalError("a fault"));
			assertThat(next.get(30, TimeUnit.SECONDS)).isNotSameAs(thread);
			checks.end();
		}

	}

}
