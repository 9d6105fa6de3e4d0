package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.test.Await;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.cluster.ScriptedCorosync;
import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.connection.Connections;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.incident.IncidentReports;
import io.github.samboot.watchdog.internal.library.NoNativeCalls;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.rundir.RunDirectoryGuard;
import io.github.samboot.watchdog.internal.socket.HeldSocket;
import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Lane;
import io.github.samboot.watchdog.internal.supervision.Moment;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Events are handled one after the other, and none that is reported only once is lost.
 */
@Timeout(240)
class SupervisorTests {

	private static final Event.Begin BEGIN = new Event.Begin();

	/** A signal that is null stands for whatever may go wrong in the rules. */
	private static final Event.StopRequested FAULTY = new Event.StopRequested(null);

	private static final Event.StopRequested STOP = new Event.StopRequested(Signal.SIGTERM);

	/** Of these only the start of a process is carried out too. */
	private static final Set<String> RECORDED = Set.of("spawn", "send", "publish", "save", "say", "quit");

	private static final FileAttribute<?> PRIVATE = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	@TempDir
	private Path parent;

	private final Log log = new Log();

	private final Connecting listener = new Connecting();

	private final ScriptedCorosync corosync = new ScriptedCorosync();

	private Path path;

	private EventLoop loop;

	private RunDirectoryGuard directory;

	private ClusterLink cluster;

	private Processes processes;

	private Recording supervisor;

	private final List<String> done = new ArrayList<>();

	private String fails = "";

	private boolean startsProcesses = true;

	private Runnable afterSpawn = () -> {
	};

	@BeforeEach
	void createSupervisor() throws IOException {
		this.path = Files.createDirectory(this.parent.resolve("run"), PRIVATE);
		this.loop = new EventLoop(this.log);
		this.directory = new RunDirectoryGuard(this.path, List.of(this.parent), this.listener, this.log);
		this.cluster = new ClusterLink(1, () -> this.corosync, this.log, this.listener);
		createSupervisor(new HeldSocket(NoNativeCalls::new, this.log));
	}

	private void createSupervisor(HeldSocket socket) {
		ApplicationCommand command = new ApplicationCommand(List.of("sleep".getBytes(), "600".getBytes()));
		this.processes = new Processes(command, this.directory, socket, this.listener, this.log);
		this.supervisor = new Recording(this.log);
	}

	@AfterEach
	void end() {
		for (Lane lane : Lane.values()) {
			ApplicationProcess process = this.processes.slot(lane).process();
			if (process != null && process.pid() != ProcessHandle.current().pid()) {
				process.kill();
			}
		}
		this.directory.close();
	}

	@Test
	void effectThatFailsShouldNotKeepTheOthersFromBeingDone() {
		this.supervisor.handle(BEGIN);
		this.fails = "say";
		this.supervisor.handle(STOP);
		assertThat(this.done).contains("publish").containsSubsequence("say", "send");
	}

	@Test
	void everyEffectShouldBeCarriedOut() {
		Incident incident = new Incident(0, 0, IncidentReason.REQUESTED, "", Instant.EPOCH, null, null, null);
		List<Effect> all = List.of(new Effect.Promote(0), new Effect.Spawn(Lane.ACTIVE, 0),
				new Effect.Send(Lane.ACTIVE, Signal.SIGKILL),
				new Effect.Reply(Lane.ACTIVE, Effect.Reply.TO_OPERATOR, CsError.OK, "", 0),
				new Effect.AnnounceRecovery(IncidentReason.REQUESTED, "", Duration.ZERO),
				new Effect.AnnounceReplacement(), new Effect.AnnounceQuorum(true, List.of()),
				new Effect.Publish(SupervisionState.RUNNING), new Effect.Save(), new Effect.Report(incident),
				new Effect.Say(false, "said"), new Effect.Quit(0, false));
		assertThat(all).<Class<?>>extracting(Object::getClass)
			.containsExactlyInAnyOrder(Effect.class.getPermittedSubclasses());
		Supervisor real = new Supervisor(this.loop, this.processes, this.directory, this.cluster,
				new IncidentReports(this.log), this.log);
		all.forEach(
				(effect) -> assertThatCode(() -> real.carryOut(effect)).as("%s", effect).doesNotThrowAnyException());
	}

