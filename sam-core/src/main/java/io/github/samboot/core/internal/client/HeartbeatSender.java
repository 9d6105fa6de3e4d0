package io.github.samboot.core.internal.client;

import io.github.samboot.core.internal.wire.HeartbeatPage;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Sends single heartbeats to one watchdog: through the page where there is one, else over
 * the socket. Thread-safe.
 */
final class HeartbeatSender {

	private final Connection connection;

	private volatile @Nullable HeartbeatPage page;

	HeartbeatSender(Connection connection, @Nullable HeartbeatPage page) {
		this.connection = connection;
		this.page = page;
	}

	void beat() {
		HeartbeatPage page = this.page;
		if (page == null) {
			this.connection.tell(MessageType.BEAT, Payload.NOTHING);
			return;
		}
		try {
			page.beat(System.nanoTime());
		}
		catch (InternalError ex) {
			pageIsLost(ex);
			this.connection.tell(MessageType.BEAT, Payload.NOTHING);
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
			HeartbeatThread.warn("The heartbeat page can no longer be written (" + reason.getMessage()
					+ "); heartbeats use the socket from now on");
		}
		return isNews;
	}

}
