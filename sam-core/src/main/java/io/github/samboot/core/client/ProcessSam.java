package io.github.samboot.core.client;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.HeartbeatPage;
import io.github.samboot.core.protocol.MalformedFrameException;
import io.github.samboot.core.protocol.MessageType;
import io.github.samboot.core.protocol.Nanos;
import io.github.samboot.core.protocol.Payload;
import io.github.samboot.core.protocol.PayloadReader;
import io.github.samboot.core.protocol.RunDirectory;
import io.github.samboot.core.protocol.RunDirectoryHold;
import io.github.samboot.core.protocol.WatchdogAddress;
import org.jspecify.annotations.Nullable;

/**
 * The SAM of this process: talks to the watchdog that started or adopted it, and replaces
 * a watchdog that died. There is one per process, because a process is what is
 * supervised. Thread-safe.
 */
public final class ProcessSam implements Sam {

	/** Exit status under {@link SamOptions.WatchdogLoss#EXIT}. */
	public static final int EXIT_WATCHDOG_LOST = 70;

	/** Probes and scrapers ask for the status: they must not hang with a watchdog. */
	private static final long STATUS_SECONDS = 1;

	/** A quorum provider that is frozen takes the watchdog ten seconds. */
	private static final long RESUME_ANSWER_SECONDS = 20;

	/** A watchdog that is stopped must not keep a process from ending. */
	private static final long LAST_WORDS_MILLIS = 200;

	private static final byte[] NOTHING = new byte[0];

	private static final ProcessSam INSTANCE = new ProcessSam(WatchdogAddress.fromEnvironment());

	private final Object lock = new Object();

	private final Listeners listeners = new Listeners();

	private volatile @Nullable WatchdogAddress address;

	private volatile @Nullable WatchdogLauncher launcher;

	private volatile SamState state = SamState.NOT_INITIALIZED;

	private volatile WatchdogConnection connectionState = WatchdogConnection.NONE;

	/** Not {@code null} exactly while started. */
	private volatile @Nullable HeartbeatSender heartbeat;

	private volatile @Nullable Connection connection;

	private @Nullable RunDirectoryHold hold;

	private @Nullable HeartbeatSender connectedHeartbeat;

	private Payload.@Nullable Welcome welcome;

	private @Nullable SamOptions options;

	private @Nullable Signal warnSignal;

	private byte @Nullable [] dataBeforeRegister;

	private @Nullable HealthCheck callback;

	private @Nullable EventDrivenChecks checks;

	private int instanceId;

	private boolean startupContinues;

	/** What start-up was extended to, as {@link System#nanoTime()}, 0 if it was not. */
	private long startupLasts;

	private boolean ready;

	private boolean isStopped;

	private volatile boolean isSpare;

	private volatile boolean isPromoted;

	private boolean isSpareTold;

	private volatile boolean closing;

	private volatile boolean wantsToEnd;

	ProcessSam(@Nullable WatchdogAddress address) {
		this.address = address;
	}

	/**
	 * Return the SAM of this process.
	 * @return the one instance
	 */
	public static ProcessSam get() {
		return INSTANCE;
	}

	/**
	 * Return whether this process has a watchdog, or has one again soon.
	 * @return whether calls can succeed
	 */
	public boolean isSupervised() {
		return this.address != null;
	}

	/**
	 * Use a watchdog that was started beside this process.
	 * @param address where it listens
	 */
	public void attach(WatchdogAddress address) {
		this.address = address;
	}

	/**
	 * Say how a lost watchdog is replaced; without it, as the lost one was started.
	 * @param launcher knows the command
	 */
	public void replacementLauncher(WatchdogLauncher launcher) {
		this.launcher = launcher;
	}

	/**
	 * Tell the watchdog that this process does not want to be supervised: it then only
	 * passes signals and the exit status on.
	 * @param reason one sentence for its log
	 */
	public void decline(String reason) {
		synchronized (this.lock) {
			requireState(SamState.NOT_INITIALIZED);
			connect().ask(MessageType.DECLINE, Payload.text(reason));
			this.closing = true;
			this.address = null;
		}
	}

	/**
	 * Return whether this process is a spare, and not promoted yet.
	 * @return whether it is a spare; known from {@link #initialize} on
	 */
	public boolean isSpare() {
		return this.isSpare;
	}

