package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.IncidentReason;

/**
 * Why an instance has to go.
 *
 * @param reason the kind of failure
 * @param message one sentence that names the cause
 * @param detected when the watchdog noticed
 * @param isFinal whether there is to be no other instance, whatever the policy
 */
record Failure(IncidentReason reason, String message, Moment detected, boolean isFinal) {

	Failure(IncidentReason reason, String message, Moment detected) {
		this(reason, message, detected, false);
	}

	static Failure markedAsFailed(Moment now) {
		return new Failure(IncidentReason.REQUESTED, "the application marked itself as failed", now, true);
	}

	/**
	 * Return the same failure, from which the instance has recovered by itself.
	 */
	Failure survived() {
		return new Failure(this.reason,
				this.message + "; heartbeats resumed within the grace period, so it was not killed", this.detected);
	}

	static Failure lostQuorum(Moment now) {
		return new Failure(IncidentReason.QUORUM_LOST, "this node lost quorum", now);
	}

	static Failure lostQuorum(Event.Quorum event, Moment now) {
		return event.problem().isEmpty() ? lostQuorum(now)
				: new Failure(IncidentReason.QUORUM_LOST, "the quorum provider failed: " + event.problem(), now);
	}

}
