package io.github.samboot.core.internal.process;

/**
 * Makes threads that no JVM waits for when it ends.
 */
public final class DaemonThread {

	private DaemonThread() {
	}

	/**
	 * Start one with a stack of the usual size.
	 * @param name its name
	 * @param task what it does
	 * @return the thread
	 */
	public static Thread start(String name, Runnable task) {
		return start(name, 0, task);
	}

	/**
	 * Start one.
	 * @param name its name
	 * @param stackKibibytes how large its stack may become; 0 for the usual size
	 * @param task what it does
	 * @return the thread
	 */
	public static Thread start(String name, int stackKibibytes, Runnable task) {
		Thread thread = create(name, stackKibibytes, task);
		thread.start();
		return thread;
	}

	/**
	 * Make one that is started later.
	 * @param name its name
	 * @param stackKibibytes how large its stack may become; 0 for the usual size
	 * @param task what it does
	 * @return the thread
	 */
	public static Thread create(String name, int stackKibibytes, Runnable task) {
		Thread thread = new Thread(null, task, name, stackKibibytes * 1024L);
		thread.setDaemon(true);
		return thread;
	}

}