	/**
	 * Return whether this process was a spare and is the active instance now.
	 * @return whether it was promoted
	 */
	public boolean isPromoted() {
		return this.isPromoted;
	}

	/**
	 * Wait as a spare, before anything else is done, until the instance before this one
	 * is gone. To be called where {@link WatchdogAddress#SPARE} is set.
	 * @throws SamException BAD_HANDLE after initialize; LIBRARY if this process has no
	 * watchdog; INTERRUPT if the waiting thread is interrupted
	 */
	public void standBy() {
		Connection connection;
		synchronized (this.lock) {
			requireState(SamState.NOT_INITIALIZED);
			connection = connect();
		}
		connection.send(MessageType.STAND_BY, NOTHING, this::promoted).whenever();
	}

	/**
	 * Before anything else is heard of the watchdog: with its end a spare ends too, and
	 * an active instance does not.
	 */
	private void promoted() {
		if (this.isSpare) {
			this.isSpare = false;
			this.isPromoted = true;
		}
	}

	@Override
	public SamState state() {
		return this.state;
	}

	/**
	 * Return how this process stands with its watchdog.
	 * @return the state of the connection
	 */
	public WatchdogConnection connection() {
		return this.connectionState;
	}

	@Override
	public void initialize(SamOptions options) {
		Connection connection;
		synchronized (this.lock) {
			requireState(SamState.NOT_INITIALIZED);
			connection = connect();
		}
		// the quorum provider may take its time
		connection.send(MessageType.INITIALIZE, Payload.options(options)).whenever();
		synchronized (this.lock) {
			requireState(SamState.NOT_INITIALIZED);
			this.options = options;
			this.state = SamState.INITIALIZED;
		}
		Runtime.getRuntime().addShutdownHook(new Thread(this::sayGoodbye, "sam-shutdown"));
	}

	@Override
	public int register() {
		Connection connection;
		synchronized (this.lock) {
			requireState(SamState.INITIALIZED);
			connection = connected();
		}
		boolean wasSpare = this.isSpare;
		int id = (int) answer(connection.send(MessageType.REGISTER, NOTHING, this::promoted).whenever());
		synchronized (this.lock) {
			requireState(SamState.INITIALIZED);
			this.instanceId = id;
			this.state = SamState.REGISTERED;
			byte[] data = this.dataBeforeRegister;
			this.dataBeforeRegister = null;
			if (data != null && id == 0) {
				write(data);
			}
		}
		if (wasSpare) {
			this.listeners.tell((listener) -> listener.promoted(id));
			this.listeners.awaitHeard();
		}
		return id;
	}

	@Override
	public int instanceId() {
		synchronized (this.lock) {
			requireState(SamState.REGISTERED, SamState.STARTED);
			return this.instanceId;
		}
	}

	@Override
	public void start() {
		start(false);
	}

	/**
	 * As {@link #start()}, for an application that goes on starting up after it.
	 * @param startupContinues whether health checks are expected only from
	 * {@link #ready()} on; until then the start-up timeout guards the process
	 */
	public void start(boolean startupContinues) {
		Connection connection;
		synchronized (this.lock) {
			if (!(this.closing && this.state == SamState.STARTED)) {
				requireState(SamState.REGISTERED);
			}
			connection = connected();
		}
		connection.send(MessageType.START, Payload.start(startupContinues, false)).whenever();
		synchronized (this.lock) {
			this.startupContinues = startupContinues;
			this.ready = !startupContinues;
			this.closing = false;
			this.wantsToEnd = false;
			this.state = SamState.STARTED;
			this.isStopped = false;
			this.heartbeat = this.connectedHeartbeat;
			if (this.callback != null) {
				this.checks = new EventDrivenChecks(this, this.callback, intervalNanos());
				this.checks.start();
			}
		}
		if (!startupContinues) {
			WatchdogReplacement.prepare();
		}
	}

	/**
	 * Start-up is over: health checks are expected from now on. Does nothing unless
	 * started with {@link #start(boolean) start(true)}.
	 */
	public void ready() {
		synchronized (this.lock) {
			if (this.state != SamState.STARTED || this.ready) {
				return;
			}
			this.ready = true;
			beat();
			tell(MessageType.READY, NOTHING);
		}
		WatchdogReplacement.prepare();
	}

