package io.github.samboot.watchdog.internal.loop;

import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.rundir.BeatPage;
import org.jspecify.annotations.Nullable;

/**
 * One process of the application and all that belongs to it alone: its secret, its
 * heartbeat page and its connection. There is one seat for the active instance and one
 * for the spare; with its promotion a spare takes its seat along. Only the event loop's
 * thread uses it.
 */
final class Seat {

	/** Nobody sits there. */
	static final Seat EMPTY = new Seat("", BeatPage.NONE);

	private final String nonce;

	private final BeatPage page;

	private @Nullable ApplicationProcess process;

	private boolean wasTaken;

	private @Nullable Client client;

	private boolean wasConnected;

	Seat(String nonce, BeatPage page) {
		this.nonce = nonce;
		this.page = page;
	}

	BeatPage page() {
		return this.page;
	}

	@Nullable ApplicationProcess process() {
		return this.process;
	}

	void taken(ApplicationProcess process) {
		this.process = process;
		this.wasTaken = true;
	}

	/**
	 * Return whether its process may run already, though nobody has said which it is.
	 */
	boolean isBeingTaken() {
		return !this.wasTaken;
	}

	void processEnded() {
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

	boolean holds(ApplicationProcess process) {
		return this.process == process;
	}

	/**
	 * Return whether a secret is the one of this seat's process.
	 */
	boolean isFor(String nonce) {
		return !this.nonce.isEmpty() && this.nonce.equals(nonce);
	}

	/**
	 * Forget a connection, if it is this seat's.
	 */
	void lost(Client client) {
		if (this.client == client) {
			this.client = null;
		}
	}

	/**
	 * Nobody sits here any more.
	 */
	void leave() {
		Client client = this.client;
		this.client = null;
		if (client != null) {
			client.close();
		}
		this.page.delete();
	}

}
