package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;

import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.rundir.BeatPage;
import org.jspecify.annotations.Nullable;

/**
 * One process of the application and all that belongs to it alone: its secret, its
 * heartbeat page and its connection. With its promotion a spare keeps its slot, which is
 * that of the active instance from then on. Only the event loop's thread uses it.
 */
final class ProcessSlot {

	/** Of no process. */
	static final ProcessSlot EMPTY = new ProcessSlot("", BeatPage.NONE, "");

	/** By which its process proves that a connection is its own. */
	private final String nonce;

	/** What its process passes on to those that it starts. */
	private final String secret;

	private final BeatPage page;

	private @Nullable ApplicationProcess process;

	private boolean wasStarted;

	private @Nullable Client client;

	private boolean wasConnected;

	private boolean hasSocket;

	ProcessSlot(String nonce, BeatPage page, String secret) {
		this.nonce = nonce;
		this.page = page;
		this.secret = secret;
	}

	String secret() {
		return this.secret;
	}

	BeatPage page() {
		return this.page;
	}

	@Nullable ApplicationProcess process() {
		return this.process;
	}

	void started(ApplicationProcess process) {
		this.process = process;
		this.wasStarted = true;
	}

	/**
	 * Return whether its process may run already, though it is not known yet.
	 */
	boolean isStarting() {
		return !this.wasStarted;
	}

	/**
	 * Note whether its process has inherited the socket that is held.
	 */
	void hasSocket(boolean hasSocket) {
		this.hasSocket = hasSocket;
	}

	boolean hasSocket() {
		return this.hasSocket;
	}

	void ended() {
		this.process = null;
	}

	@Nullable Client client() {
		return this.client;
	}

	void connected(Client client) {
		this.client = client;
		this.wasConnected = true;
	}

	/**
	 * Return whether there was a connection and is none.
	 */
	boolean isDisconnected() {
		return this.wasConnected && this.client == null;
	}

	/**
	 * Return whether this is the nonce of its process.
	 */
	boolean isFor(String nonce) {
		return !this.nonce.isEmpty() && this.nonce.equals(nonce);
	}

	/**
	 * Send a frame, if there is a connection.
	 */
	void tell(Frame frame) {
		Client client = this.client;
		if (client == null) {
			return;
		}
		try {
			client.write(frame);
		}
		catch (IOException ex) {
			disconnect();
		}
	}

	/**
	 * Forget a connection that was closed, if it is this slot's.
	 */
	void closed(Client client) {
		if (this.client == client) {
			this.client = null;
		}
	}

	private void disconnect() {
		Client client = this.client;
		this.client = null;
		if (client != null) {
			client.close();
		}
	}

	/**
	 * Its process has ended, or could not be started.
	 */
	void clear() {
		disconnect();
		this.page.delete();
	}

}