	@Test
	void eventAboutWhichTheRulesCouldNotDecideShouldBeHandledAgain() {
		this.startsProcesses = false;
		this.supervisor.handleSurely(BEGIN);
		assertThat(this.supervisor.hasWaiting()).isFalse();
		this.supervisor.handleSurely(FAULTY);
		assertThat(this.supervisor.hasWaiting()).isTrue();
		this.supervisor.handleWaiting();
		assertThat(this.supervisor.hasWaiting()).isTrue();
		this.supervisor.handleSurely(STOP);
		assertThat(this.done).contains("quit");
		// there is nothing to stop any more, so it does not matter by which signal
		this.supervisor.handleWaiting();
		assertThat(this.supervisor.hasWaiting()).isFalse();
	}

	/**
	 * Nothing else would wake the loop for it.
	 */
	@Test
	void eventThatWaitsShouldBeHandledWithoutAnyOther() {
		Supervision ended = Supervision.initial(0).step(STOP, new Moment(1, 1)).next();
		this.supervisor.handleSurely(FAULTY);
		Deadlines deadlines = deadlines();
		long now = System.nanoTime();
		assertThat(deadlines.wakeAt(now) - now).isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
		deadlines.look();
		assertThat(this.supervisor.hasWaiting()).isTrue();
		this.supervisor.resume(ended);
		deadlines.look();
		assertThat(this.supervisor.hasWaiting()).isFalse();
	}

	private ProcessEvents processEvents() {
		return new ProcessEvents(this.supervisor, this.processes, new Connections(this.loop.selector(), null, this.log),
				this.cluster, null, this.log);
	}

	private Deadlines deadlines() {
		return new Deadlines(this.supervisor, this.processes, processEvents(), this.directory, this.cluster, null);
	}

	@Test
	void eventThatAnEffectCausesShouldWaitForTheOtherEffects() {
		adoptedIsInitialized();
		this.done.clear();
		this.supervisor.handle(new Event.Exited(Lane.ACTIVE, new ExitStatus(1)));
		assertThat(this.done).containsExactly("spawn", "say", "save");
		assertThat(this.supervisor.supervision().instance().id()).isEqualTo(1);
		assertThat(this.supervisor.supervision().hasProcess()).isTrue();
	}

	/**
	 * It would be taken for the end of the instance that was started because of it. That
	 * the socket has no log stands for whatever may go wrong there.
	 */
	@Test
	void eventThatHadEffectsShouldNotBeHandledAgain() {
		createSupervisor(new HeldSocket(ListeningCalls::new, null));
		adoptedIsInitialized();
		this.processes.socket().want(true);
		this.processes.socket().takeOver();
		this.processes.socket().unserved();
		this.supervisor.handleSurely(new Event.Exited(Lane.ACTIVE, new ExitStatus(1)));
		this.supervisor.handleWaiting();
		assertThat(this.supervisor.hasWaiting()).isFalse();
		assertThat(this.done).containsOnlyOnce("spawn");
		assertThat(this.supervisor.supervision().instance().id()).isEqualTo(1);
	}

