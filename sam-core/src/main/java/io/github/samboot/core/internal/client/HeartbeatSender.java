package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

import io.github.samboot.core.internal.wire.HeartbeatPage;
import io.github.samboot.core.internal.wire.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Sends single health checks to one watchdog: through the page where there is one, else
 * over the socket. Thread-safe.
 */
final class HeartbeatSender {

	private static final byte[] NOTHING = new byte[0];

	private final Connection connection;

	private volatile @Nullable HeartbeatPage page;

	HeartbeatSender(Connection connection, @Nullable HeartbeatPage page) {
		this.connection = connection;
		this.page = page;
	}

	void beat() throws IOException {
		HeartbeatPage page = this.page;
		if (page == null) {
			this.connection.tell(MessageType.BEAT, NOTHING);
			return;
		}
		try {
			page.beat(System.nanoTime());
		}
		catch (InternalError ex) {
			pageIsLost(ex);
			this.connection.tell(MessageType.BEAT, NOTHING);
		}
	}

	/**
	 * Stop using the page, whose file was cut short or lies on a full file system.
	 * @return whether it was still used
	 */
	boolean pageIsLost(Throwable reason) {
		boolean isNews = this.page != null;
		if (isNews) {
			this.page = null;
			// not on this thread: a log may take its time, the next beat must not
			Thread thread = new Thread(() -> log(reason), "sam-log");
			thread.setDaemon(true);
			thread.start();
		}
		return isNews;
	}

	private static void log(Throwable reason) {
		Logger logger = System.getLogger(ProcessSam.class.getName());
		logger.log(Level.WARNING,
				"The heartbeat page can no longer be written ({0}); heartbeats use the socket from now on",
				reason.getMessage());
	}

}
