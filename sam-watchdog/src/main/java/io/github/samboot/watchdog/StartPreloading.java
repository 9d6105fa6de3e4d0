package io.github.samboot.watchdog;

import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

import io.github.samboot.core.internal.process.DaemonThread;

/**
 * Loads classes of the JDK that the start of the watchdog needs in a moment, on a thread
 * of its own: the first instance is started the sooner, where there is a second
 * processor. Classes of this project are left out: two threads that initialize them could
 * wait for each other for ever, the day one of them needs another in its initializer.
 */
final class StartPreloading implements Runnable {

	private static final int STACK_KIBIBYTES = 256;

	private StartPreloading() {
	}

	/**
	 * Begin to load, and return at once.
	 */
	static void begin() {
		try {
			DaemonThread.start("sam-start-classes", STACK_KIBIBYTES, new StartPreloading());
		}
		catch (OutOfMemoryError ex) {
			// a limit on threads: the classes are loaded when they are needed
		}
	}

	@Override
	public void run() {
		try {
			// takes longest: the JDK makes a SecureRandom for sockets without a name
			ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
			Class.forName("java.lang.ProcessImpl");
		}
		catch (Throwable ex) {
			// whoever needs it will say so
		}
	}

}
