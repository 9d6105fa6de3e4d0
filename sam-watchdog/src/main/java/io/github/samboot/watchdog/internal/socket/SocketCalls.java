package io.github.samboot.watchdog.internal.socket;

import java.io.IOException;
import java.net.InetAddress;

/**
 * What the JDK cannot do with a socket. All of it is about file descriptor 0, which
 * instances inherit.
 */
public interface SocketCalls {

	/**
	 * Let it be a TCP socket that is not bound.
	 * @throws IOException if that is not possible
	 */
	void open() throws IOException;

	/**
	 * Return the port of the TCP socket that it is.
	 * @return the port, 0 if it is none or not bound
	 */
	int port();

	/**
	 * Return the address of the socket that it is, if it has a port.
	 * @return an IPv4 or IPv6 address, with its scope
	 */
	InetAddress address();

	/**
	 * Return whether it listens.
	 * @return whether connections are accepted by the kernel
	 */
	boolean isListening();

	/**
	 * Bind it.
	 * @param address an IPv4 or IPv6 address
	 * @param scope the scope of an IPv6 address, or 0
	 * @param port the port, above 0
	 * @throws IOException if that is not possible; a {@link java.net.BindException} if
	 * the port is taken
	 */
	void bind(byte[] address, int scope, int port) throws IOException;

	/**
	 * Listen, also again.
	 * @param backlog how many connections may wait
	 * @throws IOException if that is not possible; a {@link java.net.BindException} if
	 * the port is taken
	 */
	void listen(int backlog) throws IOException;

	/** Refuse connections, and reset those that wait; it stays bound. */
	void refuse();

}
