package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.Signal;

/**
 * One instance in a {@link SimulatedWorld}: beats, and sooner or later does what
 * applications do.
 */
final class SimulatedApplication {

	private final SimulatedWorld world;

	private final int id;

	private final long beatPause;

	private final boolean beatsBySocket;

	private final int obedience;

	/** There is a reason to end it though it is healthy. */
	boolean isExcused;

	/** It has failed. */
	boolean isFaulty;

	long lastBeat;

	private boolean isStarted;

	private boolean beats;

	private boolean isDying;

	private boolean isRevived;

	private int startRequest;

	SimulatedApplication(SimulatedWorld world, int id) {
		this.world = world;
		this.id = id;
		long interval = Math.max(world.options.timeInterval().toNanos(), SimulatedWorld.SECOND / 2);
		if (!world.options.timeInterval().isZero()) {
			interval = world.options.timeInterval().toNanos();
		}
		// with freezes, that add to it, four beats per interval; else late by nearly all
		long most = (long) (interval * (world.freezes ? 0.25 : 0.95)) - 11 * SimulatedWorld.MILLI;
		this.beatPause = world.between(most / 2, most);
		this.beatsBySocket = world.chance(0.3);
		this.obedience = world.random.nextInt(4);
	}

	void begin() {
		in(0, 2 * SimulatedWorld.SECOND, () -> {
			this.world.happens(new Event.Initialize(Lane.ACTIVE, this.world.nextRequest(), this.world.options));
			this.world.happens(new Event.Register(Lane.ACTIVE, this.world.nextRequest()));
			if (this.id > 0 && this.world.chance(0.1)) {
				dies(1, 0);
				return;
			}
			starts();
		});
	}

	/**
	 * It was a spare.
	 */
	void goOnAfterRegister() {
		in(0, SimulatedWorld.SECOND, this::starts);
	}

	private void starts() {
		this.startRequest = this.world.nextRequest();
		this.world.happens(new Event.Start(this.startRequest, this.world.chance(0.5), false));
	}

	void answered(Effect.Reply reply) {
		if (reply.request() == this.startRequest && !this.isStarted) {
			this.isStarted = true;
			in(0, 2 * SimulatedWorld.SECOND, () -> this.world.happens(new Event.Ready()));
			this.beats = true;
			this.world.at(this.world.now, this::beat);
			in(0, 120 * SimulatedWorld.SECOND, this::somethingHappens);
		}
	}

	private void in(long least, long most, Runnable action) {
		this.world.at(this.world.now + this.world.between(least, most), () -> {
			if (this.world.application == this && !this.isDying) {
				action.run();
			}
		});
	}

	private void beat() {
		if (this.world.application != this || !this.beats || this.isDying) {
			return;
		}
		if (this.isRevived && this.world.supervision.phase instanceof Running) {
			// the watchdog agrees
			this.isRevived = false;
			this.isFaulty = false;
			this.world.recoveredByItself();
			in(0, 60 * SimulatedWorld.SECOND, this::somethingHappens);
		}
		if (this.beatsBySocket) {
			this.world.happens(new Event.Beat());
		}
		else {
			this.lastBeat = this.world.now;
		}
		this.world.at(this.world.now + this.beatPause, this::beat);
	}

	private void somethingHappens() {
		switch (this.world.random.nextInt(9)) {
			case 0 -> hangs();
			case 1 -> fails(() -> dies(this.world.pick(1, 3, 134, 137, 139), 0));
			case 2 -> fails(() -> this.world.happens(new Event.Unhealthy("sick")));
			case 3 -> {
				this.isExcused = true;
				this.world.happens(new Event.Recover(this.world.nextRequest(), "please"));
			}
			case 4 -> pauses();
			case 5 -> closes();
			default -> in(SimulatedWorld.SECOND, 60 * SimulatedWorld.SECOND, this::somethingHappens);
		}
	}

	private void hangs() {
		if (this.world.options.timeInterval().isZero()) {
			in(SimulatedWorld.SECOND, 60 * SimulatedWorld.SECOND, this::somethingHappens);
			return;
		}
		fails(() -> this.beats = false);
	}

	private void fails(Runnable how) {
		this.isFaulty = true;
		this.world.failed();
		how.run();
	}

	/**
	 * Supervision is off for a while.
	 */
	private void pauses() {
		this.world.happens(new Event.Stop(this.world.nextRequest()));
		this.beats = false;
		in(SimulatedWorld.SECOND, 60 * SimulatedWorld.SECOND, () -> {
			this.isStarted = false;
			this.startRequest = this.world.nextRequest();
			this.world.happens(new Event.Start(this.startRequest, false, false));
		});
	}

	private void closes() {
		this.isExcused = true;
		this.world.happens(new Event.Stopping());
		this.beats = false;
		if (this.world.chance(0.7)) {
			dies(0, this.world.between(0, 5 * SimulatedWorld.SECOND));
		}
	}

	void receives(Signal signal) {
		if (signal == Signal.SIGKILL) {
			long death = this.world.chance(0.95) ? 20 * SimulatedWorld.MILLI : SimulatedWorld.LONGEST_DEATH;
			this.isDying = false;
			dies(137, this.world.between(0, death));
			return;
		}
		if (signal == Signal.SIGUSR1) {
			if (this.obedience == 0 && !this.beats && this.isStarted) {
				// it was only confused
				this.isRevived = true;
				this.beats = true;
				beat();
			}
			return;
		}
		switch (this.obedience) {
			case 0 -> dies(128 + signal.number(), 0);
			case 1 -> {
				in(0, SimulatedWorld.MILLI, () -> this.world.happens(new Event.Stopping()));
				dies(128 + signal.number(), this.world.between(SimulatedWorld.MILLI, 12 * SimulatedWorld.SECOND));
			}
			default -> {
				// it does not listen
			}
		}
	}

	private void dies(int code, long after) {
		if (this.isDying) {
			return;
		}
		this.isDying = code == 137 || after == 0;
		this.world.at(this.world.now + after, () -> {
			if (this.world.application == this) {
				this.world.ended(code);
			}
		});
	}

}
