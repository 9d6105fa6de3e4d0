package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.RestartLimits.AtLimit;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;

/**
 * A host with a watchdog and the instances of one application, in virtual time. Whatever
 * happens, and when, follows from a seed. The watchdog's loop is modelled with the
 * lateness a loop has; its decisions are the real ones.
 */
final class SimulatedWorld {

	static final long MILLI = 1_000_000L;

	static final long SECOND = 1000 * MILLI;

	/** A process in state D stays for so long after SIGKILL. */
	static final long LONGEST_DEATH = 70 * SECOND;

	private final PriorityQueue<Happening> happenings = new PriorityQueue<>(
			Comparator.comparingLong(Happening::at).thenComparingLong(Happening::order));

	final Random random;

	final SamOptions options;

	final boolean freezes;

	long now = 1 << 20;

	int steps;

	int recoveries;

	Supervision supervision;

	SimulatedApplication application;

	SimulatedSpare spare;

	int promotions;

	boolean stopRequested;

	Effect.Quit quit;

	private long order;

	private final Deque<Event> inbox = new ArrayDeque<>();

	private long wallClock = 1_700_000_000_000L;

	private long failedSince = -1;

	private long stopSince = -1;

	private long lastFreeze;

	private boolean quorate = true;

	private int requests;

	SimulatedWorld(long seed) {
		this.random = new Random(seed);
		this.freezes = this.random.nextBoolean();
		this.options = randomOptions();
		this.supervision = Supervision.initial(seed);
	}

	record Happening(long at, long order, boolean isOfTheWatchdog, Runnable action) {

	}

	private SamOptions randomOptions() {
		long interval = pick(0L, 100 * MILLI, SECOND, 10 * SECOND);
		RestartLimits limits = chance(0.5) ? RestartLimits.NONE : new RestartLimits(pick(0, 3, 1000),
				Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofSeconds(20), pick(AtLimit.values()));
		return SamOptions.builder(Duration.ofNanos(interval), pick(RecoveryPolicy.values()))
			.warnSignal(pick(Signal.SIGTERM, Signal.SIGTERM, Signal.SIGUSR1, Signal.SIGKILL))
			.gracePeriod(pick(null, Duration.ZERO, Duration.ofMillis(500)))
			.startupTimeout(Duration.ofSeconds(60))
			.shutdownTimeout(Duration.ofSeconds(10))
			.restartLimits(limits)
			.standby(pick("none", "hot", "warm"))
			.standbyDelay(Duration.ofNanos(pick(0L, SECOND, 10 * SECOND)))
			.build();
	}

	@SafeVarargs
	final <T> T pick(T... values) {
		return values[this.random.nextInt(values.length)];
	}

	boolean chance(double probability) {
		return this.random.nextDouble() < probability;
	}

	long between(long least, long most) {
		return least + (long) (this.random.nextDouble() * (most - least));
	}

	void at(long time, Runnable action) {
		this.happenings.add(new Happening(time, this.order++, false, action));
	}

	/**
	 * Run until the watchdog quits. It is asked to stop after some time, if it has not
	 * quit by itself.
	 */
	void run() {
		long end = this.now + between(SECOND, 900 * SECOND);
		at(end, () -> requestStop(Signal.SIGTERM));
		at(this.now + between(0, 1800 * SECOND), () -> requestStop(Signal.SIGINT));
		scheduleTroubles();
		if (this.options.recoveryPolicy().needsQuorum()) {
			happens(Story.quorate());
		}
		happens(new Event.Begin());
		while (this.quit == null) {
			Happening next = this.happenings.remove();
			this.now = Math.max(this.now, next.at());
			next.action().run();
			look();
			checkBounds();
		}
	}

	private void scheduleTroubles() {
		for (int i = 0; i < 40; i++) {
			long when = this.now + between(0, 900 * SECOND);
			if (this.freezes) {
				at(when, this::freeze);
			}
			at(this.now + between(0, 900 * SECOND), () -> this.wallClock += between(-100_000_000L, 100_000_000L));
			if (this.options.recoveryPolicy().needsQuorum() && i < 8) {
				at(this.now + between(0, 900 * SECOND), () -> changeQuorum(!this.quorate));
				at(this.now + between(0, 900 * SECOND), () -> changeQuorum(true));
			}
		}
	}

