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
			if (runsHooks(stack) && isCause(stack, lastThreadCounts)) {
				return true;
			}
		}
		return false;
	}

	private static boolean runsHooks(StackTraceElement[] stack) {
		for (StackTraceElement frame : stack) {
			if (frame.getClassName().equals("java.lang.Shutdown") && frame.getMethodName().equals("runHooks")) {
				return true;
			}
		}
		return false;
	}

	private static boolean isCause(StackTraceElement[] stack, boolean lastThreadCounts) {
		for (StackTraceElement frame : stack) {
			// the handlers of TERM, INT and HUP, and what the thread DestroyJavaVM calls
			boolean isSignal = frame.getClassName().startsWith("java.lang.Terminator");
			boolean isLastThread = lastThreadCounts && frame.getClassName().equals("java.lang.Shutdown")
					&& frame.getMethodName().equals("shutdown");
			if (isSignal || isLastThread) {
				return true;
			}
		}
		return false;
	}

}
