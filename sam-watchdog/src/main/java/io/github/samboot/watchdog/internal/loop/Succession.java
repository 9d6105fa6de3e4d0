package io.github.samboot.watchdog.internal.loop;

import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Lane;

/**
 * Processes come and go: an end is told to the rules once all is known that may decide
 * what follows it. Only the event loop's thread uses it, but for the listeners.
 */
final class Succession implements ApplicationProcess.ExitListener, SpareStart.Listener {

	private final EventLoop loop;

	private final Course course;

	private final Crew crew;

	private final Conversation conversation;

	private final Log log;

	Succession(EventLoop loop, Course course, Crew crew, Conversation conversation, Log log) {
		this.loop = loop;
		this.course = course;
		this.crew = crew;
		this.conversation = conversation;
		this.log = log;
	}

	@Override
	public void exited(ApplicationProcess process, ExitStatus status) {
		this.loop.later(new End(process, status));
	}

	@Override
	public void started(SpareStart start) {
		this.loop.later(() -> spareStarted(start));
	}

	/**
	 * A process is gone.
	 */
	void gone(ApplicationProcess process, ExitStatus status) {
		SpareSeat spare = this.crew.spare();
		Seat seat = spare.seat();
		if (seat.holds(process)) {
			seat.processEnded();
			this.course.surely(new Event.Exited(Lane.SPARE, status));
			spare.leave(seat);
			return;
		}
		Seat active = this.crew.active();
		if (!active.holds(process)) {
			return;
		}
		this.conversation.hear(active.client());
		active.processEnded();
		this.conversation.clusterWait().forget();
		lookAtSpare();
		this.course.surely(new Event.Exited(Lane.ACTIVE, status));
	}

	/**
	 * The spare may be about to take over. What nobody has told yet of it counts too: the
	 * end of its connection, or of itself.
	 */
	void lookAtSpare() {
		this.conversation.hear(this.crew.spare().seat().client());
		try {
			Event.SpareUnusable problem = this.crew.spare().problem();
			if (problem != null) {
				this.course.apply(problem);
			}
		}
		catch (Throwable ex) {
			this.loop.problem(ex);
		}
	}

	private void spareStarted(SpareStart start) {
		ApplicationProcess process = this.crew.spare().started(start);
		if (process == null) {
			this.course.surely(new Event.SpawnFailed(Lane.SPARE, Deeds.reason(start.problem())));
			return;
		}
		this.course.surely(new Event.Spawned(Lane.SPARE, process.pid()));
		this.log.info("Started a spare of the application, pid " + process.pid() + ".");
		if (process.isGone()) {
			// its end may have been told before anybody knew of it
			gone(process, ExitStatus.UNKNOWN);
		}
	}

	/**
	 * The end of a process. (To link a lambda takes a while, and the next instance
	 * waits.)
	 */
	private final class End implements Runnable {

		private final ApplicationProcess process;

		private final ExitStatus status;

		End(ApplicationProcess process, ExitStatus status) {
			this.process = process;
			this.status = status;
		}

		@Override
		public void run() {
			gone(this.process, this.status);
		}

	}

}
