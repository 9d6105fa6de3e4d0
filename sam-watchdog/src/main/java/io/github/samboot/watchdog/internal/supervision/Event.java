package io.github.samboot.watchdog.internal.supervision;

import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;

/**
 * What can happen to a watchdog.
 */
public sealed interface Event {

	/**
	 * Let the state of the lane that this is about decide what follows. What each state
	 * answers with OK is answered here.
	 */
	void happen(Draft next);

	/** The watchdog begins with an application to start. */
	record Begin() implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.begin(next);
		}

	}

	/**
	 * The watchdog begins with an application that runs already.
	 *
	 * @param pid its process id
	 * @param instanceId its instance id
	 * @param hasBeenUp whether it, or one before it, had come up
	 */
	record Adopted(long pid, int instanceId, boolean hasBeenUp) implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.adopted(next, this);
		}

	}

	/**
	 * A process was started.
	 *
	 * @param lane which process
	 * @param pid its process id
	 */
	record Spawned(Lane lane, long pid) implements Event {

		@Override
		public void happen(Draft next) {
			next.lane(this.lane).spawned(next, this);
		}

	}

	/**
	 * A process could not be started.
	 *
	 * @param lane which process
	 * @param problem why
	 */
	record SpawnFailed(Lane lane, String problem) implements Event {

		@Override
		public void happen(Draft next) {
			next.lane(this.lane).spawnFailed(next, this);
		}

	}

	/**
	 * A process, that of the active instance or of the spare, is gone, for sure.
	 *
	 * @param lane which process
	 * @param status how it ended
	 * @param isFast whether it was started from what was prepared: if that fails, it may
	 * not be the application's fault
	 */
	record Exited(Lane lane, ExitStatus status, boolean isFast) implements Event {

		public Exited(Lane lane, ExitStatus status) {
			this(lane, status, false);
		}

		@Override
		public void happen(Draft next) {
			next.lane(this.lane).exited(next, this);
		}

	}

	/**
	 * Time passed.
	 *
	 * @param lastBeat what the heartbeat page says, 0 if nothing
	 * @param processState what the kernel says the process is doing, for the report
	 */
	record TimePassed(long lastBeat, String processState) implements Event {

		@Override
		public void happen(Draft next) {
			if (next.isDue(next.phase.wakeAt())) {
				next.phase.timePassed(next, this);
			}
			// after what the active instance needs
			if (next.isDue(next.spare.wakeAt())) {
				next.spare.timePassed(next, this);
			}
		}

		String processStateWords() {
			return this.processState.isEmpty() ? "" : "; " + this.processState;
		}

	}

	/**
	 * A signal asks the watchdog to stop.
	 *
	 * @param signal SIGTERM, SIGINT or SIGHUP
	 */
	record StopRequested(Signal signal) implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.stopRequested(next, this);
		}

	}

	/**
	 * The quorum provider has news.
	 *
	 * @param quorate whether this node is quorate
	 * @param members the node ids of its partition
	 * @param problem what is wrong with the provider, empty if nothing
	 */
	record Quorum(boolean quorate, List<Long> members, String problem) implements Event {

		@Override
		public void happen(Draft next) {
			boolean isNews = next.quorum == null || next.quorum.quorate() != this.quorate;
			next.quorum = this;
			if (!next.options.recoveryPolicy().needsQuorum()) {
				return;
			}
			if (isNews) {
				next.effects.add(new Effect.AnnounceQuorum(this.quorate, this.members));
			}
			next.phase.quorum(next, this);
		}

	}

	/**
	 * The instance called initialize; the quorum provider it wants is there.
	 *
	 * @param lane which process
	 * @param request to be answered
	 * @param options the options
	 */
	record Initialize(Lane lane, int request, SamOptions options) implements Event {

		@Override
		public void happen(Draft next) {
			next.lane(this.lane).initialize(next, this);
			next.ok(this.lane, this.request);
		}

	}

	/**
	 * The instance called register.
	 *
	 * @param lane which process
	 * @param request to be answered
	 */
	record Register(Lane lane, int request) implements Event {

		@Override
		public void happen(Draft next) {
			next.lane(this.lane).register(next, this);
		}

	}

	/**
	 * The instance called start.
	 *
	 * @param request to be answered
	 * @param startupContinues whether heartbeats are expected only after {@link Ready}
	 * @param resumes whether it had been started under an earlier watchdog
	 */
	record Start(int request, boolean startupContinues, boolean resumes) implements Event {

		@Override
		public void happen(Draft next) {
			if (next.instance.isRegistered()) {
				next.phase.start(next, this);
			}
			else {
				next.refuse(this.request, "start comes after register");
			}
		}

	}

	/** The start-up of the instance is over. */
	record Ready() implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.ready(next);
		}

	}

	/**
	 * The instance called stop.
	 *
	 * @param request to be answered
	 */
	record Stop(int request) implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.stop(next);
			next.ok(Lane.ACTIVE, this.request);
		}

	}

	/** The instance is closing down because it wants to. */
	record Stopping() implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.stopping(next);
		}

	}

	/** The instance is being ended by a call of System.exit, out of the blue. */
	record Exiting() implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.exiting(next);
		}

	}

	/** The instance sent a heartbeat, or any other message. */
	record Beat() implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.beat(next);
		}

	}

	/**
	 * The instance says it is unhealthy.
	 *
	 * @param message why
	 */
	record Unhealthy(String message) implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.unhealthy(next, this);
		}

	}

	/**
	 * The instance chose a warn signal.
	 *
	 * @param lane which process
	 * @param request to be answered
	 * @param signal the signal
	 */
	record WarnSignal(Lane lane, int request, Signal signal) implements Event {

		@Override
		public void happen(Draft next) {
			next.lane(this.lane).warnSignal(next, this);
			next.ok(this.lane, this.request);
		}

	}

	/**
	 * The instance gives up.
	 *
	 * @param request to be answered
	 */
	record MarkFailed(int request) implements Event {

		@Override
		public void happen(Draft next) {
			if (next.options.cluster().cmap()) {
				next.ok(Lane.ACTIVE, this.request);
				next.phase.markFailed(next);
			}
			else {
				next.effects.add(new Effect.Reply(Lane.ACTIVE, this.request, CsError.INVALID_PARAM,
						"Marking as failed needs the CMAP flag", 0));
			}
		}

	}

	/**
	 * A recovery is asked for.
	 *
	 * @param request to be answered
	 * @param message who, and why
	 */
	record Recover(int request, String message) implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.recover(next, this);
		}

	}

	/**
	 * The instance is to be replaced by one from what is on disk now.
	 *
	 * @param request to be answered, or {@link #NO_REQUEST} for a signal
	 * @param message who asks for it
	 */
	record Replace(int request, String message) implements Event {

		/** There is nothing to answer. */
		static final int NO_REQUEST = 0;

		/**
		 * Create the event of a signal.
		 * @param message which signal
		 */
		public Replace(String message) {
			this(NO_REQUEST, message);
		}

		@Override
		public void happen(Draft next) {
			next.phase.replace(next, this);
		}

	}

	/**
	 * The instance called finalize.
	 *
	 * @param request to be answered
	 */
	record Finish(int request) implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.finish(next);
			next.ok(Lane.ACTIVE, this.request);
		}

	}

	/**
	 * The instance does not want to be supervised.
	 *
	 * @param request to be answered
	 * @param reason why
	 */
	record Decline(int request, String reason) implements Event {

		@Override
		public void happen(Draft next) {
			next.phase.decline(next, this);
			next.ok(Lane.ACTIVE, this.request);
		}

	}

	/**
	 * The instance says that its start-up makes progress.
	 *
	 * @param lane which process
	 * @param request to be answered
	 * @param nanos how long it may take from now on at least
	 */
	record ExtendStartup(Lane lane, int request, long nanos) implements Event {

		@Override
		public void happen(Draft next) {
			next.lane(this.lane).extendStartup(next, this);
			next.ok(this.lane, this.request);
		}

	}

	/**
	 * The instance stands by, though it was promoted meanwhile.
	 *
	 * @param lane which process
	 * @param request to be answered
	 */
	record StandBy(Lane lane, int request) implements Event {

		@Override
		public void happen(Draft next) {
			next.lane(this.lane).standBy(next, this);
		}

	}

	/**
	 * The spare is not to be promoted.
	 *
	 * @param reason why
	 * @param isFailure whether the next one may be no better
	 */
	record SpareUnusable(String reason, boolean isFailure) implements Event {

		@Override
		public void happen(Draft next) {
			next.spare.unusable(next, this);
		}

	}

}
