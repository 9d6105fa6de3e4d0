package io.github.samboot.watchdog.internal.loop;

import java.util.List;

import io.github.samboot.core.Signal;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.connection.Connections;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.Orphans;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Lane;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * Processes start and end: an end is reported to the rules once all is known that may
 * decide what follows it. Only the event loop's thread uses it.
 */
record ProcessEvents(Supervisor supervisor, Processes processes, Connections connections, ClusterLink cluster,
		@Nullable Orphans orphans, Log log) {

	private static final List<Lane> LANES = List.of(Lane.ACTIVE, Lane.SPARE);

	/**
	 * A process has ended.
	 */
	void ended(ApplicationProcess process, ExitStatus status) {
		ProcessSlot spare = this.processes.slot(Lane.SPARE);
		if (spare.process() == process) {
			judgeFastStart(Lane.SPARE, process, isKilled(status) || isClean(status));
			report(new Event.Exited(Lane.SPARE, status), spare);
			this.processes.spare().clear(spare);
			return;
		}
		ProcessSlot active = this.processes.active();
		if (active.process() != process) {
			return;
		}
		this.connections.readWaiting(active.client());
		this.processes.socket().unserved();
		this.cluster.forgetCall();
		checkSpare();
		Supervision supervision = this.supervisor.supervision();
		boolean isEndedByOthers = isKilled(status) && !supervision.failsToStart();
		judgeFastStart(Lane.ACTIVE, process, supervision.history().isUp() || isClean(status) || isEndedByOthers);
		report(new Event.Exited(Lane.ACTIVE, status, !process.how().entry().isEmpty()), active);
	}

	/**
	 * The process is forgotten only now: until then the end counts as not reported,
	 * whatever goes wrong.
	 */
	private void report(Event.Exited exited, ProcessSlot slot) {
		slot.ended();
		this.supervisor.handleSurely(exited);
	}

	/**
	 * Look for an end that was reported and could not be handled.
	 */
	void checkEnded() {
		for (Lane lane : LANES) {
			ApplicationProcess process = this.processes.slot(lane).process();
			ExitStatus status = (process != null) ? process.exitStatus() : null;
			if (status != null) {
				ended(process, status);
			}
		}
	}

	/**
	 * Before the next start: it must not fail for the same reason. The end is reported
	 * whatever goes wrong here.
	 * @param isWell whether the process was up, ended in order, or was ended for reasons
	 * that are not its own
	 */
	private void judgeFastStart(Lane lane, ApplicationProcess process, boolean isWell) {
		FastStart fastStart = this.processes.fastStart();
		String entry = process.how().entry();
		try {
			if (!isWell && !entry.isEmpty()) {
				fastStart.putAway(entry);
			}
			else if (lane == Lane.SPARE) {
				// it says nothing of what an instance was started from
				return;
			}
			else if (isWell) {
				fastStart.forget();
			}
			else {
				fastStart.putBack();
			}
		}
		catch (Throwable ex) {
			this.log.problem(ex);
		}
	}

	private static boolean isKilled(ExitStatus status) {
		return status.code() == Signal.SIGKILL.exitStatus();
	}

	private boolean isClean(ExitStatus status) {
		return this.supervisor.supervision().options().restart().cleanExitCodes().contains(status.code());
	}

	/**
	 * The spare may be about to take over. What is not reported yet counts too: the end
	 * of its connection, or of itself.
	 */
	void checkSpare() {
		try {
			this.connections.readWaiting(this.processes.slot(Lane.SPARE).client());
			Event.SpareUnusable problem = this.processes.spare().problem();
			if (problem != null) {
				this.supervisor.handle(problem);
			}
		}
		catch (Throwable ex) {
			this.log.problem(ex);
		}
	}

	/**
	 * The start of a spare is over.
	 */
	void spareStarted(SpareStart start) {
		ApplicationProcess process;
		try {
			process = this.processes.spare().started(start);
		}
		catch (Throwable ex) {
			this.supervisor.handleSurely(new Event.SpawnFailed(Lane.SPARE, Supervisor.reason(ex)));
			return;
		}
		this.supervisor.handleSurely(new Event.Spawned(Lane.SPARE, process.pid()));
		this.log.info("Started a spare of the application, pid " + process.pid() + process.how().words() + ".");
		ExitStatus status = process.exitStatus();
		if (status != null) {
			// its end may have been reported before its process was known
			ended(process, status);
		}
	}

	/**
	 * Return whether processes that have lost their parent come to this one.
	 */
	boolean getsOrphans() {
		return this.orphans != null;
	}

	/**
	 * Remove what is left of them when they have ended.
	 */
	void removeZombies() {
		if (this.orphans != null) {
			this.orphans.look(List.of(pid(Lane.ACTIVE), pid(Lane.SPARE)));
		}
	}

	private long pid(Lane lane) {
		ApplicationProcess process = this.processes.slot(lane).process();
		return (process != null) ? process.pid() : 0;
	}

}
