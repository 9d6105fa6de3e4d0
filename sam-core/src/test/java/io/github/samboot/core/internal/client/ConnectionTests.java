package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.test.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Connection}, on a real socket.
 */
@Timeout(240)
class ConnectionTests implements Connection.Events {

	private static final byte[] NOTHING = new byte[0];

	private final CompletableFuture<Connection> end = new CompletableFuture<>();

	private ScriptedWatchdog watchdog;

	private Connection connection;

	@BeforeEach
	void connect(@TempDir Path directory) throws IOException {
		this.watchdog = ScriptedWatchdog.living(directory);
		this.connection = Connection.open(this.watchdog.address().runDirectory().resolve(RunDirectory.SOCKET), this);
	}

	@AfterEach
	void close() throws IOException {
		this.connection.close();
		this.watchdog.close();
	}

	@Override
	public void told(Frame frame) {
	}

	@Override
	public void ended(Connection connection) {
		this.end.complete(connection);
	}

	/**
	 * A stopped process: it reads nothing, and what is sent to it fills the socket.
	 */
	private void stopWatchdog() {
		this.watchdog.notReading();
		byte[] text = Payload.text("x".repeat(2000));
		for (int i = 0; i < 400; i++) {
			this.connection.tell(MessageType.UNHEALTHY, text);
		}
	}