	/**
	 * An application that was closing down starts again in this process: the start-up
	 * timeout guards it from now on, no longer the shutdown timeout. Does nothing
	 * otherwise.
	 */
	public void startAgain() {
		synchronized (this.lock) {
			if (this.closing && this.state == SamState.STARTED && !ShutdownWatcher.inProgress()) {
				// the answer, if it is a wait for quorum, is what start waits for
				tell(MessageType.START, Payload.start(true, false));
			}
		}
	}

	/**
	 * The application is closing down because it wants to: health checks are not expected
	 * any more, and a clean exit is no failure. The watchdog makes sure that it ends.
	 */
	public void stopping() {
		boolean inShutdown = ShutdownWatcher.inProgress();
		synchronized (this.lock) {
			if (this.state == SamState.NOT_INITIALIZED || this.state == SamState.FINALIZED) {
				return;
			}
			this.wantsToEnd |= !inShutdown;
			this.closing = true;
			tell(MessageType.STOPPING, NOTHING);
		}
	}

	@Override
	public void stop() {
		synchronized (this.lock) {
			requireState(SamState.STARTED);
			switchOff();
			this.state = SamState.REGISTERED;
			this.isStopped = true;
			if (this.connectionState == WatchdogConnection.CONNECTED) {
				connected().ask(MessageType.STOP, NOTHING);
			}
		}
	}

	private void switchOff() {
		this.heartbeat = null;
		if (this.checks != null) {
			this.checks.end();
			this.checks = null;
		}
	}

	@Override
	public void hcSend() {
		HeartbeatSender heartbeat = this.heartbeat;
		if (heartbeat == null) {
			throw new SamException(CsError.BAD_HANDLE,
					"A health check is only allowed between start and stop, but the state is " + this.state);
		}
		try {
			heartbeat.beat();
		}
		catch (IOException ex) {
			if (this.connectionState == WatchdogConnection.NONE) {
				throw new SamException(CsError.LIBRARY, "The watchdog is gone", ex);
			}
			// a new watchdog is on its way; it grants a fresh interval
		}
	}

	/**
	 * Stop using the heartbeat page. For a thread that was ended by a fault on it: a JVM
	 * may raise that fault outside of any {@code try}.
	 * @param fault what happened
	 */
	public void heartbeatPageLost(Throwable fault) {
		HeartbeatSender heartbeat = this.heartbeat;
		if (heartbeat != null) {
			heartbeat.pageIsLost(fault);
		}
	}

	@Override
	public void hcCallbackRegister(@Nullable HealthCheck callback) {
		synchronized (this.lock) {
			requireState(SamState.REGISTERED);
			if (intervalNanos() == 0) {
				throw new SamException(CsError.INVALID_PARAM,
						"Event-driven checking needs a time interval: initialize with one above zero");
			}
			if (callback == null && this.callback == null) {
				throw new SamException(CsError.INVALID_PARAM,
						"There is no callback to take back: register one before null");
			}
			this.callback = callback;
		}
	}

	@Override
	public void warnSignalSet(Signal signal) {
		synchronized (this.lock) {
			requireUsable();
			connected().ask(MessageType.WARN_SIGNAL_SET, Payload.text(signal.name()));
			this.warnSignal = signal;
		}
	}

	@Override
	public void dataStore(byte @Nullable [] data) {
		byte[] bytes = (data != null) ? data.clone() : NOTHING;
		synchronized (this.lock) {
			requireUsable();
			if (bytes.length > MAX_DATA_SIZE) {
				throw new SamException(CsError.TOO_BIG, "User data of " + bytes.length + " bytes is more than "
						+ MAX_DATA_SIZE + ": keep it in a file or database and store where");
			}
			if (this.state == SamState.INITIALIZED) {
				this.dataBeforeRegister = bytes;
				return;
			}
			write(bytes);
		}
	}

	private void write(byte[] bytes) {
		try {
			try {
				UserData.write(runDirectory(), bytes);
			}
			catch (NoSuchFileException ex) {
				// somebody cleaned up: the watchdog makes a new directory
				connected().ask(MessageType.ENSURE_DIRECTORY, NOTHING);
				UserData.write(runDirectory(), bytes);
			}
		}
		catch (IOException ex) {
			throw new SamException(CsError.NO_SPACE,
					"User data of " + bytes.length + " bytes cannot be written to " + runDirectory(), ex);
		}
		if (this.connectionState == WatchdogConnection.CONNECTED) {
			connected().ask(MessageType.DATA_STORED, Payload.number(bytes.length));
		}
	}

