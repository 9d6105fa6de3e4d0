package io.github.samboot.watchdog.supervision;

import java.util.List;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;

/**
 * What can happen to a watchdog.
 */
public sealed interface Event {

	/**
	 * Call the handler's method for this event.
	 * @param handler has one method for each event, so that none is forgotten
	 */
	void accept(Handler handler);

	/**
	 * One method for each event.
	 */
	interface Handler {

		void begin();

		void adopted(Adopted event);

		void spawned(Spawned event);

		void spawnFailed(SpawnFailed event);

		void exited(Exited event);

		void timePassed(TimePassed event);

		void stopRequested(StopRequested event);

		void quorum(Quorum event);

		void initialize(Initialize event);

		void register(Register event);

		void start(Start event);

		void ready();

		void stop(Stop event);

		void stopping();

		void exiting();

		void beat();

		void unhealthy(Unhealthy event);

		void warnSignal(WarnSignal event);

		void markFailed(MarkFailed event);

		void recover(Recover event);

		void finish(Finish event);

		void decline(Decline event);

		void extendStartup(ExtendStartup event);

		void standBy(StandBy event);

		void spareSpawned(SpareSpawned event);

		void spareSpawnFailed(SpareSpawnFailed event);

		void spareExited(SpareExited event);

		void spareInitialize(SpareInitialize event);

		void spareWarnSignal(SpareWarnSignal event);

		void spareExtendStartup(SpareExtendStartup event);

		void spareParked(SpareParked event);

		void spareUnusable(SpareUnusable event);

	}

	/** The watchdog begins with an application to start. */
	record Begin() implements Event {

		@Override
		public void accept(Handler handler) {
			handler.begin();
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
		public void accept(Handler handler) {
			handler.adopted(this);
		}

	}

	/**
	 * A process was started.
	 *
	 * @param pid its process id
	 */
	record Spawned(long pid) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spawned(this);
		}

	}

	/**
	 * A process could not be started.
	 *
	 * @param problem why
	 */
	record SpawnFailed(String problem) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spawnFailed(this);
		}

	}

	/**
	 * The process of the current instance is gone, for sure.
	 *
	 * @param status how it ended
	 */
	record Exited(ExitStatus status) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.exited(this);
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
		public void accept(Handler handler) {
			handler.timePassed(this);
		}

	}

	/**
	 * A signal asks the watchdog to stop.
	 *
	 * @param signal SIGTERM, SIGINT or SIGHUP
	 */
	record StopRequested(Signal signal) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.stopRequested(this);
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
		public void accept(Handler handler) {
			handler.quorum(this);
		}

	}

	/**
	 * The instance called initialize; the quorum provider it wants is there.
	 *
	 * @param request to be answered
	 * @param options the options
	 */
	record Initialize(int request, SamOptions options) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.initialize(this);
		}

	}

	/**
	 * The instance called register.
	 *
	 * @param request to be answered
	 */
	record Register(int request) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.register(this);
		}

	}

	/**
	 * The instance called start.
	 *
	 * @param request to be answered
	 * @param startupContinues whether health checks are expected only after {@link Ready}
	 * @param resumes whether it had been started under an earlier watchdog
	 */
	record Start(int request, boolean startupContinues, boolean resumes) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.start(this);
		}

	}

	/** The start-up of the instance is over. */
	record Ready() implements Event {

		@Override
		public void accept(Handler handler) {
			handler.ready();
		}

	}

	/**
	 * The instance called stop.
	 *
	 * @param request to be answered
	 */
	record Stop(int request) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.stop(this);
		}

	}

	/** The instance is closing down because it wants to. */
	record Stopping() implements Event {

		@Override
		public void accept(Handler handler) {
			handler.stopping();
		}

	}

	/** The instance is being ended by a call of System.exit, out of the blue. */
	record Exiting() implements Event {

		@Override
		public void accept(Handler handler) {
			handler.exiting();
		}

	}

	/** The instance sent a health check, or any other message. */
	record Beat() implements Event {

		@Override
		public void accept(Handler handler) {
			handler.beat();
		}

	}

	/**
	 * The instance says it is unhealthy.
	 *
	 * @param message why
	 */
	record Unhealthy(String message) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.unhealthy(this);
		}

	}

	/**
	 * The instance chose a warn signal.
	 *
	 * @param request to be answered
	 * @param signal the signal
	 */
	record WarnSignal(int request, Signal signal) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.warnSignal(this);
		}

	}

	/**
	 * The instance gives up.
	 *
	 * @param request to be answered
	 */
	record MarkFailed(int request) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.markFailed(this);
		}

	}

	/**
	 * Somebody asks for a recovery.
	 *
	 * @param request to be answered
	 * @param message who, and why
	 */
	record Recover(int request, String message) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.recover(this);
		}

	}

	/**
	 * The instance called finalize.
	 *
	 * @param request to be answered
	 */
	record Finish(int request) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.finish(this);
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
		public void accept(Handler handler) {
			handler.decline(this);
		}

	}

	/**
	 * The instance says that its start-up makes progress.
	 *
	 * @param request to be answered
	 * @param nanos how long it may take from now on at least
	 */
	record ExtendStartup(int request, long nanos) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.extendStartup(this);
		}

	}

	/**
	 * The instance stands by, though it was promoted meanwhile.
	 *
	 * @param request to be answered
	 */
	record StandBy(int request) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.standBy(this);
		}

	}

	/**
	 * The process of a spare was started.
	 *
	 * @param pid its process id
	 */
	record SpareSpawned(long pid) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spareSpawned(this);
		}

	}

	/**
	 * The process of a spare could not be started.
	 *
	 * @param problem why
	 */
	record SpareSpawnFailed(String problem) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spareSpawnFailed(this);
		}

	}

	/**
	 * The process of the spare is gone, for sure.
	 *
	 * @param status how it ended
	 */
	record SpareExited(ExitStatus status) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spareExited(this);
		}

	}

	/**
	 * The spare called initialize.
	 *
	 * @param request to be answered
	 * @param options the options
	 */
	record SpareInitialize(int request, SamOptions options) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spareInitialize(this);
		}

	}

	/**
	 * The spare chose a warn signal.
	 *
	 * @param request to be answered
	 * @param signal the signal
	 */
	record SpareWarnSignal(int request, Signal signal) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spareWarnSignal(this);
		}

	}

	/**
	 * The spare says that its start-up makes progress.
	 *
	 * @param request to be answered
	 * @param nanos how long it may take from now on at least
	 */
	record SpareExtendStartup(int request, long nanos) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spareExtendStartup(this);
		}

	}

	/**
	 * The spare waits to be promoted.
	 *
	 * @param request to be answered when it is
	 * @param isRegistration whether it called register, not only stands by
	 */
	record SpareParked(int request, boolean isRegistration) implements Event {

		@Override
		public void accept(Handler handler) {
			handler.spareParked(this);
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
		public void accept(Handler handler) {
			handler.spareUnusable(this);
		}

	}

}
