package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

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

	private static final byte[] NOTHING = new byte[0];

	private static final ProcessSam INSTANCE = new ProcessSam(addressOfThisProcess());

	/** The lock: held while something changes and while that is sent, never in a wait. */
	private final Standing standing = new Standing();

	private final Listeners listeners = new Listeners();

	private final Heartbeats heartbeats = new Heartbeats();

	private final WatchdogLink link;

	private final SavedData data;

	private final LostWatchdog loss;

	ProcessSam(@Nullable WatchdogAddress address) {
		this.link = new WatchdogLink(this.standing, address);
		this.data = new SavedData(this.standing, this.link);
		this.loss = new LostWatchdog(this.standing, this.link, this.listeners, this.data, this.heartbeats);
	}

	private static @Nullable WatchdogAddress addressOfThisProcess() {
		try {
			return WatchdogAddress.fromEnvironment();
		}
		catch (InvalidPathException ex) {
			System.getLogger(ProcessSam.class.getName())
				.log(Level.WARNING,
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
	 * @param launcher knows the command
	 */
	public void replacementLauncher(WatchdogLauncher launcher) {
		this.loss.replacement().launcher(launcher);
	}

	@Override
	public void decline(String reason) {
		this.standing.require(SamState.NOT_INITIALIZED, SamState.INITIALIZED);
		// this may be a test run that inherited the environment; but a spare must not
		// run beside the active instance
		Contact contact = (System.getenv(WatchdogAddress.SPARE) != null) ? connect() : tryToConnect();
		contact.connection().ask(MessageType.DECLINE, Payload.text(reason));
		if (this.standing.state() == SamState.NOT_INITIALIZED) {
			this.standing.closes(false);
			this.link.address(null);
		}
	}

	@Override
	public boolean isSpare() {
		return this.standing.isSpare();
	}

	@Override
	public boolean isPromoted() {
		return this.standing.isPromoted();
	}

	/**
	 * Wait as a spare, before anything else is done, until the instance before this one
	 * is gone. To be called where {@link WatchdogAddress#SPARE} is set.
	 * @throws SamException BAD_HANDLE after initialize; LIBRARY if this process has no
	 * watchdog; INTERRUPT if the waiting thread is interrupted
	 */
	public void standBy() {
		this.standing.require(SamState.NOT_INITIALIZED);
		connect().connection().send(MessageType.STAND_BY, NOTHING, this.standing::promoted).whenever();
	}

	/**
	 * Connect. Does not return if the watchdog that started this process is gone.
	 */
	private Contact connect() {
		try {
			return tryToConnect();
		}
		catch (SamException ex) {
			if (this.link.hasAddress()) {
				Starter.endIfGone(this.link.address(), ex);
			}
			throw ex;
		}
	}

	private Contact tryToConnect() {
		this.listeners.start();
		return this.link.connect(this.loss);
	}

	@Override
	public SamState state() {
		return this.standing.state();
	}

	@Override
	public WatchdogConnection connection() {
		return this.link.connection();
	}

	@Override
	public void initialize(SamOptions options) {
		this.standing.require(SamState.NOT_INITIALIZED);
		// the quorum provider may take its time
		connect().connection().send(MessageType.INITIALIZE, Payload.options(options)).whenever();
		synchronized (this.standing) {
			this.standing.require(SamState.NOT_INITIALIZED);
			this.standing.initialized(options);
		}
		Runtime.getRuntime().addShutdownHook(new Thread(lastWords(), "sam-shutdown"));
	}

	LastWords lastWords() {
		return new LastWords(this.standing, this.link, this.loss.replacement());
	}

	@Override
	public int register() {
		Connection.Answer answer;
		boolean wasSpare;
		synchronized (this.standing) {
			this.standing.require(SamState.INITIALIZED);
			wasSpare = this.standing.isSpare();
			answer = this.link.connected().connection().send(MessageType.REGISTER, NOTHING, this.standing::promoted);
		}
		int id = (int) number(answer.whenever());
		this.data.registering(id);
		synchronized (this.standing) {
			this.standing.require(SamState.INITIALIZED);
			this.standing.registered(id);
		}
		if (wasSpare) {
			this.listeners.tell((listener) -> listener.promoted(id));
			this.listeners.awaitHeard();
		}
		return id;
	}

	@Override
	public int instanceId() {
		this.standing.require(SamState.REGISTERED, SamState.STARTED);
		return this.standing.instanceId();
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
		synchronized (this.standing) {
			this.standing.requireStartable();
			contact = this.link.connected();
			closings = this.standing.closings();
			answer = contact.connection().send(MessageType.START, Payload.start(startupContinues, false));
		}
		awaitStart(answer);
		synchronized (this.standing) {
			this.standing.requireStartable();
			if (this.link.contact() != contact) {
				throw new SamException(CsError.TRY_AGAIN, "The watchdog died and was replaced during the call");
			}
			this.standing.started(startupContinues, closings);
			this.heartbeats.switchOn(contact.heartbeat(), this, this.standing.intervalNanos());
		}
		if (!startupContinues) {
			WatchdogReplacement.prepare(this.standing);
		}
	}

	private void awaitStart(Connection.Answer answer) {
		try {
			answer.whenever();
		}
		catch (SamException ex) {
			synchronized (this.standing) {
				if (ex.error() == CsError.INTERRUPT && this.standing.state() == SamState.REGISTERED) {
					// or the watchdog starts to wait for health checks that nobody sends
					this.link.tell(MessageType.STOP, NOTHING);
				}
			}
			throw ex;
		}
	}

	@Override
	public void ready() {
		synchronized (this.standing) {
			if (!this.standing.ready()) {
				return;
			}
			this.heartbeats.beat();
			this.link.tell(MessageType.READY, NOTHING);
		}
		WatchdogReplacement.prepare(this.standing);
	}

	@Override
	public void startAgain() {
		synchronized (this.standing) {
			if (!this.standing.isClosing() || this.standing.state() != SamState.STARTED
					|| ShutdownWatcher.inProgress()) {
				return;
			}
			this.standing.startsAgain();
			if (this.link.isConnected()) {
				// the answer, if it is a wait for quorum, is what start waits for
				this.link.tell(MessageType.START, Payload.start(true, false));
			}
			else {
				this.loss.replaceLate();
			}
		}
	}

	@Override
	public void stopping() {
		SamState state = this.standing.state();
		if (state != SamState.NOT_INITIALIZED && state != SamState.FINALIZED) {
			boolean isWish = !ShutdownWatcher.inProgress() && !this.standing.hasFailed();
			// under the lock: a new watchdog either hears it or is not taken
			synchronized (this.standing) {
				this.standing.closes(isWish);
				this.link.tell(MessageType.STOPPING, NOTHING);
			}
		}
	}

	@Override
	public void runFailed() {
		if (!ShutdownWatcher.inProgress()) {
			this.standing.failed();
		}
	}

	@Override
	public void stop() {
		Connection.@Nullable Answer answer;
		synchronized (this.standing) {
			this.standing.require(SamState.STARTED);
			this.heartbeats.switchOff();
			this.standing.stopped();
			answer = this.link.isConnected() ? this.link.send(MessageType.STOP, NOTHING) : null;
		}
		if (answer != null) {
			answer.promptly();
		}
	}

	@Override
	public void hcSend() {
		HeartbeatSender sender = this.heartbeats.sender();
		if (sender == null) {
			throw new SamException(CsError.BAD_HANDLE,
					"A health check is only allowed between start and stop, but the state is " + state());
		}
		try {
			sender.beat();
		}
		catch (IOException ex) {
			if (connection() == WatchdogConnection.NONE) {
				throw new SamException(CsError.LIBRARY, "The watchdog is gone", ex);
			}
			// a new watchdog is on its way; it grants a fresh interval
		}
	}

	@Override
	public void heartbeatPageLost(Throwable fault) {
		isFaultOfPage(fault);
	}

	/**
	 * Return whether a fault may be the page's, which is not used any more then.
	 */
	boolean isFaultOfPage(Throwable fault) {
		HeartbeatSender sender = this.heartbeats.sender();
		return sender != null && sender.pageIsLost(fault);
	}

	@Override
	public void hcCallbackRegister(@Nullable HealthCheck callback) {
		synchronized (this.standing) {
			this.standing.require(SamState.REGISTERED);
			if (this.standing.intervalNanos() == 0) {
				throw new SamException(CsError.INVALID_PARAM,
						"Event-driven checking needs a time interval: initialize with one above zero");
			}
			this.heartbeats.callback(callback);
		}
	}

	@Override
	public void warnSignalSet(Signal signal) {
		this.standing.requireUsable();
		this.link.send(MessageType.WARN_SIGNAL_SET, Payload.text(signal.name())).promptly();
		synchronized (this.standing) {
			this.standing.warnSignal(signal);
		}
	}

	@Override
	public void dataStore(byte @Nullable [] data) {
		this.data.store((data != null) ? data : NOTHING);
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
		this.standing.require(SamState.REGISTERED, SamState.STARTED);
		SamOptions options = this.standing.options();
		if (options == null || !options.cmap()) {
			throw new SamException(CsError.INVALID_PARAM,
					"Marking as failed needs the CMAP flag: initialize with cmap, or set sam.cmap=true");
		}
		report(MessageType.MARK_FAILED, NOTHING, SamState.REGISTERED, SamState.STARTED);
	}

	@Override
	public void unhealthy(String message) {
		byte[] payload = Payload.text(message);
		synchronized (this.standing) {
			if (this.standing.state() == SamState.STARTED && !this.standing.isClosing()) {
				this.standing.reported(MessageType.UNHEALTHY, payload);
				this.link.tell(MessageType.UNHEALTHY, payload);
			}
		}
	}

	@Override
	public void recover(String message) {
		report(MessageType.RECOVER, Payload.text(message), SamState.STARTED);
	}

	/**
	 * Report that this process is to be replaced, or given up: to this watchdog or, if it
	 * dies before it has answered, to the next one.
	 */
	private void report(MessageType type, byte[] payload, SamState... allowed) {
		Connection.@Nullable Answer answer = null;
		synchronized (this.standing) {
			this.standing.require(allowed);
			if (connection() != WatchdogConnection.REPLACING) {
				answer = this.link.send(type, payload);
			}
			this.standing.reported(type, payload);
		}
		if (answer == null) {
			return;
		}
		try {
			answer.promptly();
		}
		catch (SamException ex) {
			if (answer.isRefused()) {
				synchronized (this.standing) {
					this.standing.reportRefused();
				}
				throw ex;
			}
			if (ex.error() != CsError.LIBRARY || !this.standing.wantsWatchdog()) {
				throw ex;
			}
		}
	}

	@Override
	public void extendStartup(Duration duration) {
		requirePositive(duration);
		Connection.@Nullable Answer answer;
		synchronized (this.standing) {
			this.standing.requireUsable();
			this.standing.extendStartup(Nanos.of(duration));
			// a watchdog that takes over is told
			answer = this.link.isConnected()
					? this.link.send(MessageType.EXTEND_STARTUP, Payload.number(Nanos.of(duration))) : null;
		}
		if (answer != null) {
			answer.promptly();
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
		Connection.@Nullable Answer answer;
		synchronized (this.standing) {
			this.standing.requireUsable();
			this.heartbeats.switchOff();
			this.standing.ended();
			answer = this.link.isConnected() ? this.link.send(MessageType.FINALIZE, NOTHING) : null;
		}
		if (answer != null) {
			answer.promptly();
		}
	}

	@Override
	public @Nullable SamStatus status() {
		if (!this.link.isConnected()) {
			return null;
		}
		try {
			SamStatus status = Payload.status(this.link.send(MessageType.STATUS, NOTHING).within(STATUS_SECONDS));
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

	/**
	 * Return the directory that instances and watchdog share.
	 * @return the run directory, private to this user
	 * @throws SamException LIBRARY if this process has no watchdog
	 */
	public Path runDirectory() {
		return this.link.runDirectory();
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
