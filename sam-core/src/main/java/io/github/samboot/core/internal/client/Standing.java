package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.process.Nanos;
import io.github.samboot.core.internal.process.ShutdownWatcher;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Where this process stands, which outlives every watchdog. Its monitor is the one lock
 * of the client: it orders changes and what is sent because of them, and is never held
 * during a wait. What is volatile here may be read without it.
 */
final class Standing {

	private static final byte[] NOTHING = new byte[0];

	private volatile SamState state = SamState.NOT_INITIALIZED;

	private volatile @Nullable SamOptions options;

	private volatile boolean isSpare;

	private volatile boolean isPromoted;

	private volatile boolean isDeclined;

	private volatile boolean isClosing;

	private volatile boolean startsAgain;

	private volatile boolean wantsToEnd;

	private volatile boolean hasFailed;

	private final AtomicInteger closings = new AtomicInteger();

	private @Nullable Signal warnSignal;

	private int instanceId;

	private boolean startupContinues;

	/** What start-up was extended to, as {@link System#nanoTime()}, 0 if it was not. */
	private long startupLasts;

	private boolean isReady;

	private volatile boolean isStopped;

	/** Repeated to each new watchdog: the last one may not have acted on it. */
	private @Nullable Report report;

	/**
	 * This process reported that it is to be replaced, or given up. A watchdog that
	 * already knows ignores the repetition.
	 */
	private record Report(MessageType type, byte[] payload) {

	}

	SamState state() {
		return this.state;
	}

	@Nullable SamOptions options() {
		return this.options;
	}

	void require(SamState... allowed) {
		SamState state = this.state;
		for (SamState one : allowed) {
			if (state == one) {
				return;
			}
		}
		throw new SamException(CsError.BAD_HANDLE,
				"Not allowed in state " + state + ", only in " + Arrays.toString(allowed));
	}

	void requireUsable() {
		require(SamState.INITIALIZED, SamState.REGISTERED, SamState.STARTED);
	}

	/**
	 * An application that was closing down may start again in this process.
	 */
	void requireStartable() {
		if (!(this.isClosing && this.state == SamState.STARTED)) {
			require(SamState.REGISTERED);
		}
	}

	boolean isSpare() {
		return this.isSpare;
	}

	void isSpare(boolean isSpare) {
		this.isSpare = isSpare;
	}

	boolean isPromoted() {
		return this.isPromoted;
	}

	/**
	 * Before anything else is heard of the watchdog: with its end a spare ends too, and
	 * an active instance does not.
	 */
	void promoted() {
		if (this.isSpare) {
			this.isSpare = false;
			this.isPromoted = true;
		}
	}

	/**
	 * The watchdog knows that this process does not want to be supervised.
	 */
	void declined() {
		this.isDeclined = true;
	}

	/**
	 * Return whether this process is not registered yet, and is to be.
	 */
	boolean isStarting() {
		boolean isUnregistered = this.state == SamState.NOT_INITIALIZED || this.state == SamState.INITIALIZED;
		return isUnregistered && !this.isDeclined && !this.isClosing && !ShutdownWatcher.inProgress();
	}

	void initialized(SamOptions options) {
		this.options = options;
		this.state = SamState.INITIALIZED;
	}

	void registered(int instanceId) {
		this.instanceId = instanceId;
		this.state = SamState.REGISTERED;
	}

	int instanceId() {
		return this.instanceId;
	}

	/**
	 * Supervision is on.
	 * @param startupContinues whether start-up goes on
	 * @param closingsBefore how often the application had begun to close down when it
	 * called start: what was said during the call stands
	 */
	void started(boolean startupContinues, int closingsBefore) {
		this.startupContinues = startupContinues;
		this.isReady = !startupContinues;
		this.isStopped = false;
		if (this.closings.get() == closingsBefore) {
			this.isClosing = false;
			this.startsAgain = false;
			this.wantsToEnd = false;
			this.hasFailed = false;
		}
		this.state = SamState.STARTED;
	}

	/**
	 * Start-up is over.
	 * @return whether that is news
	 */
	boolean ready() {
		if (this.state != SamState.STARTED || this.isReady) {
			return false;
		}
		this.isReady = true;
		return true;
	}

