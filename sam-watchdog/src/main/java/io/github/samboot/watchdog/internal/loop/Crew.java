package io.github.samboot.watchdog.internal.loop;

import java.util.ArrayDeque;

import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * Who is there: the active instance, and perhaps a spare. Only the event loop's thread
 * uses it.
 */
final class Crew {

	private final SpareSeat spare;

	private final Log log;

	/** Seats of instances that are gone; clearing them has time. */
	private final ArrayDeque<Seat> left = new ArrayDeque<>();

	/** To be said after why an instance was started, which has time too. */
	private @Nullable String started;

	private Seat active = Seat.EMPTY;

	Crew(SpareSeat spare, Log log) {
		this.spare = spare;
		this.log = log;
	}

	/**
	 * Return the seat of the active instance.
	 */
	Seat active() {
		return this.active;
	}

	SpareSeat spare() {
		return this.spare;
	}

	/**
	 * Another instance is the active one.
	 */
	void seat(Seat active) {
		this.left.add(this.active);
		this.active = active;
	}

	/**
	 * The start of the active instance failed: its secret is worth nothing any more.
	 */
	void forget(Seat failed) {
		if (this.active == failed) {
			this.active = Seat.EMPTY;
			this.left.add(failed);
		}
	}

	/**
	 * The spare is the active instance.
	 */
	void promote() {
		seat(this.spare.promote());
	}

	void started(String words) {
		this.started = words;
	}

	/**
	 * A connection is gone.
	 */
	void lost(Client client) {
		this.spare.seat().lost(client);
		this.active.lost(client);
	}

	/**
	 * Do what was put off until the next instance was on its way.
	 */
	void tidyUp() {
		String started = this.started;
		this.started = null;
		if (started != null) {
			this.log.info(started);
		}
		Seat seat = this.left.poll();
		while (seat != null) {
			seat.leave();
			seat = this.left.poll();
		}
		this.spare.hurryPromoted();
	}

}
