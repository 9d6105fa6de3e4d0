package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;

/**
 * How an instance comes up: start, the wait for quorum, and the end of start-up.
 */
final class Startup {

	private Startup() {
	}

	/**
	 * The instance called start where it may.
	 * @param deadline when its start-up timeout ends, or {@link LaneState#NEVER}
	 */
	static void start(Draft next, Event.Start event, long deadline) {
		boolean lacksQuorum = next.options.recoveryPolicy().needsQuorum() && !next.isQuorate();
		if (lacksQuorum && event.resumes()) {
			// it ran under the last watchdog, and quorum was lost while that was replaced
			started(next, event.request(), event.startupContinues(), deadline);
			Recovery.fail(next, Failure.lostQuorum(next.now));
			return;
		}
		long wait = (event.resumes() || lacksQuorum || !next.history.open().isOf(IncidentReason.QUORUM_LOST)) ? 0
				: spread(next);
		if (!lacksQuorum && wait == 0) {
			started(next, event.request(), event.startupContinues(), deadline);
			return;
		}
		// quorum that is back already may have come back sooner on other nodes too
		next.info(next.name() + (lacksQuorum ? " waits until this node is quorate." : " continues in "
				+ Words.seconds(wait)
				+ ": a random delay after lost quorum (at most sam.restart.delay), so that not all nodes start at the same moment."));
		next.instance = next.instance.settled();
		next.phase = new AwaitingQuorum(event.request(), event.startupContinues(),
				(deadline != LaneState.NEVER) ? deadline - next.now.nanos() : LaneState.NEVER,
				lacksQuorum ? LaneState.NEVER : next.after(wait));
	}

	/**
	 * Return a random wait: when a whole cluster regains quorum, its nodes must not all
	 * do at one moment what an application does when it starts.
	 */
	static long spread(Draft next) {
		next.seed = Backoff.nextSeed(next.seed);
		return Backoff.spread(next.options.restart().limits(), next.seed);
	}

	static void started(Draft next, int request, boolean startupContinues, long deadline) {
		next.ok(Lane.ACTIVE, request);
		if (startupContinues) {
			next.phase = new ComingUp(deadline);
			return;
		}
		cameUp(next);
	}

	/**
	 * Start-up is over, and with it a recovery that was open.
	 */
	static void cameUp(Draft next) {
		next.phase = new Running(next.now.nanos(), next.interval(), next.now.nanos());
		next.instance = next.instance.settled();
		next.replacement.isUp(next);
		int recovered = next.history.open().detected().size();
		next.history = next.history.up(next.now);
		if (recovered > 0) {
			Incident incident = next.lastIncident();
			Duration downtime = incident.downtime();
			next.info(next.name() + " is up"
					+ ((downtime != null) ? ", " + Words.seconds(downtime) + " after " + incident.reason().id() : "")
					+ ".");
			// the oldest first: attempts that failed came after it
			for (int i = Math.min(recovered, next.history.incidents().size()) - 1; i >= 0; i--) {
				next.effects.add(new Effect.Report(next.history.incidents().get(i)));
			}
		}
		else {
			next.info(next.name() + " is supervised: recovery policy " + next.options.recoveryPolicy().id()
					+ ", time interval " + Words.seconds(next.options.timeInterval()) + ".");
		}
		next.save();
		next.spare.activeIsUp(next);
	}

}