	@Override
	public int dataSize() {
		return dataRestore().length;
	}

	@Override
	public byte[] dataRestore() {
		synchronized (this.lock) {
			requireUsable();
			if (this.state == SamState.INITIALIZED && this.dataBeforeRegister != null) {
				return this.dataBeforeRegister.clone();
			}
			warnSpare();
			try {
				byte[] data = UserData.read(runDirectory());
				if (data == null && this.connectionState == WatchdogConnection.CONNECTED) {
					// there is none, or somebody cleaned up: the watchdog knows
					connected().ask(MessageType.ENSURE_DIRECTORY, NOTHING);
					data = UserData.read(runDirectory());
				}
				return (data != null) ? data : NOTHING;
			}
			catch (IOException ex) {
				throw new SamException(CsError.LIBRARY, "User data cannot be read from " + runDirectory(), ex);
			}
		}
	}

	private void warnSpare() {
		if (this.isSpare && !this.isSpareTold) {
			this.isSpareTold = true;
			System.getLogger(ProcessSam.class.getName())
				.log(Level.WARNING,
						"User data was restored in a spare: what the active instance stores later is not in it. Restore after register");
		}
	}

	@Override
	public void markFailed() {
		synchronized (this.lock) {
			requireState(SamState.REGISTERED, SamState.STARTED);
			if (this.options == null || !this.options.cmap()) {
				throw new SamException(CsError.INVALID_PARAM,
						"Marking as failed needs the CMAP flag: initialize with cmap, or set sam.cmap=true");
			}
			connected().ask(MessageType.MARK_FAILED, NOTHING);
		}
	}

	@Override
	public void unhealthy(String message) {
		synchronized (this.lock) {
			if (this.state == SamState.STARTED && !this.closing) {
				tell(MessageType.UNHEALTHY, Payload.text(message));
			}
		}
	}

	@Override
	public void recover(String message) {
		synchronized (this.lock) {
			requireState(SamState.STARTED);
			connected().ask(MessageType.RECOVER, Payload.text(message));
		}
	}

	@Override
	public void extendStartup(Duration duration) {
		requirePositive(duration);
		synchronized (this.lock) {
			requireUsable();
			this.startupLasts = System.nanoTime() + Nanos.of(duration);
			if (this.connectionState != WatchdogConnection.REPLACING) {
				connected().ask(MessageType.EXTEND_STARTUP, Payload.number(Nanos.of(duration)));
			}
		}
	}

	static void requirePositive(Duration duration) {
		if (duration.isZero() || duration.isNegative()) {
			throw new SamException(CsError.INVALID_PARAM, "Start-up cannot be extended by " + duration
					+ ": say how long it may take from now on, such as 30 s");
		}
	}

	@Override
	public void finalizeSam() {
		synchronized (this.lock) {
			requireUsable();
			switchOff();
			this.closing = true;
			this.state = SamState.FINALIZED;
			if (this.connectionState == WatchdogConnection.CONNECTED) {
				connected().ask(MessageType.FINALIZE, NOTHING);
			}
		}
	}

