package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import io.github.samboot.core.CsError;
import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.process.Nanos;
import io.github.samboot.core.internal.process.ShutdownWatcher;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.core.internal.wire.PayloadReader;
import org.jspecify.annotations.Nullable;

/**
 * The SAM of this process: talks to the watchdog that started or adopted it, and replaces
 * a watchdog that died. There is one per process, because a process is what is
 * supervised. Thread-safe.
 */
public final class ProcessSam implements ApplicationSam {

	/** Exit status under {@link SamOptions.WatchdogLoss#EXIT}. */
	public static final int EXIT_WATCHDOG_LOST = 70;

	/** Probes and scrapers ask for the status: they must not hang with a watchdog. */
	private static final long STATUS_SECONDS = 1;

	/** For all of the client. */
	static final Logger logger = System.getLogger(ProcessSam.class.getName());

	private static final ProcessSam INSTANCE = new ProcessSam(addressOfThisProcess());

	/** A watchdog that is stopped must not keep a process from ending. */
	private static final long LAST_MESSAGE_MILLIS = 200;

	/** Orders changes and what is sent because of them; never held in a wait. */
	final Object lock = new Object();

	/** Changed with the lock held, but for the end of the JVM. */
	private final AtomicReference<ClientState> state = new AtomicReference<>(ClientState.INITIAL);

	final Listeners listeners = new Listeners();

	final WatchdogLink link;

	final SavedData data = new SavedData(this);

	final WatchdogReplacement replacement = new WatchdogReplacement(this);

	final WatchdogEvents events = new WatchdogEvents(this);

	/** Changed with the lock held, as the checks that ask it. */
	private @Nullable HealthCheck callback;

	private @Nullable EventDrivenChecks checks;

	ProcessSam(@Nullable WatchdogAddress address) {
		this.link = new WatchdogLink(address);
	}

	private static @Nullable WatchdogAddress addressOfThisProcess() {
		try {
			return WatchdogAddress.fromEnvironment();
		}
		catch (InvalidPathException ex) {
			logger.log(Level.WARNING,
					"This application is not supervised: its locale cannot express the path of the watchdog''s run directory ({0}). Set LC_ALL=C.UTF-8, or sam.watchdog.run-directory",
					ex.getMessage());
			return null;
		}
	}

	/**
	 * Return the SAM of this process.
	 * @return the one instance
	 */
	public static ProcessSam get() {
		return INSTANCE;
	}

	ClientState current() {
		return this.state.get();
	}

	ClientState change(UnaryOperator<ClientState> change) {
		return this.state.updateAndGet(change);
	}

	@Override
	public boolean isSupervised() {
		return this.link.hasAddress();
	}

	/**
	 * Use a watchdog that was started beside this process.
	 * @param address where it listens
	 */
	public void attach(WatchdogAddress address) {
		this.link.address(address);
	}

	/**
	 * Say how a lost watchdog is replaced; without it, as the lost one was started.
	 * @param command makes the command of a watchdog: JVM, its options, class path and
	 * main class, but none of the watchdog's own options
	 */
	public void replacementCommand(Callable<List<String>> command) {
		this.replacement.command = command;
	}

	@Override
	public void decline(String reason) {
		current().require(SamState.NOT_INITIALIZED, SamState.INITIALIZED);
		boolean isFinal = state() == SamState.NOT_INITIALIZED;
		request(MessageType.DECLINE, Payload.text(reason), () -> change(ClientState::declined));
		if (isFinal) {
			change((state) -> state.closes(false));
			this.link.address(null);
		}
	}

	@Override
	public boolean isSpare() {
		return current().isSpare();
	}

	@Override
	public boolean isPromoted() {
		return current().role() == ClientState.Role.PROMOTED;
	}

	/**
	 * Wait as a spare, before anything else is done, until the instance before this one
	 * is gone. To be called where {@link WatchdogAddress#SPARE} is set.
	 * @throws SamException BAD_HANDLE after initialize; LIBRARY if this process has no
	 * watchdog; INTERRUPT if the waiting thread is interrupted
	 */
	public void standBy() {
		current().require(SamState.NOT_INITIALIZED);
		request(MessageType.STAND_BY, Payload.NOTHING, () -> change(ClientState::promoted));
		waitForShutdown();
	}

