package io.github.samboot.boot.internal.health;

import org.jspecify.annotations.Nullable;

/**
 * Checks the members of the health group, from {@link #start()} to {@link #stop()}.
 */
final class HealthEvaluator {

	private final HealthSetup setup;

	private boolean wanted;

	private @Nullable HealthRun run;

	private volatile @Nullable HealthVerdict verdict;

	HealthEvaluator(HealthSetup setup) {
		this.setup = setup;
	}

	/**
	 * Start to check, unless that was done.
	 * @return whether it was possible; if there was no thread, {@link #ensureStarted} is
	 * to be called
	 */
	synchronized boolean start() {
		this.wanted = true;
		return ensureStarted();
	}

	/**
	 * Start what could not be started before.
	 * @return whether nothing is missing
	 */
	synchronized boolean ensureStarted() {
		if (this.wanted && this.run == null) {
			HealthRun run = new HealthRun(this.setup, this::publish);
			try {
				run.start();
			}
			catch (OutOfMemoryError ex) {
				return false;
			}
			this.run = run;
			// until the first round has spoken nothing is wrong
			this.verdict = new HealthVerdict(System.nanoTime(), "UNKNOWN", 0, null);
		}
		return true;
	}

	synchronized void stop() {
		HealthRun run = this.run;
		this.wanted = false;
		this.run = null;
		this.verdict = null;
		if (run != null) {
			run.end();
		}
	}

	/**
	 * Return the last verdict.
	 * @return the verdict, {@code null} when not started
	 */
	@Nullable HealthVerdict verdict() {
		return this.verdict;
	}

	private synchronized void publish(HealthRun run, HealthVerdict verdict) {
		if (this.run == run) {
			this.verdict = verdict;
		}
	}

}