	@Override
	public @Nullable SamStatus status() {
		Connection connection;
		synchronized (this.lock) {
			connection = this.connection;
		}
		if (connection == null || this.connectionState != WatchdogConnection.CONNECTED) {
			return null;
		}
		try {
			SamStatus status = Payload.status(connection.send(MessageType.STATUS, NOTHING).within(STATUS_SECONDS));
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

	private void requireState(SamState... allowed) {
		SamState state = this.state;
		for (SamState one : allowed) {
			if (state == one) {
				return;
			}
		}
		throw new SamException(CsError.BAD_HANDLE,
				"Not allowed in state " + state + ", only in " + Arrays.toString(allowed));
	}

	private void requireUsable() {
		requireState(SamState.INITIALIZED, SamState.REGISTERED, SamState.STARTED);
	}

	private long intervalNanos() {
		return (this.options != null) ? Nanos.of(this.options.timeInterval()) : 0;
	}

	/**
	 * Return the directory that instances and watchdog share.
	 * @return the run directory, private to this user
	 * @throws SamException LIBRARY if this process has no watchdog
	 */
	public Path runDirectory() {
		WatchdogAddress address = this.address;
		if (address == null) {
			throw noWatchdog();
		}
		return address.runDirectory();
	}

	private static SamException noWatchdog() {
		return new SamException(CsError.LIBRARY,
				"This process has no watchdog: start it with java -jar sam-watchdog.jar -- java ...");
	}

	private static long answer(PayloadReader reply) {
		try {
			return reply.longInt();
		}
		catch (MalformedFrameException ex) {
			throw new SamException(CsError.MESSAGE_ERROR, "The watchdog's answer cannot be read", ex);
		}
	}

	private void beat() {
		HeartbeatSender heartbeat = this.heartbeat;
		if (heartbeat != null) {
			try {
				heartbeat.beat();
			}
			catch (IOException ex) {
				// the end of the connection is noticed elsewhere
			}
		}
	}

	private void tell(MessageType type, byte[] payload) {
		Connection connection = this.connection;
		if (connection != null) {
			try {
				connection.tell(type, payload);
			}
			catch (IOException ex) {
				// the end of the connection is noticed elsewhere
			}
		}
	}

	private Connection connected() {
		Connection connection = this.connection;
		if (connection == null || this.connectionState == WatchdogConnection.NONE) {
			throw new SamException(CsError.LIBRARY, "The watchdog is gone");
		}
		if (this.connectionState != WatchdogConnection.CONNECTED) {
			throw new SamException(CsError.TRY_AGAIN, "The watchdog died and is being replaced");
		}
		return connection;
	}

	/**
	 * Connect and shake hands; called with the lock held.
	 */
	private Connection connect() {
		if (this.connection != null && this.connectionState == WatchdogConnection.CONNECTED) {
			return this.connection;
		}
		WatchdogAddress address = this.address;
		if (address == null) {
			throw noWatchdog();
		}
		return connect(address);
	}

	private Connection connect(WatchdogAddress address) {
		this.listeners.start();
		try {
			Connection connection = Connection.open(address.socket(), new Announcements(this.listeners, this::lost));
			try {
				shakeHands(connection, address);
			}
			catch (SamException | IOException | Error ex) {
				connection.close();
				throw ex;
			}
			hold(address.runDirectory());
			this.connection = connection;
			this.connectionState = WatchdogConnection.CONNECTED;
			return connection;
		}
		catch (IOException ex) {
			throw new SamException(CsError.LIBRARY, "The " + address + " cannot be reached", ex);
		}
	}

	/**
	 * The data outlives the watchdog because of this process, so nobody may clear it
	 * away.
	 */
	private void hold(Path runDirectory) {
		if (this.hold == null) {
			try {
				this.hold = RunDirectoryHold.on(runDirectory);
			}
			catch (IOException ex) {
				// the watchdog holds it as long as it lives
			}
		}
	}

	private void shakeHands(Connection connection, WatchdogAddress address) throws IOException {
		long pid = ProcessHandle.current().pid();
		Payload.Hello hello = new Payload.Hello(Payload.VERSION, address.nonce(), pid, System.nanoTime());
		Payload.Welcome welcome = Payload.Welcome.decode(connection.ask(MessageType.HELLO, hello.encode()));
		this.welcome = welcome;
		this.isSpare = welcome.isSpare();
		HeartbeatPage page = null;
		if (!welcome.page().isEmpty()) {
			try {
				page = HeartbeatPage.open(address.runDirectory().resolve(welcome.page()));
			}
			catch (IOException ex) {
				// beats go over the socket
			}
		}
		this.connectedHeartbeat = new HeartbeatSender(connection, page);
	}

	/**
	 * The last words of this process. The connection ends with them: at its end a JVM
	 * waits 300 ms for threads that are in a system call, as the reader is.
	 */
	private void sayGoodbye() {
		if (this.state != SamState.STARTED) {
			return;
		}
		// without the lock: its holder may be the very thread that calls System.exit
		if (!this.wantsToEnd) {
			tell(ShutdownWatcher.isCausedByExit() ? MessageType.EXITING : MessageType.STOPPING, NOTHING);
		}
		this.closing = true;
		this.connectionState = WatchdogConnection.NONE;
		Connection connection = this.connection;
		if (connection != null) {
			connection.endOutput(LAST_WORDS_MILLIS);
		}
	}

	/**
	 * Called by the reader of a connection that ended.
	 */
	private void lost(Connection ended) {
		synchronized (this.lock) {
			if (this.connection != ended) {
				return;
			}
			if (this.isSpare) {
				// nothing it has begun is to be ended in an orderly way: the active
				// instance may use the same files and services
				Runtime.getRuntime().halt(EXIT_WATCHDOG_LOST);
			}
			boolean active = this.state == SamState.REGISTERED || this.state == SamState.STARTED;
			if (!active || this.closing || ShutdownWatcher.inProgress()) {
				this.connectionState = WatchdogConnection.NONE;
				return;
			}
			this.connectionState = WatchdogConnection.REPLACING;
		}
		Logger logger = System.getLogger(ProcessSam.class.getName());
		if (this.options != null && this.options.watchdogLoss() == SamOptions.WatchdogLoss.EXIT) {
			logger.log(
					Level.ERROR, "The watchdog (pid {0}) is gone; this application exits with code "
							+ EXIT_WATCHDOG_LOST + ", as sam.watchdog.on-loss=exit says",
					String.valueOf(watchdogPid()));
			Thread exit = new Thread(() -> System.exit(EXIT_WATCHDOG_LOST), "sam-exit");
			exit.start();
			this.listeners.tell(SamListener::watchdogLost);
			return;
		}
		logger.log(Level.WARNING, "The watchdog (pid {0}) is gone; this application stays up and starts a new one",
				String.valueOf(watchdogPid()));
		this.listeners.tell(SamListener::watchdogLost);
		new WatchdogReplacement(this, this.listeners).start();
	}

	long watchdogPid() {
		Payload.Welcome welcome = this.welcome;
		return (welcome != null) ? welcome.watchdogPid() : 0;
	}

	/**
	 * Return whether this process still wants a watchdog.
	 */
	boolean wantsWatchdog() {
		return !this.closing && !ShutdownWatcher.inProgress();
	}

	void replacementFailed() {
		this.connectionState = WatchdogConnection.REPLACEMENT_FAILED;
	}

	/**
	 * Start another watchdog beside this process.
	 */
	SidecarProcess startWatchdog() throws IOException {
		Path runDirectory = runDirectory();
		if (!Files.isDirectory(runDirectory)) {
			RunDirectory.makePrivate(runDirectory);
			if (this.hold != null) {
				this.hold.release();
				this.hold = null;
			}
		}
		return SidecarProcess.launch(replacementCommand(), runDirectory, this.instanceId, List.of());
	}

	private List<String> replacementCommand() throws IOException {
		WatchdogLauncher launcher = this.launcher;
		if (launcher != null) {
			return launcher.command();
		}
		Payload.Welcome welcome = this.welcome;
		if (welcome == null) {
			throw noWatchdog();
		}
		return welcome.watchdogCommand();
	}

	@Nullable WatchdogAddress address() {
		return this.address;
	}

	/**
	 * Tell a watchdog all that the last one knew of this process.
	 */
	void resume(WatchdogAddress address) {
		synchronized (this.lock) {
			SamOptions options = this.options;
			if (options == null) {
				throw noWatchdog();
			}
			this.connection = null;
			Connection connection = connect(address);
			try {
				// a quorum provider that went away with the watchdog is lost quorum, no
				// error
				connection
					.send(MessageType.INITIALIZE,
							Payload.options(options.toBuilder().awaitQuorumProvider(true).build()))
					.within(RESUME_ANSWER_SECONDS);
				long startupLeft = (this.startupLasts != 0) ? this.startupLasts - System.nanoTime() : 0;
				if (startupLeft > 0) {
					connection.ask(MessageType.EXTEND_STARTUP, Payload.number(startupLeft));
				}
				if (this.warnSignal != null) {
					connection.ask(MessageType.WARN_SIGNAL_SET, Payload.text(this.warnSignal.name()));
				}
				connection.ask(MessageType.REGISTER, NOTHING);
				connection.ask(MessageType.DATA_STORED, Payload.number(UserData.size(address.runDirectory())));
				this.address = address;
				if (this.state == SamState.STARTED) {
					connection.ask(MessageType.START, Payload.start(this.startupContinues && !this.ready, true));
					this.heartbeat = this.connectedHeartbeat;
					beat();
				}
				else if (this.isStopped) {
					connection.ask(MessageType.STOP, NOTHING);
				}
			}
			catch (Throwable ex) {
				// first, so that its end does not start another replacement beside this
				// one
				this.connection = null;
				connection.close();
				this.connectionState = WatchdogConnection.REPLACING;
				throw new SamException((ex instanceof SamException problem) ? problem.error() : CsError.LIBRARY,
						"The new watchdog does not take over", ex);
			}
		}
	}

}
