package io.github.samboot.core;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What happened to one instance of the application, and how it ended.
 *
 * @param instanceId the instance that failed
 * @param pid its process id, 0 if it had no process
 * @param reason why it was, or was to be, replaced
 * @param message one sentence that names the culprit
 * @param detectedAt when the watchdog noticed
 * @param recoveredAt when the next instance was up, {@code null} if none is yet
 * @param downtime from detection to recovery, {@code null} while that lasts
 * @param exit how the process ended, such as {@code SIGKILL} or {@code exit code 3},
 * {@code null} if it has not (yet)
 */
public record Incident(int instanceId, long pid, IncidentReason reason, String message, Instant detectedAt,
		@Nullable Instant recoveredAt, @Nullable Duration downtime, @Nullable String exit) {

}
