package io.github.samboot.boot;

import io.github.samboot.core.Incident;

/**
 * Hears of the incidents of earlier instances, to send them somewhere. Called in the
 * instance that follows, once that is up: an instance that fails has other things to do.
 * If that ends before it has reported all, the next one reports the rest. All beans of
 * this type are called one after the other, on a thread that does nothing else; one that
 * fails is logged, one that does not return keeps the rest from being called.
 */
@FunctionalInterface
public interface SamIncidentReporter {

	/**
	 * Report an incident.
	 * @param incident what happened to an earlier instance
	 * @param report its report as text, empty if it is not there
	 * @throws Exception if it cannot be reported
	 */
	void report(Incident incident, String report) throws Exception;

}