	/**
	 * A spare that is promoted while its JVM shuts down goes no further: once it was up,
	 * its end would be taken for a stop of the application. Spring does not wait for a
	 * thread that waits without time; if it has not seen that, this one goes on.
	 */
	private static void waitForShutdown() {
		if (!ShutdownWatcher.inProgress()) {
			return;
		}
		try {
			new CompletableFuture<>().orTimeout(Connection.SHUTDOWN_SECONDS, TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			throw new SamException(CsError.INTERRUPT, "This process was to go on while its JVM shuts down");
		}
	}

	/**
	 * Connect, ask and wait as long as it takes. Does not return if the watchdog that
	 * started this process is gone.
	 */
	private void request(MessageType type, byte[] payload, Runnable whenAnswered) {
		try {
			this.listeners.start();
			connect().connection().send(type, payload, whenAnswered).whenever();
		}
		catch (SamException ex) {
			throw unlessStarterIsGone(ex);
		}
	}

	private synchronized Contact connect() {
		if (this.link.isConnected()) {
			return this.link.connected();
		}
		Contact contact = this.link.connect(this.events);
		synchronized (this.lock) {
			if (contact.welcome().isSpare()) {
				change(ClientState::spare);
			}
			this.link.use(contact);
		}
		if (contact.connection().hasEnded()) {
			// before its end concerned anything
			this.events.ended(contact.connection());
		}
		return contact;
	}

	/**
	 * Return a problem of a process that is not registered yet. Does not return if the
	 * watchdog that started it is gone.
	 */
	private SamException unlessStarterIsGone(SamException problem) {
		boolean isRefused = this.link.contact() != null && problem.error() != CsError.LIBRARY;
		if (!isRefused && this.link.hasAddress()) {
			Starter.endIfGone(this.link.address(), problem);
		}
		return problem;
	}

	@Override
	public SamState state() {
		return current().sam();
	}

	@Override
	public WatchdogConnection connection() {
		return this.link.state();
	}

	@Override
	public void initialize(SamOptions options) {
		current().require(SamState.NOT_INITIALIZED);
		// the quorum provider may take its time
		request(MessageType.INITIALIZE, Payload.options(options), () -> {
		});
		synchronized (this.lock) {
			change((state) -> state.initialized(options));
		}
		Runtime.getRuntime().addShutdownHook(new Thread(this::end, "sam-shutdown"));
	}

	/**
	 * The JVM shuts down: tell the watchdog why. The connection ends with that: at its
	 * end a JVM waits 300 ms for threads that are in a system call, as the reader is.
	 * Takes no lock that a caller of {@code System.exit} might hold.
	 */
	void end() {
		ClientState before = current();
		boolean isTold = before.closing().isRequested();
		boolean isRequested = isTold || ShutdownWatcher.isCausedFromOutside(!before.closing().hasFailed());
		change((state) -> state.closes(isRequested));
		MessageType reason = isRequested ? MessageType.STOPPING : MessageType.EXITING;
		boolean isHeard = this.link.isConnected();
		Contact told = before.isExpected() ? tellEnd(reason, isTold) : null;
		this.replacement.abandon(isHeard);
		if (before.isExpected() && this.link.contact() != told) {
			tellEnd(reason, false);
		}
	}

	private @Nullable Contact tellEnd(MessageType reason, boolean isTold) {
		Contact contact = this.link.contact();
		if (contact != null) {
			if (!isTold) {
				this.link.tell(reason, Payload.NOTHING);
			}
			contact.connection().endOutput(LAST_MESSAGE_MILLIS);
		}
		return contact;
	}

	@Override
	public int register() {
		current().require(SamState.INITIALIZED);
		boolean wasSpare = current().isSpare();
		int id;
		try {
			id = requestInstanceId();
		}
		catch (SamException ex) {
			if (ex.error() == CsError.LIBRARY) {
				// the connection ends with the JVM: that is no start-up that has failed
				waitForShutdown();
			}
			throw unlessStarterIsGone(ex);
		}
		if (wasSpare) {
			this.listeners.tell((listener) -> listener.promoted(id));
			this.listeners.awaitHeard();
		}
		return id;
	}

	private int requestInstanceId() {
		Connection.Answer answer;
		synchronized (this.lock) {
			current().require(SamState.INITIALIZED);
			answer = this.link.connected()
				.connection()
				.send(MessageType.REGISTER, Payload.NOTHING, () -> change(ClientState::promoted));
		}
		int id = (int) number(answer.whenever());
		if (isPromoted()) {
			waitForShutdown();
		}
		this.data.registering(id);
		synchronized (this.lock) {
			current().require(SamState.INITIALIZED);
			// its loss was no reason for another one until now
			this.link.connected();
			change((state) -> state.registered(id));
		}
		return id;
	}

	@Override
	public int instanceId() {
		current().require(SamState.REGISTERED, SamState.STARTED);
		return current().instanceId();
	}

	@Override
	public void start() {
		start(false);
	}

	@Override
	public void start(boolean startupContinues) {
		Contact contact;
		Connection.Answer answer;
		int closings;
		synchronized (this.lock) {
			current().requireStartable();
			contact = this.link.connected();
			closings = current().closing().count();
			answer = contact.connection().send(MessageType.START, Payload.start(startupContinues, false));
		}
		awaitStart(answer);
		synchronized (this.lock) {
			if (this.link.contact() != contact) {
				throw new SamException(CsError.TRY_AGAIN, "The watchdog died and was replaced during the call");
			}
			change((state) -> state.started(startupContinues, closings));
			endChecks();
			if (this.callback != null) {
				this.checks = new EventDrivenChecks(this, this.callback, current().intervalNanos());
				this.checks.start();
			}
		}
		if (!startupContinues) {
			WatchdogReplacement.prepare(current());
		}
	}

	private void awaitStart(Connection.Answer answer) {
		try {
			answer.whenever();
		}
		catch (SamException ex) {
			synchronized (this.lock) {
				if (ex.error() == CsError.INTERRUPT && state() == SamState.REGISTERED) {
					// or the watchdog starts to wait for heartbeats that are not sent
					this.link.tell(MessageType.STOP, Payload.NOTHING);
				}
			}
			throw ex;
		}
	}

	@Override
	public void ready() {
		synchronized (this.lock) {
			ClientState before = current();
			if (change(ClientState::ready) == before) {
				return;
			}
			this.link.beat();
			this.link.tell(MessageType.READY, Payload.NOTHING);
		}
		WatchdogReplacement.prepare(current());
	}

	@Override
	public void startAgain() {
		boolean isLost;
		synchronized (this.lock) {
			if (!current().isClosing() || state() != SamState.STARTED || ShutdownWatcher.inProgress()) {
				return;
			}
			change(ClientState::startsAgain);
			isLost = !this.link.isConnected();
			if (isLost) {
				// while the application closed down
				this.link.lost(WatchdogConnection.REPLACING);
			}
			else {
				// the answer, if it is a wait for quorum, is what start waits for
				this.link.tell(MessageType.START, Payload.start(true, false));
			}
		}
		if (isLost) {
			this.events.replaceOrExit();
		}
	}

	@Override
	public int listen(InetSocketAddress address, int backlog) throws IOException {
		if (!isSupervised()) {
			return 0;
		}
		try {
			return (int) number(this.link.send(MessageType.LISTEN, Payload.listen(address, backlog)).promptly());
		}
		catch (SamException ex) {
			if (ex.error() == CsError.NOT_EXIST) {
				return 0;
			}
			// without its cause, which would be explained instead
			throw new BindException((ex.error() == CsError.EXIST) ? "Address already in use" : ex.reason());
		}
	}

	@Override
	public void stopping() {
		SamState state = state();
		if (state != SamState.NOT_INITIALIZED && state != SamState.FINALIZED) {
			boolean isRequested = !ShutdownWatcher.inProgress() && !current().closing().hasFailed();
			// under the lock: a new watchdog either hears it or is not taken
			synchronized (this.lock) {
				change((current) -> current.closes(isRequested));
				this.link.tell(MessageType.STOPPING, Payload.NOTHING);
			}
		}
	}

	@Override
	public void closed() {
		this.replacement.ensure();
	}

	@Override
	public void runFailed() {
		if (!ShutdownWatcher.inProgress()) {
			change(ClientState::failed);
		}
	}

	@Override
	public void stop() {
		changeAndTell(ClientState::stopped, MessageType.STOP, Payload.NOTHING);
	}

	@Override
	public void hcSend() {
		SamState state = state();
		if (state != SamState.STARTED) {
			throw new SamException(CsError.BAD_HANDLE,
					"A heartbeat is only allowed between start and stop, but the state is " + state);
		}
		if (!this.link.beat() && connection() == WatchdogConnection.NONE) {
			throw WatchdogLink.gone();
		}
		// else a new watchdog is on its way; it grants a fresh interval
	}

	@Override
	public boolean heartbeatPageLost(Throwable fault) {
		Contact contact = this.link.contact();
		return contact != null && contact.heartbeat().pageIsLost(fault);
	}

	private void endChecks() {
		if (this.checks != null) {
			this.checks.end();
			this.checks = null;
		}
	}

	@Override
	public void hcCallbackRegister(@Nullable HealthCheck callback) {
		synchronized (this.lock) {
			current().requireCallback(callback, this.callback);
			this.callback = callback;
		}
	}

	@Override
	public void warnSignalSet(Signal signal) {
		current().requireUsable();
		this.link.send(MessageType.WARN_SIGNAL_SET, Payload.text(signal.name())).promptly();
		synchronized (this.lock) {
			change((state) -> state.warnSignal(signal));
		}
	}

	@Override
	public void dataStore(byte @Nullable [] data) {
		this.data.store((data != null) ? data : Payload.NOTHING);
	}

	@Override
	public int dataSize() {
		return this.data.size();
	}

	@Override
	public byte[] dataRestore() {
		return this.data.restore();
	}

	@Override
	public void markFailed() {
		current().requireCmap();
		report(MessageType.MARK_FAILED, Payload.NOTHING, SamState.REGISTERED, SamState.STARTED);
	}

	@Override
	public void unhealthy(String message) {
		byte[] payload = Payload.text(message);
		synchronized (this.lock) {
			if (state() == SamState.STARTED && !current().isClosing()) {
				change((state) -> state.reported(MessageType.UNHEALTHY, payload));
				this.link.tell(MessageType.UNHEALTHY, payload);
			}
		}
	}

	@Override
	public void notice(String notice) {
		synchronized (this.lock) {
			this.link.tell(MessageType.NOTICE, Payload.text(notice));
		}
	}

	@Override
	public void recover(String message) {
		report(MessageType.RECOVER, Payload.text(message), SamState.STARTED);
	}

	@Override
	public void replace(String message) {
		current().require(SamState.STARTED);
		this.link.send(MessageType.REPLACE, Payload.text(message)).promptly();
	}

	/**
	 * Report that this process is to be replaced, or given up: to this watchdog or, if it
	 * dies before it has answered, to the next one.
	 */
	private void report(MessageType type, byte[] payload, SamState... allowed) {
		Connection.@Nullable Answer answer = null;
		ClientState.Report before;
		ClientState.Report report;
		synchronized (this.lock) {
			current().require(allowed);
			if (connection() != WatchdogConnection.REPLACING) {
				answer = this.link.send(type, payload);
			}
			before = current().report();
			report = change((state) -> state.reported(type, payload)).report();
		}
		if (answer == null) {
			return;
		}
		try {
			answer.promptly();
		}
		catch (SamException ex) {
			if (answer.isRefused()) {
				synchronized (this.lock) {
					change((state) -> state.reportRefused(report, before));
				}
				throw ex;
			}
			if (ex.error() != CsError.LIBRARY || !current().wantsWatchdog()) {
				throw ex;
			}
		}
	}

	@Override
	public void extendStartup(Duration duration) {
		requirePositive(duration);
		long nanos = Nanos.of(duration);
		changeAndTell((state) -> state.startupExtended(System.nanoTime() + nanos), MessageType.EXTEND_STARTUP,
				Payload.number(nanos));
	}

	static void requirePositive(Duration duration) {
		if (duration.isZero() || duration.isNegative()) {
			throw new SamException(CsError.INVALID_PARAM, "Start-up cannot be extended by " + duration
					+ ": say how long it may take from now on, such as 30 s");
		}
	}

	@Override
	public void finalizeSam() {
		changeAndTell(ClientState::finalized, MessageType.FINALIZE, Payload.NOTHING);
	}

	/**
	 * Change the state and tell the watchdog, if it is there: one that takes over is told
	 * then.
	 */
	private void changeAndTell(UnaryOperator<ClientState> change, MessageType type, byte[] payload) {
		Connection.@Nullable Answer answer;
		synchronized (this.lock) {
			if (change(change).sam() != SamState.STARTED) {
				endChecks();
			}
			answer = this.link.sendIfConnected(type, payload);
		}
		if (answer != null) {
			answer.promptlyUnlessGone();
		}
	}

	@Override
	public @Nullable SamStatus status() {
		try {
			SamStatus status = Payload
				.status(this.link.send(MessageType.STATUS, Payload.NOTHING).within(STATUS_SECONDS));
			// what the watchdog had told before it answered is known by now
			this.listeners.awaitHeard();
			return status;
		}
		catch (SamException | MalformedFrameException ex) {
			return null;
		}
	}

	@Override
	public void addListener(SamListener listener) {
		this.listeners.add(listener);
	}

	@Override
	public void removeListener(SamListener listener) {
		this.listeners.remove(listener);
	}

	@Override
	public Path runDirectory() {
		return this.link.address().runDirectory();
	}

	private static long number(PayloadReader reply) {
		try {
			return reply.longInt();
		}
		catch (MalformedFrameException ex) {
			throw new SamException(CsError.MESSAGE_ERROR, "The watchdog's answer cannot be read", ex);
		}
	}

}
