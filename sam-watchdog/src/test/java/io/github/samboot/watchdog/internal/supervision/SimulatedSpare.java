package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.Signal;

/**
 * A spare in a {@link SimulatedWorld}: comes up, or hangs, or dies before or after that.
 */
final class SimulatedSpare {

	private final SimulatedWorld world;

	boolean isParked;

	/** SIGKILL does not end it. */
	boolean isStuck;

	private boolean isEnded;

	SimulatedSpare(SimulatedWorld world) {
		this.world = world;
	}

	boolean isEnded() {
		return this.isEnded;
	}

	void begin() {
		if (this.world.chance(0.1)) {
			// it hangs
			return;
		}
		in(this.world.between(0, 5 * SimulatedWorld.SECOND), () -> {
			if (this.world.chance(0.15)) {
				ends(1);
				return;
			}
			boolean isHot = this.world.options.standby().mode().equals("hot");
			if (isHot) {
				this.world.happens(new Event.Initialize(Lane.SPARE, this.world.nextRequest(), this.world.options));
			}
			if (this.world.spare == this) {
				this.isParked = true;
				int request = this.world.nextRequest();
				this.world
					.happens(isHot ? new Event.Register(Lane.SPARE, request) : new Event.StandBy(Lane.SPARE, request));
			}
			if (this.world.chance(0.2)) {
				in(this.world.between(0, 60 * SimulatedWorld.SECOND), () -> ends(137));
			}
			else if (this.world.chance(0.1)) {
				in(this.world.between(0, 60 * SimulatedWorld.SECOND),
						() -> this.world.happens(new Event.SpareUnusable("changed", this.world.chance(0.5))));
			}
		});
	}

	private void in(long time, Runnable action) {
		this.world.at(this.world.now + time, () -> {
			if (this.world.spare == this && !this.isEnded) {
				action.run();
			}
		});
	}

	void receives(Signal signal) {
		this.isStuck |= this.world.chance(0.02);
		if (!this.isStuck && (signal == Signal.SIGKILL || this.world.chance(0.7))) {
			in(this.world.between(0, SimulatedWorld.SECOND), () -> ends(128 + signal.number()));
		}
	}

	private void ends(int code) {
		this.isEnded = true;
		this.world.spareEnded(code);
	}

}
