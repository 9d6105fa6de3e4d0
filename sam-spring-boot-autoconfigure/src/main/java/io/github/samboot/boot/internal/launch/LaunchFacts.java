package io.github.samboot.boot.internal.launch;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * All that is looked at to tell an application launch from everything else.
 *
 * @param pid the id of this process
 * @param properties the system properties
 * @param environment the environment
 * @param stack how {@code SpringApplication.run} was reached
 * @param jvmOptions options of this JVM, from wherever it takes them
 * @param contextExit Spring's {@code spring.context.exit} or
 * {@code spring.context.checkpoint}
 * @param debugger whether a debug agent is loaded
 * @param devTools whether DevTools are on the class path
 * @param watched whether a watchdog started this process
 * @param supervisedAncestor the process that the watchdog in the environment really
 * started, if that is another one, else 0
 */
record LaunchFacts(long pid, Map<String, String> properties, Map<String, String> environment, CallStack stack,
		List<String> jvmOptions, @Nullable String contextExit, boolean debugger, boolean devTools, boolean watched,
		long supervisedAncestor) {

	String property(String name) {
		return this.properties.getOrDefault(name, "");
	}

}
