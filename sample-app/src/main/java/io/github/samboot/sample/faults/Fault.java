package io.github.samboot.sample.faults;

import java.util.Map;

/**
 * One way to break this application.
 *
 * @param name its name in the URL
 * @param effect what happens, in one sentence
 * @param deadly whether the process is not able to answer afterwards
 * @param action does it; takes the parameters of the request
 */
record Fault(String name, String effect, boolean deadly, Action action) {

	@FunctionalInterface
	interface Action {

		void run(Map<String, String> parameters) throws Exception;

	}

}
