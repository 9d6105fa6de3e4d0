package io.github.samboot.watchdog.internal.cluster;

import io.github.samboot.core.CsError;

/**
 * Hears whether the state reaches Corosync's cmap: one call at the start, then one per
 * outage and one when it is over. Called on the publisher's thread: hand the news over
 * and return.
 */
public interface CmapListener {

	/**
	 * The keys are in cmap and up to date.
	 */
	void cmapAvailable();

	/**
	 * The keys cannot be written; it is tried again.
	 * @param error the error of the first call that failed
	 * @param problem one sentence: what is wrong and what to do about it
	 */
	void cmapUnavailable(CsError error, String problem);

}
