package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * All that a watchdog knows. Immutable: {@link #step} makes the next one.
 *
 * @param options the options in force
 * @param isInitialized whether the application has said what it wants
 * @param warnSignal the warn signal in force
 * @param instance the current instance
 * @param phase what the active lane is in
 * @param history what happened so far
 * @param quorum what is known of the cluster
 * @param spare what the lane of the spare is in
 * @param replacement the last planned replacement
 * @param seed decides the jitter of delays
 * @param seenAt when the last step was made, or {@link Phase#NEVER}
 */
public record Supervision(SamOptions options, boolean isInitialized, Signal warnSignal, Instance instance, Phase phase,
		History history, Event.@Nullable Quorum quorum, Spare spare, Replacement replacement, long seed, long seenAt) {

	/** In force until the application says what it wants. */
	private static final SamOptions UNTIL_INITIALIZED = SamOptions.of(Duration.ZERO, RecoveryPolicy.QUIT);

	Supervision(Draft next) {
		this(next.options, next.isInitialized, next.warnSignal, next.instance, next.phase, next.history, next.quorum,
				next.spare, next.replacement, next.seed, next.now.nanos());
	}

	/**
	 * Return the state of a watchdog that has not begun.
	 * @param seed decides the jitter of delays
	 * @return the state
	 */
	public static Supervision initial(long seed) {
		return new Supervision(UNTIL_INITIALIZED, false, Signal.SIGTERM, Instance.withId(0), new Launching(),
				History.NONE, null, NoSpare.UNPLANNED, Replacement.NONE, seed, Phase.NEVER);
	}

	/**
	 * Return this state with what an earlier watchdog had saved.
	 * @param options the options in force
	 * @param warnSignal the warn signal in force
	 * @param history what happened so far
	 * @return the state
	 */
	public Supervision resumed(SamOptions options, Signal warnSignal, History history) {
		Draft next = new Draft(this, new Moment(this.seenAt, 0));
		next.options = options;
		next.isInitialized = true;
		next.warnSignal = warnSignal;
		next.history = history;
		return new Supervision(next);
	}

	/**
	 * What follows from an event.
	 *
	 * @param next the next state
	 * @param effects what to do, in this order
	 */
	public record Step(Supervision next, List<Effect> effects) {

	}

	/**
	 * Decide.
	 * @param event what happened
	 * @param now when
	 * @return what follows
	 */
	public Step step(Event event, Moment now) {
		Draft next = new Draft(this, now);
		event.happen(next);
		return next.step();
	}

	/**
	 * Return when {@link Event.TimePassed} is due.
	 * @return on the monotonic clock, {@link Long#MIN_VALUE} for never
	 */
	public long wakeAt() {
		long wakeAt = earlier(this.phase.wakeAt(), this.spare.wakeAt());
		boolean looks = this.seenAt != Phase.NEVER && (this.phase.hasDeadline() || this.spare.hasDeadline());
		return looks ? earlier(wakeAt, this.seenAt + Freeze.LOOK) : wakeAt;
	}

	/**
	 * Return when the time interval of the application ends, as far as its beats are
	 * known.
	 * @return on the monotonic clock, {@link Long#MIN_VALUE} for never
	 */
	public long intervalEnd() {
		return this.phase.intervalEnd();
	}

	private static long earlier(long first, long second) {
		if (first == Phase.NEVER || second == Phase.NEVER) {
			return (first == Phase.NEVER) ? second : first;
		}
		return Nanos.earlier(first, second);
	}

	/**
	 * Return whether the instance was asked to end because another one is ready.
	 * @return whether it is being replaced
	 */
	public boolean isBeingReplaced() {
		return this.replacement.isEndingActive() && !isEnding();
	}

	/**
	 * Return whether the process is expected to be alive.
	 * @return whether there is a process
	 */
	public boolean hasProcess() {
		return this.instance.pid() != 0;
	}

	/**
	 * Return what the watchdog is doing.
	 * @return the state as users see it
	 */
	public SupervisionState state() {
		return this.phase.state();
	}

	/**
	 * Return whether the watchdog will end, whatever happens.
	 */
	public boolean isEnding() {
		return this.phase.isLast();
	}

	/**
	 * Return whether the start-up timeout runs.
	 */
	public boolean hasStartupDeadline() {
		return state() == SupervisionState.STARTING && this.phase.deadline() != Phase.NEVER;
	}

	/**
	 * Return whether the instance is being ended because it does not come up.
	 * @return whether that is why, and not what happened around it
	 */
	public boolean failsToStart() {
		Failure failure = this.phase.failure();
		return failure != null && failure.reason() == IncidentReason.STARTUP_FAILED;
	}

	/**
	 * Return what users see.
	 * @param watchdogPid the process id of the watchdog
	 * @param mode how the watchdog came to be
	 * @param connections the socket that the watchdog holds, if it holds one
	 * @param dataSize size of the saved user data in bytes
	 * @param now the monotonic clock
	 * @return the status
	 */
	public SamStatus status(long watchdogPid, String mode, SamStatus.@Nullable Connections connections, long dataSize,
			long now) {
		SamStatus.Quorum quorum = (this.quorum != null && this.options.recoveryPolicy().needsQuorum())
				? new SamStatus.Quorum(this.options.cluster().quorumProvider(), this.quorum.quorate(),
						this.quorum.members())
				: null;
		SamStatus.Standby standby = this.options.wantsSpare()
				? new SamStatus.Standby(this.options.standby().mode(), this.spare.status(), this.spare.statusPid())
				: null;
		return new SamStatus(state(), this.instance.id(), this.instance.pid(), watchdogPid, mode,
				this.options.recoveryPolicy(), this.options.timeInterval(), quorum, standby, this.replacement.status(),
				connections, dataSize, this.history.restartsWithin(this.options.restart().limits(), now),
				this.history.recoveries(), Duration.ofNanos(this.history.downtime()), this.history.incidents());
	}

}
