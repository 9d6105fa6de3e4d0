package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;

/**
 * What a watchdog does.
 */
public sealed interface Effect {

	/**
	 * Start a process.
	 *
	 * @param lane which process
	 * @param instanceId its instance id, or that of the instance it is to take over from
	 */
	record Spawn(Lane lane, int instanceId) implements Effect {

	}

	/**
	 * Send a signal to a process.
	 *
	 * @param lane which process
	 * @param signal the signal
	 */
	record Send(Lane lane, Signal signal) implements Effect {

	}

	/**
	 * Answer a request.
	 *
	 * @param lane which process
	 * @param request the request
	 * @param error how it went
	 * @param message what to say about it
	 * @param value the value asked for, if any
	 */
	record Reply(Lane lane, int request, CsError error, String message, long value) implements Effect {

		/** The number of a request that comes from no application. */
		public static final int TO_OPERATOR = -1;

		static Reply ok(Lane lane, int request) {
			return new Reply(lane, request, CsError.OK, "", 0);
		}

	}

	/**
	 * Tell the instance that it is about to be ended.
	 *
	 * @param reason why
	 * @param message the sentence that names the culprit
	 * @param gracePeriod how long until SIGKILL
	 */
	record AnnounceRecovery(IncidentReason reason, String message, Duration gracePeriod) implements Effect {

	}

	/**
	 * Tell the instance that another one is to follow its end.
	 */
	record AnnounceReplacement() implements Effect {

	}

	/**
	 * Tell the instance how the cluster is.
	 *
	 * @param quorate whether this node is quorate
	 * @param members the node ids of its partition
	 */
	record AnnounceQuorum(boolean quorate, List<Long> members) implements Effect {

	}

	/**
	 * Publish a change of state.
	 *
	 * @param state the new state
	 */
	record Publish(SupervisionState state) implements Effect {

	}

	/** Save what a new watchdog would have to know. */
	record Save() implements Effect {

	}

	/**
	 * Write the report of an incident, or write it again because more is known.
	 *
	 * @param incident the incident
	 */
	record Report(Incident incident) implements Effect {

	}

	/**
	 * Write a line into the log.
	 *
	 * @param isWarning whether an operator should look at it
	 * @param text the line
	 */
	record Say(boolean isWarning, String text) implements Effect {

	}

	/**
	 * End the watchdog; there is no process any more.
	 *
	 * @param code its exit code
	 * @param isFailure whether that is because a supervised application failed
	 */
	record Quit(int code, boolean isFailure) implements Effect {

	}

	/**
	 * Let the process of the spare be that of the current instance.
	 *
	 * @param instanceId its instance id
	 */
	record Promote(int instanceId) implements Effect {

	}

}
