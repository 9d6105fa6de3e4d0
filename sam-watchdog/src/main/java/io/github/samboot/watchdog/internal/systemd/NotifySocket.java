package io.github.samboot.watchdog.internal.systemd;

/**
 * Sends datagrams to a unix-domain socket, which the JDK cannot.
 */
public interface NotifySocket {

	/**
	 * Send a datagram, or fail at once.
	 * @param address a path, or {@code @} and the name of an abstract socket
	 * @param text the datagram
	 * @return 0, or the {@code errno} of the call that failed
	 */
	int send(String address, String text);

}