	@Test
	void interruptOfACallerShouldNotEndTheConversation() {
		this.watchdog.silentOn(MessageType.STATUS);
		for (int i = 0; i < 500; i++) {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(SamException.class)
				.isThrownBy(() -> this.connection.send(MessageType.STATUS, NOTHING).promptly())
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.INTERRUPT));
			assertThat(Thread.interrupted()).isTrue();
		}
		this.watchdog.speakingAgainOn(MessageType.STATUS);
		this.connection.send(MessageType.STATUS, NOTHING).promptly();
		assertThat(this.end).isNotDone();
	}

	@Test
	void interruptInTheMiddleOfALongWriteShouldNotEndTheConversation() throws Exception {
		stopWatchdog();
		Thread caller = new Thread(() -> {
			try {
				this.connection.send(MessageType.UNHEALTHY, Payload.text("x".repeat(2000))).promptly();
			}
			catch (SamException ex) {
				// that is what an interrupt is for
			}
		});
		caller.start();
		Await.until("the caller to wait", () -> caller.getState() == Thread.State.WAITING);
		caller.interrupt();
		caller.join(30_000);
		assertThat(caller.isAlive()).as("the interrupted caller still waits").isFalse();
		assertThat(this.end).isNotDone();
	}

	@Test
	void everyCallerShouldGetAnAnswerInTimeFromAWatchdogThatDoesNotRead() throws Exception {
		stopWatchdog();
		List<CompletableFuture<Void>> callers = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			callers.add(CompletableFuture.runAsync(() -> this.connection.send(MessageType.STATUS, NOTHING).within(1),
					(task) -> new Thread(task).start()));
		}
		for (CompletableFuture<Void> caller : callers) {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> caller.get(30, TimeUnit.SECONDS))
				.satisfies((ex) -> assertThat(((SamException) ex.getCause()).error()).isEqualTo(CsError.TIMEOUT));
		}
	}

	@Test
	void requestsThatNobodyReadsShouldNotPileUp() throws Exception {
		stopWatchdog();
		AtomicReference<Connection.Answer> refused = new AtomicReference<>();
		// some may find room, as long as the kernel takes any
		Await.until("no room", () -> {
			assertThatExceptionOfType(SamException.class).isThrownBy(this::tellTooMuch)
				.withMessageContaining("reads nothing");
			refused.set(this.connection.send(MessageType.STATUS, NOTHING));
			return refused.get().reply().isDone();
		});
		assertThatExceptionOfType(SamException.class).isThrownBy(refused.get()::promptly)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.QUEUE_FULL));
	}

	private void tellTooMuch() {
		for (int i = 0; i < 10 * Writer.MOST_WAITING; i++) {
			this.connection.tell(MessageType.UNHEALTHY, Payload.text("x".repeat(2000)));
		}
	}

	@Test
	void requestsWhoseTimeIsOverShouldMakeRoomForOthers() throws Exception {
		stopWatchdog();
		List<Connection.Answer> answers = new ArrayList<>();
		for (int i = 0; i < 10 * Writer.MOST_WAITING; i++) {
			answers.add(this.connection.send(MessageType.STATUS, NOTHING));
			answers.forEach((answer) -> answer.reply().cancel(false));
			answers.clear();
		}
		this.connection.tell(MessageType.BEAT, NOTHING);
	}

	@Test
	void beatsThatWaitToBeWrittenShouldBeOne() throws Exception {
		stopWatchdog();
		for (int i = 0; i < 10 * Writer.MOST_WAITING; i++) {
			this.connection.tell(MessageType.BEAT, NOTHING);
		}
	}

	@Test
	void lastWordsShouldNotWaitForAWatchdogThatDoesNotRead() throws Exception {
		stopWatchdog();
		this.connection.tell(MessageType.STOPPING, NOTHING);
		this.connection.endOutput(200);
		assertThatExceptionOfType(SamException.class)
			.isThrownBy(() -> this.connection.tell(MessageType.STOPPING, NOTHING))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.LIBRARY));
	}

	@Test
	void lastWordsShouldBeHeardBeforeTheEnd() throws Exception {
		for (int i = 0; i < 20; i++) {
			this.connection.tell(MessageType.UNHEALTHY, Payload.text("x".repeat(2000)));
		}
		this.connection.tell(MessageType.STOPPING, NOTHING);
		this.connection.endOutput(10_000);
		this.end.get(30, TimeUnit.SECONDS);
		assertThat(this.watchdog.received()).hasSize(21).endsWith(MessageType.STOPPING);
	}

	@Test
	void waitOfTheMainThreadShouldGoOnWhileTheJvmShutsDown(@TempDir Path directory) throws Exception {
		Path socket = directory.resolve("socket");
		try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			server.bind(UnixDomainSocketAddress.of(socket));
			try (Connection spare = Connection.open(socket, this); SocketChannel peer = server.accept()) {
				Connection.Answer register = spare.send(MessageType.REGISTER, NOTHING);
				Connection.Answer status = spare.send(MessageType.STATUS, NOTHING);
				spare.endOutput(10_000);
				peer.close();
				this.end.get(30, TimeUnit.SECONDS);
				assertThat(status.reply()).isCompletedExceptionally();
				assertThat(register.reply()).isNotDone();
			}
		}
	}

	@Test
	void whatFollowsAnAnswerShouldBeDoneBeforeTheNextIsHeard() {
		List<String> order = new ArrayList<>();
		this.connection.send(MessageType.REGISTER, NOTHING, () -> order.add("registered")).whenever();
		this.connection.send(MessageType.STATUS, NOTHING).promptly();
		assertThat(order).containsExactly("registered");
	}

	@Test
	void whatFollowsAnAnswerShouldBeDoneBeforeAnybodyGoesOn() throws Exception {
		this.watchdog.silentOn(MessageType.DECLINE);
		List<String> order = new CopyOnWriteArrayList<>();
		Connection.Answer answer = this.connection.send(MessageType.DECLINE, NOTHING, () -> order.add("declined"));
		CompletableFuture<Void> waiting = answer.reply().thenRun(() -> order.add("goes on"));
		this.watchdog.awaitReceived(MessageType.DECLINE);
		this.watchdog.answerLate(MessageType.DECLINE);
		waiting.get(30, TimeUnit.SECONDS);
		answer.whenever();
		assertThat(order).containsExactly("declined", "goes on");
	}

	/**
	 * A late answer to the one must not be taken for an answer to the other.
	 */
	@Test
	void requestsOfTwoConnectionsShouldHaveDifferentNumbers() throws IOException {
		this.connection.send(MessageType.STATUS, NOTHING).promptly();
		try (Connection again = Connection.open(this.watchdog.address().runDirectory().resolve(RunDirectory.SOCKET),
				this)) {
			again.send(MessageType.STATUS, NOTHING).promptly();
		}
		assertThat(this.watchdog.requests()).hasSize(2).doesNotHaveDuplicates();
	}

	@Test
	void waitShouldBeWithoutTime() {
		this.watchdog.silentOn(MessageType.START).silentOn(MessageType.STATUS);
		Thread starter = new Thread(
				() -> untilTheEnd(() -> this.connection.send(MessageType.START, NOTHING).whenever()));
		Thread asker = new Thread(
				() -> untilTheEnd(() -> this.connection.send(MessageType.STATUS, NOTHING).promptly()));
		starter.setDaemon(true);
		asker.setDaemon(true);
		starter.start();
		asker.start();
		Await.until("both to wait",
				() -> starter.getState() == Thread.State.WAITING && asker.getState() == Thread.State.WAITING);
	}

	private static void untilTheEnd(Runnable call) {
		try {
			call.run();
		}
		catch (SamException ex) {
			// the test is over
		}
	}

}
