package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.process.Nanos;

/**
 * The process of the spare starts up.
 *
 * @param pid its process id, 0 before it is known
 * @param since when it was started
 * @param deadline when it counts as hung, or {@link #NEVER}
 * @param failures how many attempts in a row have failed
 * @param settings what it asked for so far
 */
record PreparingSpare(long pid, long since, long deadline, int failures,
		SpareSettings settings) implements StartedSpare {

	/** How long it may take to start without a start-up timeout. */
	private static final long LONGEST_STARTUP = Duration.ofMinutes(30).toNanos();

	@Override
	public String status() {
		return "preparing";
	}

	private PreparingSpare with(SpareSettings settings) {
		return new PreparingSpare(this.pid, this.since, this.deadline, this.failures, settings);
	}

	@Override
	public Spare later(long nanos) {
		return new PreparingSpare(this.pid, this.since + nanos, this.deadline + nanos, this.failures, this.settings);
	}

	@Override
	public void timePassed(Draft next, Event.TimePassed event) {
		String problem = words() + " has not become ready within the start-up timeout";
		next.warn(Words.sentence(problem) + " and is ended" + StartedSpare.unaffected(next));
		dismiss(next, NoSpare.pauseAfter(next, this.failures + 1));
		next.replacement.spareIsLost(next, problem);
	}

	@Override
	public void spawned(Draft next, Event.Spawned event) {
		if (this.pid == 0) {
			long timeout = Nanos.of(next.options.restart().startupTimeout());
			next.spare = new PreparingSpare(event.pid(), next.now.nanos(),
					next.after((timeout != 0) ? timeout : LONGEST_STARTUP), this.failures, this.settings);
		}
	}

	@Override
	public int failuresNow(Draft next) {
		return this.failures + 1;
	}

	@Override
	public void initialize(Draft next, Event.Initialize event) {
		String difference = difference(event.options(), next);
		if (difference.isEmpty()) {
			next.spare = with(new SpareSettings(event.options(), this.settings.warnSignal()));
		}
		else {
			next.warn("The configuration has changed (" + difference + "), so " + words()
					+ " cannot be used: there is no spare until the next instance.");
			dismiss(next, new NoSpare(NEVER, this.failures));
			next.replacement.spareIsLost(next,
					"the configuration has changed (" + difference + "), which takes a restart of the watchdog");
		}
	}

	@Override
	public void warnSignal(Draft next, Event.WarnSignal event) {
		next.spare = with(new SpareSettings(this.settings.options(), event.signal()));
	}

	@Override
	public void extendStartup(Draft next, Event.ExtendStartup event) {
		long until = next.after(event.nanos());
		if (until - this.deadline > 0) {
			next.spare = new PreparingSpare(this.pid, this.since, until, this.failures, this.settings);
		}
	}

	@Override
	public void parked(Draft next, int request, boolean isRegistration) {
		if (isRegistration && this.settings.options() == null) {
			next.effects.add(new Effect.Reply(Lane.SPARE, request, CsError.BAD_HANDLE, "", 0));
			return;
		}
		next.spare = new ReadySpare(this.pid, request, isRegistration, next.now.nanos(), this.failures, this.settings);
		next.info(Words.sentence(words()) + " is ready to be promoted.");
		if (this.pid != 0) {
			next.replacement.spareIsReady(next);
		}
	}

	/**
	 * It is ahead of any other process; but one that may fail again is not waited for.
	 */
	@Override
	public boolean canTakeOver() {
		return this.pid != 0 && this.failures == 0;
	}

	/** It may hang: its start-up timeout runs already. */
	@Override
	public String goOn(Draft next) {
		next.phase = new Starting(this.since, (next.startupDeadline() != NEVER) ? this.deadline : NEVER);
		return " continues its start as";
	}

	/**
	 * Return what the watchdog cannot change over to with a promotion, empty if nothing.
	 */
	private static String difference(SamOptions options, Draft next) {
		SamOptions active = next.options;
		// a planned replacement may change whether there are spares
		if (!next.replacement.isPreparing() && !options.standby().mode().equals(active.standby().mode())) {
			return "sam.standby=" + options.standby().mode();
		}
		if (options.recoveryPolicy() != active.recoveryPolicy()) {
			return "sam.recovery-policy";
		}
		if (options.cluster().cmap() != active.cluster().cmap()) {
			return "sam.cmap=" + options.cluster().cmap();
		}
		return options.cluster().quorumProvider().equals(active.cluster().quorumProvider()) ? ""
				: "sam.quorum.provider";
	}

}
