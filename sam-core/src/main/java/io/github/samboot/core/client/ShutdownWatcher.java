package io.github.samboot.core.client;

import java.util.Map;

/**
 * Finds out why this JVM is being shut down. An adopted process has no exit code that its
 * watchdog could read, so the process itself has to say whether it wanted to end.
 */
final class ShutdownWatcher {

	private ShutdownWatcher() {
	}

	/**
	 * Return whether the JVM has begun to shut down.
	 */
	static boolean inProgress() {
		Thread probe = new Thread();
		try {
			Runtime.getRuntime().addShutdownHook(probe);
			Runtime.getRuntime().removeShutdownHook(probe);
			return false;
		}
		catch (IllegalStateException ex) {
			return true;
		}
	}

	/**
	 * Return whether a call of {@code System.exit} is behind the shutdown, and not a
	 * signal or the end of the last thread. Only of use within a shutdown hook.
	 */
	static boolean isCausedByExit() {
		for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
			for (StackTraceElement frame : entry.getValue()) {
				if (frame.getClassName().equals("java.lang.Shutdown") && frame.getMethodName().equals("exit")) {
					return !isSignalHandler(entry.getValue());
				}
			}
		}
		return false;
	}

	private static boolean isSignalHandler(StackTraceElement[] stack) {
		for (StackTraceElement frame : stack) {
			if (frame.getClassName().startsWith("java.lang.Terminator")) {
				return true;
			}
		}
		return false;
	}

}