	private void changeQuorum(boolean quorate) {
		this.quorate = quorate;
		if (!quorate && this.application != null) {
			this.application.isExcused = true;
		}
		happens(quorate ? Story.quorate() : Story.notQuorate());
	}

	/**
	 * Nobody runs for a while; then all that was due happens, the watchdog's part first.
	 */
	private void freeze() {
		if (this.now - this.lastFreeze < 30 * SECOND) {
			return;
		}
		long thaw = this.now + between(0, 15 * SECOND);
		this.lastFreeze = thaw;
		List<Happening> all = new ArrayList<>(this.happenings);
		this.happenings.clear();
		long reaction = Math.max(MILLI, this.options.timeInterval().toNanos() / 20);
		for (Happening happening : all) {
			boolean isDelayed = happening.at() < thaw + reaction && !happening.isOfTheWatchdog();
			long when = isDelayed ? Math.max(happening.at(), thaw + between(1, reaction))
					: Math.max(happening.at(), thaw);
			this.happenings
				.add(new Happening(when, happening.order(), happening.isOfTheWatchdog(), happening.action()));
		}
		this.now = thaw;
	}

	private void requestStop(Signal signal) {
		this.stopRequested = true;
		if (this.application != null) {
			this.application.isExcused = true;
			if (signal == Signal.SIGINT && chance(0.5)) {
				// from the terminal: it reaches both
				this.application.receives(signal);
			}
		}
		if (this.stopSince < 0) {
			this.stopSince = this.now;
		}
		happens(new Event.StopRequested(signal));
	}

	int nextRequest() {
		return ++this.requests;
	}

	/**
	 * An instance that the watchdog counts on has failed.
	 */
	void failed() {
		if (this.failedSince < 0) {
			this.failedSince = this.now;
		}
	}

	void recoveredByItself() {
		this.failedSince = -1;
	}

	/**
	 * As the watchdog's loop does: a step, its effects, and what these cause; then a look
	 * at the clock.
	 */
	void happens(Event event) {
		this.inbox.add(event);
		if (this.inbox.size() > 1) {
			// an effect of the event before it in the inbox causes it
			return;
		}
		while (!this.inbox.isEmpty()) {
			step(this.inbox.element());
			this.inbox.remove();
		}
	}

	private void step(Event event) {
		if (this.quit != null) {
			return;
		}
		this.steps++;
		Moment now = new Moment(this.now, this.wallClock + this.now / MILLI);
		Supervision.Step step = this.supervision.step(event, now);
		this.supervision = step.next();
		for (Effect effect : step.effects()) {
			carryOut(effect);
		}
		check(this.quorate || !this.options.recoveryPolicy().needsQuorum()
				|| !(this.supervision.phase instanceof Running), "an instance runs without quorum");
		scheduleLook();
	}

	private void look() {
		long wakeAt = this.supervision.wakeAt();
		if (this.quit == null && wakeAt != Phase.NEVER && this.now - wakeAt >= 0) {
			long beat = (this.application != null) ? this.application.lastBeat : 0;
			happens(new Event.TimePassed(beat, ""));
		}
	}

	private void scheduleLook() {
		long wakeAt = this.supervision.wakeAt();
		if (wakeAt == Phase.NEVER) {
			return;
		}
		long late = chance(0.9) ? between(0, MILLI) : between(0, 10 * MILLI);
		this.happenings.add(new Happening(Math.max(wakeAt, this.now) + late, this.order++, true, () -> {
		}));
	}