	void stopped() {
		forgetReport();
		this.state = SamState.REGISTERED;
		this.isStopped = true;
	}

	boolean isStopped() {
		return this.isStopped;
	}

	void ended() {
		this.isClosing = true;
		this.startsAgain = false;
		this.state = SamState.FINALIZED;
	}

	/**
	 * The application closes down.
	 * @param isWish whether because it wants to
	 */
	void closes(boolean isWish) {
		this.closings.incrementAndGet();
		this.wantsToEnd |= isWish;
		this.startsAgain = false;
		this.isClosing = true;
	}

	/**
	 * The application fails, and closes down because of that.
	 */
	void failed() {
		this.hasFailed = true;
	}

	boolean hasFailed() {
		return this.hasFailed;
	}

	int closings() {
		return this.closings.get();
	}

	void startsAgain() {
		forgetReport();
		this.startsAgain = true;
		this.hasFailed = false;
	}

	/**
	 * This process reports that it is to be replaced, or given up. The watchdog may be
	 * dead, or die before it acts.
	 */
	void reported(MessageType type, byte[] payload) {
		if (this.report == null || type == MessageType.MARK_FAILED) {
			this.report = new Report(type, payload);
		}
	}

	/**
	 * The watchdog has refused to act on the last report.
	 */
	void reportRefused() {
		this.report = null;
	}

	/**
	 * What was reported after one start does not concern the next one.
	 */
	private void forgetReport() {
		if (this.report != null && this.report.type() != MessageType.MARK_FAILED) {
			this.report = null;
		}
	}

	boolean isClosing() {
		return this.isClosing;
	}

	boolean wantsToEnd() {
		return this.wantsToEnd;
	}

	/**
	 * Return whether this process is to have a watchdog, and another one if that dies.
	 */
	boolean wantsWatchdog() {
		boolean isActive = this.state == SamState.REGISTERED || this.state == SamState.STARTED;
		return isActive && (!this.isClosing || this.startsAgain) && !ShutdownWatcher.inProgress();
	}

	void warnSignal(Signal signal) {
		this.warnSignal = signal;
	}

	void extendStartup(long nanos) {
		long until = System.nanoTime() + nanos;
		if (this.startupLasts == 0 || until - this.startupLasts > 0) {
			this.startupLasts = until;
		}
	}

	long intervalNanos() {
		SamOptions options = this.options;
		return (options != null) ? Nanos.of(options.timeInterval()) : 0;
	}

	/**
	 * Return the options for a new watchdog: a quorum provider that went away with the
	 * last one is lost quorum, no error.
	 */
	SamOptions optionsForAnother() {
		SamOptions options = this.options;
		if (options == null) {
			throw new IllegalStateException("This process was not initialized");
		}
		return options.toBuilder().awaitQuorumProvider(true).build();
	}

	/**
	 * Tell a watchdog with which this process is registered all else that the last one
	 * knew. Does not wait.
	 * @return the answers, to come
	 * @throws IOException if the connection has ended
	 */
	List<Connection.Answer> repeatTo(Connection connection) throws IOException {
		List<Connection.Answer> answers = new ArrayList<>();
		long startupLeft = (this.startupLasts != 0) ? this.startupLasts - System.nanoTime() : 0;
		if (startupLeft > 0) {
			answers.add(connection.send(MessageType.EXTEND_STARTUP, Payload.number(startupLeft)));
		}
		if (this.warnSignal != null) {
			answers.add(connection.send(MessageType.WARN_SIGNAL_SET, Payload.text(this.warnSignal.name())));
		}
		if (this.state == SamState.STARTED) {
			answers.add(connection.send(MessageType.START,
					Payload.start(this.startsAgain || (this.startupContinues && !this.isReady), true)));
		}
		else if (this.isStopped) {
			answers.add(connection.send(MessageType.STOP, NOTHING));
		}
		Report report = this.report;
		if (report != null && report.type() == MessageType.UNHEALTHY) {
			connection.tell(report.type(), report.payload());
		}
		else if (report != null) {
			answers.add(connection.send(report.type(), report.payload()));
		}
		return answers;
	}

}
