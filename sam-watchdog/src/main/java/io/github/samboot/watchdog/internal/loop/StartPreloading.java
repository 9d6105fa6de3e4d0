package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Moment;
import io.github.samboot.watchdog.internal.supervision.Supervision;

/**
 * Loads classes that the start of the watchdog needs in a moment, on a thread of its own:
 * the first instance is started the sooner, where there is a second processor. Without it
 * all is the same, only slower.
 */
public final class StartPreloading implements Runnable {

	private static final int STACK_BYTES = 256 * 1024;

	private StartPreloading() {
	}

	/**
	 * Begin to load, and return at once.
	 */
	public static void begin() {
		Thread thread = new Thread(null, new StartPreloading(), "sam-start-classes", STACK_BYTES);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void run() {
		try {
			// takes longest: the JDK makes a SecureRandom for sockets without a name
			ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
			Class.forName("java.lang.ProcessImpl");
			Supervision.initial(0).step(new Event.Begin(), new Moment(1, 0));
		}
		catch (IOException | ClassNotFoundException | RuntimeException | LinkageError ex) {
			// whoever needs it will say so
		}
	}

}