	/**
	 * It is told only once.
	 */
	@Test
	void endShouldBeHandledThoughWhatWasPreparedCannotBeJudged() {
		this.supervisor.handle(BEGIN);
		this.processes.fastStart().putAway("entry");
		this.processes.fastStart()
			.use((Path) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Path.class },
					(proxy, method, arguments) -> {
						throw new NoClassDefFoundError("as asked");
					}));
		ApplicationProcess process = this.processes.active().process();
		process.kill();
		processEvents().ended(process, new ExitStatus(1));
		assertThat(this.done).contains("quit");
	}

	/**
	 * There was no memory to handle it, say.
	 */
	@Test
	void endWhoseReportWasLostShouldBeFound() {
		this.supervisor.handle(BEGIN);
		ApplicationProcess process = this.processes.active().process();
		process.kill();
		Await.until("the end", () -> process.exitStatus() != null);
		deadlines().look();
		assertThat(this.done).contains("quit");
		assertThat(this.processes.active().process()).isNull();
	}

	/**
	 * Only an instance that starts the plain way and fails too puts an entry back.
	 */
	@Test
	void endOfASpareShouldNotSayWhetherAnEntryWasToBlame() throws Throwable {
		Path store = Files.createDirectory(this.parent.resolve("store"), PRIVATE);
		Path commands = Files.createDirectory(store.resolve(FastStart.COMMANDS), PRIVATE);
		Files.createFile(commands.resolve("entry"));
		this.supervisor.handle(BEGIN);
		this.processes.fastStart().use(store);
		this.processes.fastStart().putAway("entry");
		for (int code : new int[] { 1, Signal.SIGKILL.exitStatus() }) {
			this.processes.spare().start("hot");
			ApplicationProcess spare = this.processes.spare().started(this.listener.spares.poll(30, TimeUnit.SECONDS));
			spare.kill();
			processEvents().ended(spare, new ExitStatus(code));
			assertThat(commands.resolve("entry")).doesNotExist();
		}
		ApplicationProcess process = this.processes.active().process();
		process.kill();
		processEvents().ended(process, new ExitStatus(1));
		assertThat(commands.resolve("entry")).exists();
	}

	/**
	 * The selector does not tell which of two connections was first.
	 */
	@Test
	void applicationThatConnectsAgainShouldNotBeRefused() throws Exception {
		this.processes.adopt(ProcessHandle.current().pid(), "secret");
		Connections connections = new Connections(this.loop.selector(),
				new RequestHandler(this.supervisor, this.processes, this.directory, this.cluster, "parent", this.log),
				this.log);
		SocketChannel first = hello();
		Client before;
		try (first) {
			connections.accept(this.listener.accepted.poll(30, TimeUnit.SECONDS));
			serve(connections, null);
			before = this.processes.active().client();
			assertThat(before).isNotNull();
		}
		try (SocketChannel second = hello()) {
			connections.accept(this.listener.accepted.poll(30, TimeUnit.SECONDS));
			serve(connections, before);
			assertThat(this.processes.active().client()).isNotNull().isNotSameAs(before);
			assertThat(before.isOpen()).isFalse();
			try (SocketChannel third = hello()) {
				connections.accept(this.listener.accepted.poll(30, TimeUnit.SECONDS));
				Client current = this.processes.active().client();
				serve(connections, current);
				assertThat(this.processes.active().client()).as("the one that is connected stays").isSameAs(current);
			}
		}
	}

	private SocketChannel hello() throws IOException {
		SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(this.path.resolve(RunDirectory.SOCKET)));
		channel.write(new Frame(MessageType.HELLO, 1,
				new Payload.Hello(Payload.VERSION, "secret", ProcessHandle.current().pid(), System.nanoTime()).encode())
			.encode());
		return channel;
	}

	private void serve(Connections connections, Client later) throws IOException {
		this.loop.selector().select(30_000);
		this.loop.selector()
			.keys()
			.stream()
			.filter((key) -> key.isValid() && key.attachment() != later)
			.toList()
			.forEach(connections::serve);
	}

	@Test
	void silenceShouldBeNoticedThoughTheSocketFails() {
		createSupervisor(new HeldSocket(ListeningCalls::new, this.log));
		adoptedIsInitialized(SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART));
		this.processes.socket().want(true);
		this.processes.socket().takeOver();
		this.processes.socket().unserved();
		this.processes.socket().longest(Duration.ZERO);
		this.supervisor.handle(new Event.Register(Lane.ACTIVE, 2));
		this.supervisor.handle(new Event.Start(3, false, false));
		Deadlines deadlines = deadlines();
		Await.until("the warn signal", () -> {
			assertThatIllegalStateException().isThrownBy(deadlines::look);
			return this.done.contains("send");
		});
	}

	/**
	 * No memory, say. What is left is named all the same, beside the start.
	 */
	@Test
	void whatIsLeftShouldNotKeepTheNextInstanceFromStarting() {
		endsDescendants();
		this.supervisor.handle(new Event.Exited(Lane.ACTIVE, new ExitStatus(1)));
		assertThat(this.done).containsSubsequence("spawn", "end descendants", "say", "save");
		assertThat(this.supervisor.supervision().hasProcess()).isTrue();
		assertThat(this.processes.active().process()).isNotNull();
	}

	@Test
	void whatIsLeftShouldNotKeepTheSpareFromBeingPromoted() throws Throwable {
		endsDescendants();
		this.processes.spare().start("hot");
		ProcessSlot spare = this.processes.slot(Lane.SPARE);
		ApplicationProcess process = this.processes.spare().started(this.listener.spares.poll(30, TimeUnit.SECONDS));
		assertThat(process).isNotNull();
		this.supervisor.carryOut(new Effect.Promote(1));
		assertThat(this.done).endsWith("end descendants");
		assertThat(this.processes.active()).isSameAs(spare);
		assertThat(this.processes.active().process()).isSameAs(process);
	}

	private void endsDescendants() {
		adoptedIsInitialized(SamOptions.builder(Duration.ofSeconds(10), RecoveryPolicy.RESTART).endDescendants(true));
	}

	@Test
	void optionsOfAPromotedSpareShouldCount() throws Exception {
		Duration interval = Duration.ofSeconds(5);
		SamOptions before = SamOptions.builder(interval, RecoveryPolicy.RESTART).cmap(true).build();
		this.cluster.begin(new Event.Initialize(Lane.ACTIVE, 1, before), this.supervisor);
		Await.until("the keys of the instance before", () -> pollPeriods().equals(List.of(interval.toMillis())));
		SamOptions options = SamOptions.builder(interval.multipliedBy(12), RecoveryPolicy.RESTART)
			.cmap(true)
			.connections(true, Duration.ofSeconds(10))
			.build();
		this.supervisor.resume(Supervision.initial(0)
			.step(new Event.Adopted(ProcessHandle.current().pid(), 0, true), new Moment(1, 1))
			.next()
			.step(new Event.Initialize(Lane.ACTIVE, 1, options), new Moment(1, 1))
			.next());
		assertThat(this.processes.socket().status()).isNull();
		this.supervisor.carryOut(new Effect.Promote(1));
		assertThat(this.processes.socket().status()).isNotNull();
		Await.until("those of the spare", () -> pollPeriods().equals(List.of(options.timeInterval().toMillis())));
		this.cluster.close(true);
	}

	private List<Object> pollPeriods() {
		return this.corosync.keys()
			.entrySet()
			.stream()
			.filter((key) -> key.getKey().endsWith("poll_period"))
			.<Object>map(Map.Entry::getValue)
			.toList();
	}

	@Test
	void connectionOfAnInstanceShouldBeClosedOnceTheNextInstanceIsStarted() throws Exception {
		try (SocketChannel end = SocketChannel
			.open(UnixDomainSocketAddress.of(this.path.resolve(RunDirectory.SOCKET)))) {
			Client client = accepted();
			adoptedIsInitialized();
			this.processes.active().connected(client);
			this.afterSpawn = () -> assertThat(client.isOpen()).isTrue();
			this.supervisor.handle(new Event.Exited(Lane.ACTIVE, new ExitStatus(1)));
			assertThat(client.isOpen()).isFalse();
		}
	}

	private Client accepted() throws Exception {
		SocketChannel channel = this.listener.accepted.poll(30, TimeUnit.SECONDS);
		assertThat(channel).as("the connection that was accepted").isNotNull();
		channel.configureBlocking(false);
		return new Client(channel, channel.register(this.loop.selector(), SelectionKey.OP_READ));
	}

	/**
	 * What it has inherited is the socket with the port before.
	 */
	@Test
	void instanceThatHasChangedItsPortShouldGoOnToListenByItself() throws Exception {
		try (SocketChannel end = SocketChannel
			.open(UnixDomainSocketAddress.of(this.path.resolve(RunDirectory.SOCKET)))) {
			this.processes.socket().want(true);
			this.supervisor.handle(BEGIN);
			Client client = accepted();
			this.processes.active().connected(client);
			listen(client, 8080);
			assertThat(this.processes.socket().status().port()).isEqualTo(8080);
			listen(client, 9090);
			listen(client, 9090);
			assertThat(this.processes.socket().status().port()).as("nothing is bound for it").isZero();
		}
	}

	private void listen(Client client, int port) throws IOException {
		new RequestHandler(this.supervisor, this.processes, this.directory, this.cluster, "parent", this.log).request(
				client, new Frame(MessageType.LISTEN, 1, Payload.listen(new InetSocketAddress("127.0.0.1", port), 50)));
	}

	private void adoptedIsInitialized() {
		adoptedIsInitialized(SamOptions.builder(Duration.ofSeconds(10), RecoveryPolicy.RESTART));
	}

	private void adoptedIsInitialized(SamOptions.Builder options) {
		this.processes.adopt(ProcessHandle.current().pid(), "secret");
		this.supervisor.handle(new Event.Adopted(ProcessHandle.current().pid(), 0, true));
		this.supervisor.handle(new Event.Initialize(Lane.ACTIVE, 1, options.build()));
	}

	/**
	 * Takes note of effects.
	 */
	private final class Recording extends Supervisor {

		Recording(Log log) {
			super(SupervisorTests.this.loop, SupervisorTests.this.processes, SupervisorTests.this.directory,
					SupervisorTests.this.cluster, new IncidentReports(log), log);
		}

		@Override
		void carryOut(Effect effect) {
			String name = effect.getClass().getSimpleName().toLowerCase(Locale.ROOT);
			if (!RECORDED.contains(name)) {
				super.carryOut(effect);
				return;
			}
			SupervisorTests.this.done.add(name);
			if (name.equals(SupervisorTests.this.fails)) {
				throw new NoClassDefFoundError("as asked");
			}
			if (effect instanceof Effect.Spawn) {
				if (SupervisorTests.this.startsProcesses) {
					super.carryOut(effect);
				}
				SupervisorTests.this.afterSpawn.run();
			}
		}

		@Override
		String endDescendantsOf(String secret) {
			SupervisorTests.this.done.add("end descendants");
			throw new NoClassDefFoundError("as asked");
		}

	}

	/**
	 * It cannot be made to refuse.
	 */
	private static final class ListeningCalls extends NoNativeCalls {

		@Override
		public int call(String library, String function, Object... arguments) {
			switch (function) {
				case "getsockname" -> ByteBuffer.wrap((byte[]) arguments[1])
					.order(ByteOrder.nativeOrder())
					.putShort((short) 2)
					.order(ByteOrder.BIG_ENDIAN)
					.putShort((short) 8080);
				case "getsockopt" -> ((int[]) arguments[3])[0] = 1;
				case "shutdown" -> throw new IllegalStateException("as asked");
				default -> {
					// as if it were done
				}
			}
			return 0;
		}

	}

	/**
	 * Of what other threads report, only connections and spares matter here.
	 */
	private static final class Connecting
			implements RunDirectoryGuard.Listener, ClusterLink.Callback, Processes.Listener {

		private final BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();

		private final BlockingQueue<SpareStart> spares = new LinkedBlockingQueue<>();

		@Override
		public void accepted(SocketChannel channel) {
			this.accepted.add(channel);
		}

		@Override
		public void moved(Path directory) {
		}

		@Override
		public void quorum(boolean quorate, List<Long> members, String problem) {
		}

		@Override
		public void progress() {
		}

		@Override
		public void exited(ApplicationProcess process, ExitStatus status) {
		}

		@Override
		public void spareStarted(SpareStart start) {
			this.spares.add(start);
		}

	}

}
