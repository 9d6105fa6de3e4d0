package io.github.samboot.boot.internal.connections;

/**
 * A web server on the socket that the watchdog holds. Before it stops it serves what it
 * has accepted: a client whose connection is dropped has lost its request, one whose
 * connection has not been accepted yet can wait for the next instance.
 */
interface HeldServer {

	/**
	 * Accept nothing more, and let each connection end with the next response.
	 */
	void drain();

	/**
	 * Return whether no connection is open.
	 * @return whether there is none
	 */
	boolean isDrained();

}