	private void carryOut(Effect effect) {
		if (effect instanceof Effect.Spawn spawn && spawn.lane() == Lane.SPARE) {
			spawnSpare();
		}
		else if (effect instanceof Effect.Spawn spawn) {
			spawn(spawn);
		}
		else if (effect instanceof Effect.Send send && send.lane() == Lane.SPARE) {
			check(this.spare != null, "a signal without a spare");
			this.spare.receives(send.signal());
		}
		else if (effect instanceof Effect.Send send) {
			check(this.application != null, "a signal without a process");
			check(this.application.isExcused || this.application.isFaulty,
					send.signal() + " for a healthy application, " + this.supervision.phase);
			this.application.receives(send.signal());
		}
		else if (effect instanceof Effect.Promote promote) {
			promote(promote);
		}
		else if (effect instanceof Effect.Reply reply && reply.lane() == Lane.ACTIVE && this.application != null) {
			this.application.answered(reply);
		}
		else if (effect instanceof Effect.Quit quit) {
			check(this.application == null, "the watchdog quits beside a living application");
			check(this.spare == null || this.spare.isStuck, "the watchdog quits beside a spare");
			check(this.failedSince < 0 || this.stopRequested || quit.code() != 0, "a failure ends in exit code 0");
			this.quit = quit;
		}
	}

	private void spawn(Effect.Spawn spawn) {
		check(this.application == null, "two instances at a time");
		this.failedSince = -1;
		if (chance(0.02)) {
			happens(new Event.SpawnFailed(Lane.ACTIVE, "Resource temporarily unavailable"));
			return;
		}
		if (spawn.instanceId() > 0) {
			this.recoveries++;
		}
		this.application = new SimulatedApplication(this, spawn.instanceId());
		happens(new Event.Spawned(Lane.ACTIVE, this.order + 1000));
		this.application.begin();
	}

	private boolean isSpareStarting;

	private void spawnSpare() {
		check(this.spare == null && !this.isSpareStarting, "two spares at a time");
		check(this.application != null, "a spare without an instance to spare");
		this.isSpareStarting = true;
		// it is started beside the loop
		at(this.now + (chance(0.5) ? 0 : between(0, 10 * SECOND)), this::spareStarted);
	}

	private void spareStarted() {
		this.isSpareStarting = false;
		if (chance(0.1)) {
			happens(new Event.SpawnFailed(Lane.SPARE, "Resource temporarily unavailable"));
			return;
		}
		this.spare = new SimulatedSpare(this);
		SimulatedSpare started = this.spare;
		happens(new Event.Spawned(Lane.SPARE, this.order + 1000));
		started.begin();
	}

	private void promote(Effect.Promote promote) {
		check(this.application == null, "promoted beside a living instance");
		check(this.spare != null && !this.spare.isEnded(), "nobody there to be promoted");
		this.failedSince = -1;
		this.recoveries++;
		this.promotions++;
		this.application = new SimulatedApplication(this, promote.instanceId());
		SimulatedSpare promoted = this.spare;
		this.spare = null;
		if (promoted.isParked && this.options.standby().mode().equals("hot")) {
			this.application.goOnAfterRegister();
		}
		else {
			// what is left of its start-up timeout may be too short
			long deadline = this.supervision.phase.deadline();
			this.application.isExcused = deadline != Phase.NEVER && deadline - this.now < 5 * SECOND;
			this.application.begin();
		}
	}

	void spareEnded(int code) {
		this.spare = null;
		happens(new Event.Exited(Lane.SPARE, new ExitStatus(code)));
	}

	/**
	 * The process of the current instance is gone.
	 */
	void ended(int code) {
		this.application = null;
		happens(new Event.Exited(Lane.ACTIVE, new ExitStatus(code)));
		check(this.quit != null || this.supervision.hasProcess() || this.supervision.wakeAt() != Phase.NEVER,
				"the watchdog waits for ever without a process");
	}

	private void checkBounds() {
		long patience = 4 * this.options.timeInterval().toNanos() + 60 * SECOND + 2 * LONGEST_DEATH;
		if (this.options.restart().limits().atLimit() == AtLimit.KEEP_TRYING) {
			patience += this.options.restart().limits().within().toNanos();
		}
		check(this.failedSince < 0 || this.stopRequested || this.now - this.failedSince < patience,
				"a failure leads to nothing, " + this.supervision.phase);
		check(this.stopSince < 0 || this.now - this.stopSince < patience,
				"a requested stop does not end, " + this.supervision.phase);
	}

	void check(boolean condition, String rule) {
		if (!condition) {
			throw new AssertionError(rule + " at " + this.now / MILLI + " ms with " + this.options);
		}
	}

}
