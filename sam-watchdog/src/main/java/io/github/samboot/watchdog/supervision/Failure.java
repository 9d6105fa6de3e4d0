package io.github.samboot.watchdog.supervision;

import io.github.samboot.core.IncidentReason;

/**
 * Why an instance has to go.
 *
 * @param reason the kind of failure
 * @param message one sentence that names the culprit
 * @param detected when the watchdog noticed
 * @param isFinal whether there is to be no other instance, whatever the policy
 */
record Failure(IncidentReason reason, String message, Moment detected, boolean isFinal) {

	Failure(IncidentReason reason, String message, Moment detected) {
		this(reason, message, detected, false);
	}

}
