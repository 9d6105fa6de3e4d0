package io.github.samboot.core.internal.client;

import java.time.Duration;
import java.util.Arrays;

import io.github.samboot.core.CsError;
import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.RecoveryPolicy;
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
 * The state of this process, which outlives every watchdog. Each change makes another
 * one; what a call of {@link io.github.samboot.core.Sam Sam} changes is only allowed in
 * the states that allow the call.
 *
 * @param sam which calls are allowed
 * @param options what the watchdog has to know, from initialize on
 * @param instanceId known from register on
 * @param role what this process is besides
 * @param supervision what the last start or stop has led to
 * @param closing whether the application closes down
 * @param startupEnd what start-up was extended to, as {@link System#nanoTime()}, 0 if it
 * was not
 * @param report repeated to each new watchdog: the last one may not have acted on it
 */
record ClientState(SamState sam, SamOptions options, int instanceId, Role role, Supervision supervision,
		Closing closing, long startupEnd, @Nullable Report report) {

	static final ClientState INITIAL = new ClientState(SamState.NOT_INITIALIZED,
			SamOptions.of(Duration.ZERO, RecoveryPolicy.QUIT), 0, Role.ACTIVE, Supervision.NONE,
			new Closing(0, false, false, false, false), 0, null);

	enum Role {

		ACTIVE, SPARE,

		/** Was a spare, and is the active instance now. */
		PROMOTED,

		/** The watchdog knows that this process does not want to be supervised. */
		DECLINED

	}

	enum Supervision {

		NONE, STARTING_UP, READY, STOPPED

	}

	/**
	 * Whether the application closes down.
	 *
	 * @param count how often it began to
	 * @param isUnderWay whether it does, or did and starts again
	 * @param startsAgain whether it starts again in this process
	 * @param isRequested whether the end is an intended one
	 * @param hasFailed whether what it runs has failed
	 */
	record Closing(int count, boolean isUnderWay, boolean startsAgain, boolean isRequested, boolean hasFailed) {

	}

	/**
	 * This process reported that it is to be replaced, or given up. A watchdog that
	 * already knows ignores the repetition.
	 *
	 * @param outlivedAt when an announcement is over, as {@link System#nanoTime()}
	 */
	record Report(MessageType type, byte[] payload, long outlivedAt) {

		private static final byte[] ANNOUNCED = Payload.text("its watchdog was lost while it was being replaced");

		/**
		 * Return whether it is by the watchdog itself: only another one has to be told,
		 * and only at the end.
		 */
		boolean isAnnounced() {
			return this.payload == ANNOUNCED;
		}

		boolean isOutlived() {
			return isAnnounced() && System.nanoTime() - this.outlivedAt > 0;
		}

	}

	void require(SamState... allowed) {
		if (!Arrays.asList(allowed).contains(this.sam)) {
			throw new SamException(CsError.BAD_HANDLE,
					"Not allowed in state " + this.sam + ", only in " + Arrays.toString(allowed));
		}
	}

	void requireUsable() {
		require(SamState.INITIALIZED, SamState.REGISTERED, SamState.STARTED);
	}

	void requireCmap() {
		require(SamState.REGISTERED, SamState.STARTED);
		if (!this.options.cluster().cmap()) {
			throw new SamException(CsError.INVALID_PARAM,
					"Marking as failed needs the CMAP flag: initialize with cmap, or set sam.cmap=true");
		}
	}

	/**
	 * What calls back needs a time interval, and can be taken back only when it is there.
	 */
	void requireCallback(@Nullable HealthCheck callback, @Nullable HealthCheck last) {
		require(SamState.REGISTERED);
		if (intervalNanos() == 0) {
			throw new SamException(CsError.INVALID_PARAM,
					"Event-driven checking needs a time interval: initialize with one above zero");
		}
		if (callback == null && last == null) {
			throw new SamException(CsError.INVALID_PARAM,
					"There is no callback to take back: register one before null");
		}
	}

	/**
	 * An application that was closing down may start again in this process.
	 */
	void requireStartable() {
		if (!isClosing() || this.sam != SamState.STARTED) {
			require(SamState.REGISTERED);
		}
	}

	boolean isSpare() {
		return this.role == Role.SPARE;
	}

	boolean isClosing() {
		return this.closing.isUnderWay();
	}

	/**
	 * Return whether this process is not registered yet, and is to be.
	 */
	boolean isUnregistered() {
		return (this.sam == SamState.NOT_INITIALIZED || this.sam == SamState.INITIALIZED) && this.role != Role.DECLINED
				&& !isClosing() && !ShutdownWatcher.inProgress();
	}

	/**
	 * Return whether this process is registered and goes on: it is not to be without a
	 * watchdog.
	 */
	boolean needsWatchdog() {
		return isRegistered() && !ends();
	}

	/**
	 * Return whether this process is to have a watchdog, and another one if that dies:
	 * also while it ends, if another instance is to follow. One that is to end with its
	 * watchdog never gets another one: whatever starts both starts the next instance too.
	 */
	boolean wantsWatchdog() {
		return isRegistered() && (!ends() || isToBeReplaced())
				&& this.options.onLoss() == SamOptions.WatchdogLoss.REPLACE;
	}

	private boolean isRegistered() {
		return this.sam == SamState.REGISTERED || this.sam == SamState.STARTED;
	}

	boolean ends() {
		return (isClosing() && !this.closing.startsAgain()) || ShutdownWatcher.inProgress();
	}

	private boolean isToBeReplaced() {
		return this.report != null && this.report.type() != MessageType.MARK_FAILED;
	}

	/**
	 * Return whether a watchdog waits for this process: not if supervision was switched
	 * off.
	 */
	boolean isExpected() {
		return this.sam == SamState.STARTED
				|| (this.sam == SamState.REGISTERED && this.supervision != Supervision.STOPPED);
	}

	/**
	 * Return whether this process runs on the word of a watchdog that its node is
	 * quorate.
	 */
	boolean needsQuorum() {
		return this.sam == SamState.STARTED && !ends() && this.options.recoveryPolicy().needsQuorum();
	}

	boolean startupContinues() {
		return this.closing.startsAgain() || this.supervision == Supervision.STARTING_UP;
	}

	long intervalNanos() {
		return Nanos.of(this.options.timeInterval());
	}

	/**
	 * Return the options for a new watchdog: a quorum provider that went away with the
	 * last one is lost quorum, no error.
	 */
	SamOptions optionsForAnother() {
		return this.options.toBuilder().awaitDaemon(true).build();
	}

	ClientState spare() {
		return with(Role.SPARE);
	}

	/**
	 * Before anything else is heard of the watchdog: with its end a spare ends too, and
	 * an active instance does not.
	 */
	ClientState promoted() {
		return isSpare() ? with(Role.PROMOTED) : this;
	}

	ClientState declined() {
		return isSpare() ? this : with(Role.DECLINED);
	}

	ClientState initialized(SamOptions options) {
		require(SamState.NOT_INITIALIZED);
		return with(SamState.INITIALIZED, options, this.supervision);
	}

	ClientState registered(int instanceId) {
		require(SamState.INITIALIZED);
		return new ClientState(SamState.REGISTERED, this.options, instanceId, promoted().role, this.supervision,
				this.closing, this.startupEnd, this.report);
	}

	/**
	 * Supervision is on.
	 * @param startupContinues whether start-up goes on
	 * @param closingsBefore how often the application had begun to close down when it
	 * called start: what was said during the call stands
	 */
	ClientState started(boolean startupContinues, int closingsBefore) {
		requireStartable();
		ClientState next = with(SamState.STARTED, this.options,
				startupContinues ? Supervision.STARTING_UP : Supervision.READY);
		return (this.closing.count() == closingsBefore)
				? next.with(new Closing(closingsBefore, false, false, false, false)) : next;
	}

	/**
	 * Start-up is over.
	 */
	ClientState ready() {
		boolean isNews = this.sam == SamState.STARTED && this.supervision == Supervision.STARTING_UP;
		return isNews ? with(SamState.STARTED, this.options, Supervision.READY) : this;
	}

	ClientState stopped() {
		require(SamState.STARTED);
		return with(SamState.REGISTERED, this.options, Supervision.STOPPED).withoutReportSinceStart();
	}

	ClientState finalized() {
		requireUsable();
		return with(SamState.FINALIZED, this.options, this.supervision).closes(false);
	}

	/**
	 * The application closes down: not because of a warning that was withdrawn.
	 * @param isRequested whether that is an intended end
	 */
	ClientState closes(boolean isRequested) {
		boolean isWithdrawn = this.report != null && this.report.isOutlived() && !isClosing();
		ClientState state = isWithdrawn ? with((Report) null) : this;
		return state.with(new Closing(this.closing.count() + 1, true, false, this.closing.isRequested() || isRequested,
				this.closing.hasFailed()));
	}

	/**
	 * The application fails, and closes down because of that.
	 */
	ClientState failed() {
		return with(new Closing(this.closing.count(), isClosing(), this.closing.startsAgain(),
				this.closing.isRequested(), true));
	}

	ClientState startsAgain() {
		return with(new Closing(this.closing.count(), true, true, this.closing.isRequested(), false))
			.withoutReportSinceStart();
	}

	ClientState warnSignal(Signal signal) {
		return with(this.sam, this.options.toBuilder().warnSignal(signal).build(), this.supervision);
	}

	ClientState startupExtended(long until) {
		requireUsable();
		boolean isLonger = this.startupEnd == 0 || until - this.startupEnd > 0;
		return new ClientState(this.sam, this.options, this.instanceId, this.role, this.supervision, this.closing,
				isLonger ? until : this.startupEnd, this.report);
	}

	/**
	 * This process reports that it is to be replaced, or given up. The watchdog may be
	 * dead, or die before it acts.
	 */
	ClientState reported(MessageType type, byte[] payload) {
		boolean isFirst = this.report == null || this.report.isAnnounced() || type == MessageType.MARK_FAILED;
		return isFirst ? with(new Report(type, payload, 0)) : this;
	}

	/**
	 * The watchdog has announced that another instance is to follow this one.
	 * @param within nanoseconds after which a process that lives was spared
	 */
	ClientState toBeReplaced(long within) {
		boolean isFirst = this.report == null || this.report.isAnnounced();
		return isFirst ? with(new Report(MessageType.RECOVER, Report.ANNOUNCED, System.nanoTime() + within)) : this;
	}

	/**
	 * The watchdog has refused to act on a report: what was there before it stands.
	 */
	ClientState reportRefused(@Nullable Report refused, @Nullable Report before) {
		return (this.report == refused) ? with(before) : this;
	}

	/**
	 * What was reported after one start does not concern the next one.
	 */
	private ClientState withoutReportSinceStart() {
		return isToBeReplaced() ? with((Report) null) : this;
	}

	private ClientState with(SamState sam, SamOptions options, Supervision supervision) {
		return new ClientState(sam, options, this.instanceId, this.role, supervision, this.closing, this.startupEnd,
				this.report);
	}

	private ClientState with(Role role) {
		return new ClientState(this.sam, this.options, this.instanceId, role, this.supervision, this.closing,
				this.startupEnd, this.report);
	}

	private ClientState with(Closing closing) {
		return new ClientState(this.sam, this.options, this.instanceId, this.role, this.supervision, closing,
				this.startupEnd, this.report);
	}

	private ClientState with(@Nullable Report report) {
		return new ClientState(this.sam, this.options, this.instanceId, this.role, this.supervision, this.closing,
				this.startupEnd, report);
	}

}
