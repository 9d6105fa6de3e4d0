package io.github.samboot.core.internal.process;

/**
 * Finds out why this JVM is being shut down. An adopted process has no exit code that its
 * watchdog could read, so the process itself has to say whether it wanted to end.
 */
public final class ShutdownWatcher {

	private ShutdownWatcher() {
	}

	/**
	 * Return whether the JVM has begun to shut down.
	 */
	public static boolean inProgress() {
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
	 * Return whether a signal or the end of the last thread is behind the shutdown. Only
	 * of use within a shutdown hook. Anything else is a call of {@code System.exit},
	 * which is not looked for: a virtual thread that calls it is in no list.
	 * @param lastThreadCounts whether the end of the last thread is a cause from outside
	 */
	public static boolean isCausedFromOutside(boolean lastThreadCounts) {
		for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
			// the handlers of TERM, INT and HUP, and what the thread DestroyJavaVM calls
			boolean isCause = isIn(stack, "java.lang.Terminator", "")
					|| (lastThreadCounts && isIn(stack, "java.lang.Shutdown", "shutdown"));
			if (isCause && isIn(stack, "java.lang.Shutdown", "runHooks")) {
				return true;
			}
		}
		return false;
	}

	private static boolean isIn(StackTraceElement[] stack, String className, String method) {
		for (StackTraceElement frame : stack) {
			if (frame.getClassName().startsWith(className) && frame.getMethodName().startsWith(method)) {
				return true;
			}
		}
		return false;
	}

}
