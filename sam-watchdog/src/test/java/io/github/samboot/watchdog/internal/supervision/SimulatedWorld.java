package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.RestartLimits.AtLimit;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.jspecify.annotations.Nullable;

/**
 * A host with a watchdog and the processes of one application, in virtual time: one
 * schedule of what they, the operator, the cluster and the disk do. All of it follows
 * from a seed, and each step from the seed and its number alone, so that a schedule stays
 * itself when steps are left out. What the watchdog decides is decided by the real rules;
 * its loop is modelled with the lateness a loop has. The invariants are checked after
 * every event.
 */
final class SimulatedWorld {

	static final long MILLI = 1_000_000L;

	static final long SECOND = 1000 * MILLI;

	static final long NEVER = Long.MAX_VALUE;

	/** A process in state D stays for so long after SIGKILL. */
	static final long LONGEST_DEATH = 70 * SECOND;

	/** As many as a mask has bits. */
	static final int STEPS = 60;

	static final long ALL_STEPS = (1L << STEPS) - 1;

	private static final long LONGEST_FREEZE = 15 * SECOND;

	private static final long DIRECTORY_CHECK = 10 * SECOND;

	private static final long GOLDEN = 0x9e3779b97f4a7c15L;

	private static final int MOST_LOOKS = 2000;

	private static final SamOptions[] OPTIONS = options();

	private static final Event.Quorum QUORATE = Story.quorate();

	private static final Event.Quorum NOT_QUORATE = Story.notQuorate();

	private static final Event.Quorum NO_PROVIDER = new Event.Quorum(false, List.of(), "gone");

	/** What decides: the rules, or broken ones. */
	interface Rules {

		Supervision.Step step(Supervision before, Event event, Moment now);

		/** Whether a process that was given up can still talk to the watchdog. */
		default boolean isDoorOpen() {
			return false;
		}

		/** Whether a report that its watchdog may not have heard is told to the next. */
		default boolean repeatsReports() {
			return true;
		}

	}

	/**
	 * An invariant does not hold.
	 */
	static final class Violation extends RuntimeException {

		Violation(String rule) {
			super(rule, null, false, false);
		}

	}

	private final Rules rules;

	final boolean isDoorOpen;

	final boolean repeatsReports;

	private final @Nullable StringBuilder trace;

	private final long seed;

	private long random;

	final SamOptions options;

	final boolean freezes;

	final boolean isWarm;

	private final boolean needsQuorum;

	final long interval;

	final long grace;

	final long startupTimeout;

	final long shutdownTimeout;

	private final long patience;

	long now = 1L << 40;

	private final Deque<Event> inbox = new ArrayDeque<>();

	private long wallClock = 1_700_000_000_000L;

	private @Nullable Supervision supervision;

	private @Nullable SimulatedProcess application;

	private @Nullable SimulatedProcess spare;

	/** Processes that run though no watchdog counts on them. */
	private final List<SimulatedProcess> orphans = new ArrayList<>(2);

	private @Nullable Supervision record;

	private long recordAgainAt = NEVER;

	private long spareStartedAt = NEVER;

	private boolean isSpareRefused;

	private boolean isOver;

	private boolean isQuorate = true;

	private boolean hasBeenUp;

	/** The last instance ended for a reason after which none may follow. */
	private boolean isIntendedExit;

	/** It ended for a reason after which none need follow. */
	private boolean mayQuit;

	private int lastInstance = -1;

	private final long[] restarts = new long[STEPS + 8];

	private int restartCount;

	private int pastRegister;

	long stopSince = NEVER;

	private long failedSince = NEVER;

	private long lastFreeze;

	private long lateness;

	private int looksInVain;

	private int requests;

	private int asked;

	private int answers;

	private long lastPid = 100;

	private @Nullable SupervisionState published;

	int events;

	int recoveries;

	int promotions;

	int adoptions;

	int replacements;

	SimulatedWorld(Rules rules, long seed, @Nullable StringBuilder trace) {
		this.rules = rules;
		this.isDoorOpen = rules.isDoorOpen();
		this.repeatsReports = rules.repeatsReports();
		this.trace = trace;
		this.seed = seed;
		this.random = seed;
		this.options = OPTIONS[next(OPTIONS.length)];
		this.freezes = next(2) == 0;
		this.isWarm = this.options.standby().mode().equals("warm");
		this.needsQuorum = this.options.recoveryPolicy().needsQuorum();
		this.interval = this.options.timeInterval().toNanos();
		this.grace = this.options.effectiveGracePeriod().toNanos();
		this.startupTimeout = this.options.restart().startupTimeout().toNanos();
		this.shutdownTimeout = this.options.ending().shutdownTimeout().toNanos();
		RestartLimits limits = this.options.restart().limits();
		this.patience = this.startupTimeout + this.grace + 4 * this.interval + 60 * SECOND + 2 * LONGEST_DEATH
				+ ((limits.atLimit() == AtLimit.KEEP_TRYING) ? limits.within().toNanos() : 0);
	}

	/**
	 * Return options of all kinds; to make them costs more than a schedule.
	 */
	private static SamOptions[] options() {
		SplittableRandom random = new SplittableRandom(1);
		SamOptions[] options = new SamOptions[512];
		for (int i = 0; i < options.length; i++) {
			long interval = pick(random, 0L, 100 * MILLI, SECOND, SECOND, SECOND, 10 * SECOND, 10 * SECOND);
			int most = pick(random, 0, 1, 3, 1000);
			AtLimit atLimit = pick(random, AtLimit.values());
			RestartLimits limits = random.nextBoolean() ? RestartLimits.NONE : new RestartLimits(most,
					Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofSeconds(20), atLimit);
			options[i] = SamOptions
				.builder(Duration.ofNanos(interval),
						pick(random, RecoveryPolicy.RESTART, RecoveryPolicy.RESTART, RecoveryPolicy.QUORUM_RESTART,
								RecoveryPolicy.QUORUM_RESTART, RecoveryPolicy.QUIT, RecoveryPolicy.QUORUM_QUIT))
				.cmap(random.nextBoolean())
				.warnSignal(pick(random, Signal.SIGTERM, Signal.SIGTERM, Signal.SIGUSR1, Signal.SIGKILL))
				.gracePeriod(pick(random, null, Duration.ZERO, Duration.ofMillis(500)))
				.startupTimeout(pick(random, Duration.ofSeconds(6), Duration.ofSeconds(6), Duration.ZERO))
				.shutdownTimeout(Duration.ofSeconds(3))
				.restartLimits(limits)
				.incidents(null, 3)
				.standby(pick(random, "none", "hot", "hot", "warm"))
				.standbyDelay(Duration.ofNanos(pick(random, 0L, SECOND)))
				.build();
		}
		return options;
	}

	@SafeVarargs
	private static <T> T pick(SplittableRandom random, T... values) {
		return values[random.nextInt(values.length)];
	}

	int next(int bound) {
		this.random += GOLDEN;
		return (int) ((mixed(this.random) >>> 32) * bound >>> 32);
	}

	long between(long least, long most) {
		return least + (next(1 << 20) * (most - least) >> 20);
	}

	/** The finalizer of SplitMix64. */
	private static long mixed(long bits) {
		long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
		return mixed ^ (mixed >>> 31);
	}

	/**
	 * Run the schedule to its end: what has failed is waited for, and then the watchdog
	 * is asked to stop.
	 * @param steps which steps are taken, one bit each
	 */
	void run(long steps) {
		this.random = mixed(this.seed);
		this.lateness = between(0, MILLI);
		this.supervision = Supervision.initial(this.seed);
		if (this.needsQuorum) {
			happens(QUORATE);
		}
		happens(new Event.Begin());
		for (int i = 0; i < STEPS && !this.isOver; i++) {
			if ((steps & 1L << i) != 0) {
				this.random = mixed(this.seed + i * GOLDEN);
				step();
			}
		}
		this.random = mixed(~this.seed);
		for (int i = 0; !this.isOver && this.failedSince != NEVER; i++) {
			await(this.failedSince, i, "a failure leads to nothing");
		}
		while (!this.isOver && this.supervision == null) {
			passTime(soonest());
		}
		if (!this.isOver) {
			stop(Signal.SIGTERM);
		}
		for (int i = 0; !this.isOver; i++) {
			await(this.stopSince, i, "a requested stop does not end");
		}
	}

	private void await(long since, int looks, String rule) {
		long soonest = soonest();
		check(soonest != NEVER && looks < MOST_LOOKS && this.now - since < this.patience, rule);
		passTime(soonest);
	}

	private void step() {
		this.lateness = (next(10) == 0) ? between(0, 10 * MILLI) : between(0, MILLI);
		passTime(this.now + pause());
		if (this.isOver) {
			return;
		}
		int what = next(32);
		SimulatedProcess application = this.application;
		if (what < 17) {
			if (application != null) {
				application.act();
			}
		}
		else if (what < 23) {
			if (this.spare != null) {
				this.spare.act();
			}
			else if (!this.orphans.isEmpty()) {
				this.orphans.get(0).act();
			}
			else if (application != null) {
				application.act();
			}
		}
		else if (what < 25) {
			changeQuorum();
		}
		else if (what == 25) {
			if (next(4) == 0) {
				stop((next(2) == 0) ? Signal.SIGTERM : Signal.SIGINT);
			}
		}
		else if (what == 26) {
			if (next(2) == 0) {
				loseWatchdog();
			}
			else if (application != null && application.isConnected && application.needsWatchdog()) {
				note("  the connection is lost");
				loseConnection(application);
			}
		}
		else if (what == 27) {
			note("  the run directory is lost");
			this.record = null;
			this.recordAgainAt = this.now + between(0, DIRECTORY_CHECK);
		}
		else if (what == 28 && this.freezes) {
			freeze();
		}
		else if (what == 30) {
			replace();
		}
		else if (what == 29) {
			this.wallClock += between(-100_000_000L, 100_000_000L);
		}
		// else time only passes
	}

	/**
	 * How long until the next step: mostly it comes soon, and sometimes it races a
	 * deadline of the watchdog.
	 */
	private long pause() {
		switch (next(8)) {
			case 0, 1, 2, 3 -> {
				return between(0, 20 * MILLI);
			}
			case 4, 5 -> {
				return between(0, SECOND);
			}
			case 6 -> {
				return between(0, (this.interval == 100 * MILLI) ? 2 * SECOND : 12 * SECOND);
			}
			default -> {
				Supervision supervision = this.supervision;
				long wakeAt = (supervision != null) ? supervision.wakeAt() : Phase.NEVER;
				long wait = (wakeAt != Phase.NEVER) ? wakeAt - this.now : 0;
				return Math.max(0, wait + between(-2 * MILLI, 2 * MILLI));
			}
		}
	}

	/**
	 * When something happens by itself.
	 */
	private long soonest() {
		long soonest = Math.min(this.spareStartedAt, this.recordAgainAt);
		if (this.application != null) {
			soonest = Math.min(soonest, this.application.wakeAt());
		}
		if (this.spare != null) {
			soonest = Math.min(soonest, this.spare.wakeAt());
		}
		for (int i = 0; i < this.orphans.size(); i++) {
			soonest = Math.min(soonest, this.orphans.get(i).wakeAt());
		}
		return Math.min(soonest, lookAt());
	}

	private long lookAt() {
		Supervision supervision = this.supervision;
		long wakeAt = (supervision != null) ? supervision.wakeAt() : Phase.NEVER;
		return (wakeAt != Phase.NEVER) ? Math.max(wakeAt + this.lateness, this.now) : NEVER;
	}

	private void passTime(long until) {
		while (!this.isOver) {
			long soonest = soonest();
			if (soonest > until) {
				break;
			}
			this.now = Math.max(this.now, soonest);
			happensByItself();
		}
		this.now = Math.max(this.now, until);
	}

	private void happensByItself() {
		if (this.now >= lookAt()) {
			look();
		}
		else if (this.now >= this.spareStartedAt) {
			spareStarted();
		}
		else if (this.now >= this.recordAgainAt) {
			this.recordAgainAt = NEVER;
			this.record = this.supervision;
		}
		else if (this.application != null && this.now >= this.application.wakeAt()) {
			this.application.timePassed();
		}
		else if (this.spare != null && this.now >= this.spare.wakeAt()) {
			this.spare.timePassed();
		}
		else {
			for (int i = this.orphans.size() - 1; i >= 0; i--) {
				if (this.now >= this.orphans.get(i).wakeAt()) {
					this.orphans.get(i).timePassed();
				}
			}
		}
	}

	/**
	 * The watchdog looks at the time.
	 */
	private void look() {
		if (!known().hasProcess()) {
			lookAtSpare();
		}
		SimulatedProcess application = this.application;
		happens(new Event.TimePassed((application != null) ? application.page() : 0, ""));
		Supervision supervision = this.supervision;
		if (supervision != null && !this.isOver) {
			long wakeAt = supervision.wakeAt();
			boolean isDue = wakeAt != Phase.NEVER && wakeAt <= this.now;
			// after a freeze, one look may lead to another
			this.looksInVain = isDue ? this.looksInVain + 1 : 0;
			check(this.looksInVain < 3, "a look at the time is due again and again");
		}
	}

	private Supervision known() {
		Supervision supervision = this.supervision;
		if (supervision == null) {
			throw new IllegalStateException("there is no watchdog");
		}
		return supervision;
	}

	/**
	 * Before the spare may take over, the loop looks whether it still can.
	 */
	private void lookAtSpare() {
		SimulatedProcess spare = this.spare;
		if (spare != null && (spare.isGone || !spare.isConnected)) {
			happens(new Event.SpareUnusable("its connection is gone", true));
		}
	}

	/**
	 * A planned replacement is asked for, by the application or with a signal.
	 */
	private void replace() {
		SimulatedProcess application = this.application;
		if (this.supervision == null) {
			return;
		}
		if (application != null && application.isConnected && application.stage == SimulatedProcess.Stage.UP) {
			int request = nextRequest();
			ask(Lane.ACTIVE, request, new Event.Replace(request, "please"));
		}
		else {
			happens(new Event.Replace("by a signal"));
		}
	}

	private void changeQuorum() {
		if (!this.needsQuorum) {
			return;
		}
		this.isQuorate = !this.isQuorate;
		if (!this.isQuorate && this.application != null) {
			this.application.quorumLost();
		}
		if (this.supervision != null) {
			happens(this.isQuorate ? QUORATE : (next(4) == 0) ? NO_PROVIDER : NOT_QUORATE);
		}
	}

	/**
	 * Nothing runs for a while; then all that was due happens, the watchdog's part first.
	 */
	private void freeze() {
		if (this.now - this.lastFreeze < 2 * LONGEST_FREEZE) {
			return;
		}
		long length = between(0, LONGEST_FREEZE);
		long reaction = Math.max(MILLI, this.interval / 20);
		if (this.trace != null) {
			note("  nothing runs for " + seconds(length));
		}
		if (this.application != null) {
			this.application.frozen(length, reaction);
		}
		if (this.spare != null) {
			this.spare.frozen(length, reaction);
		}
		for (int i = 0; i < this.orphans.size(); i++) {
			this.orphans.get(i).frozen(length, reaction);
		}
		this.now += length;
		this.spareStartedAt = Math.max(this.spareStartedAt, this.now + MILLI);
		this.lastFreeze = this.now;
	}

	private void stop(Signal signal) {
		if (this.supervision == null) {
			return;
		}
		if (this.stopSince == NEVER) {
			this.stopSince = this.now;
		}
		SimulatedProcess application = this.application;
		if (application != null && signal == Signal.SIGINT && next(2) == 0) {
			// from the terminal: it reaches both
			application.receives(signal);
		}
		happens(new Event.StopRequested(signal));
	}

	/**
	 * The watchdog dies. Its spare ends because of that, and so does an instance that is
	 * not registered; one that is starts another watchdog.
	 */
	private void loseWatchdog() {
		if (this.supervision == null) {
			return;
		}
		note("  the watchdog dies");
		this.supervision = null;
		this.recordAgainAt = NEVER;
		this.spareStartedAt = NEVER;
		abandonSpare();
		SimulatedProcess application = this.application;
		if (application == null || !application.needsWatchdog() || this.stopSince != NEVER) {
			this.isOver = true;
			return;
		}
		loseConnection(application);
	}

	private void loseConnection(SimulatedProcess application) {
		application.connectionLost();
		if (next(2) == 0) {
			application.act();
		}
	}

	private void abandonSpare() {
		if (this.spare != null) {
			this.spare.dies(1, between(0, SECOND));
			this.orphans.add(this.spare);
			this.spare = null;
		}
	}

	boolean lacksQuorum() {
		return this.needsQuorum && !this.isQuorate;
	}

	boolean hasNoWatchdog() {
		return this.supervision == null;
	}

	/**
	 * A new watchdog takes over, from what the last one had saved.
	 */
	void adopt(SimulatedProcess application) {
		this.adoptions++;
		Supervision initial = Supervision.initial(mixed(this.seed + this.now));
		Supervision record = this.record;
		this.hasBeenUp = record != null && record.history().hasBeenUp();
		if (record == null) {
			note("  another watchdog takes over, without a record");
			this.restartCount = 0;
			this.supervision = initial;
		}
		else {
			note("  another watchdog takes over");
			this.supervision = initial.resumed(record.options(), record.warnSignal(), record.history());
		}
		this.published = null;
		this.lastInstance = application.id;
		this.failedSince = application.isFaulty() ? this.failedSince : NEVER;
		happens(new Event.Adopted(application.pid, application.id, this.hasBeenUp));
		if (this.needsQuorum) {
			happens(this.isQuorate ? QUORATE : NOT_QUORATE);
		}
	}

	/**
	 * Whether the watchdog listens to a process: only to those that it counts on.
	 */
	boolean isAdmitted(SimulatedProcess process) {
		return process == this.application || process == this.spare || this.isDoorOpen;
	}

	void passedRegister() {
		this.pastRegister++;
		check(this.pastRegister == 1, "two instances past register");
	}

	/**
	 * An instance that the watchdog counts on has failed.
	 */
	void failed() {
		if (this.failedSince == NEVER) {
			this.failedSince = this.now;
		}
	}

	/**
	 * A start goes on for ever, which is a failure if there is a start-up timeout.
	 */
	void failedToStart() {
		Supervision supervision = this.supervision;
		if (this.startupTimeout != 0 && supervision != null && supervision.isInitialized()) {
			failed();
		}
	}

	void isWellAgain() {
		this.failedSince = NEVER;
	}

	/**
	 * The application ends and cannot tell its watchdog, if it has one.
	 */
	void closesUnheard(boolean isWarned) {
		this.failedSince = isWarned ? this.failedSince : NEVER;
		this.isOver |= this.supervision == null;
	}

	int nextRequest() {
		return ++this.requests;
	}

	/**
	 * A process calls the watchdog, which answers at once, but for two calls that wait.
	 */
	void ask(Lane lane, int request, Event event) {
		if (lane == Lane.ACTIVE && this.supervision != null && this.supervision.state() == SupervisionState.RUNNING) {
			// every call is a sign of life
			happens(new Event.Beat());
		}
		this.asked = request;
		this.answers = 0;
		happens(event);
		this.asked = 0;
		if (this.isOver || this.answers == 1) {
			return;
		}
		boolean waits = (lane == Lane.SPARE) ? (event instanceof Event.Register || event instanceof Event.StandBy)
				: event instanceof Event.Start && known().phase() instanceof AwaitingQuorum;
		check(waits && this.answers == 0, "a request is not answered once");
	}

	/**
	 * As the watchdog's loop does: let the rules decide, do what they say, and only then
	 * handle what that has caused.
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
		if (this.supervision != null && !this.isOver) {
			checkState(this.supervision);
		}
	}

	private void step(Event event) {
		Supervision before = this.supervision;
		if (before == null || this.isOver) {
			return;
		}
		this.events++;
		Supervision.Step step = this.rules.step(before, event, new Moment(this.now, this.wallClock + this.now / MILLI));
		this.supervision = step.next();
		if (this.trace != null) {
			note("  " + ((event instanceof Event.Initialize initialize) ? "Initialize " + initialize.lane() : event)
					+ " -> " + step.next().phase() + ", " + step.next().spare());
		}
		List<Effect> effects = step.effects();
		for (int i = 0; i < effects.size(); i++) {
			carryOut(effects.get(i));
		}
	}

	private void carryOut(Effect effect) {
		if (this.trace != null && !(effect instanceof Effect.Save)) {
			note("      " + ((effect instanceof Effect.Say say) ? "\"" + say.text() + "\"" : effect));
		}
		if (effect instanceof Effect.Save) {
			this.record = (this.recordAgainAt == NEVER) ? this.supervision : null;
		}
		else if (effect instanceof Effect.Publish publish) {
			this.published = publish.state();
		}
		else if (effect instanceof Effect.Reply reply) {
			reply(reply);
		}
		else if (effect instanceof Effect.Send send) {
			send(send);
		}
		else if (effect instanceof Effect.Spawn spawn) {
			if (spawn.lane() == Lane.SPARE) {
				spawnSpare();
			}
			else {
				spawn(spawn.instanceId());
			}
		}
		else if (effect instanceof Effect.Promote promote) {
			promote(promote.instanceId());
		}
		else if (effect instanceof Effect.Quit quit) {
			quit(quit);
		}
	}

	private void reply(Effect.Reply reply) {
		if (reply.request() == this.asked) {
			this.answers++;
		}
		SimulatedProcess asker = (reply.lane() == Lane.SPARE) ? this.spare : this.application;
		if (asker != null && (reply.request() != this.asked || reply.request() == asker.startRequest)) {
			asker.answered(reply);
		}
	}

	private void send(Effect.Send send) {
		SimulatedProcess process = (send.lane() == Lane.SPARE) ? this.spare : this.application;
		check(process != null, "a signal without a process");
		if (process != null && send.lane() == Lane.ACTIVE && isBeingReplaced()) {
			String objection = process.objectionToReplacement(send.signal());
			check(objection == null, objection);
		}
		else if (process != null && send.lane() == Lane.ACTIVE) {
			String objection = process.objection(send.signal());
			check(objection == null, objection);
		}
		if (process != null) {
			process.receives(send.signal());
		}
	}

	private boolean isBeingReplaced() {
		return known().phase() instanceof BeingReplaced;
	}

	/**
	 * Whether the spare, as far as the watchdog can know, waits to take over.
	 */
	boolean hasSpareReady() {
		return this.spare != null && this.spare.stage == SimulatedProcess.Stage.PARKED;
	}

	private void spawn(int instanceId) {
		begins(instanceId);
		int luck = next(16);
		if (luck == 0) {
			// it was forked all the same, and is given up
			this.orphans.add(new SimulatedProcess(this, ++this.lastPid, instanceId, false));
		}
		if (luck < 2) {
			failed();
			happens(new Event.SpawnFailed(Lane.ACTIVE, "Resource temporarily unavailable"));
			return;
		}
		long pid = ++this.lastPid;
		this.application = new SimulatedProcess(this, pid, instanceId, false);
		happens(new Event.Spawned(Lane.ACTIVE, pid));
	}

	/**
	 * An instance begins, by a start or by a promotion.
	 */
	private void begins(int instanceId) {
		check(this.application == null, "two instances at a time");
		check(this.stopSince == NEVER, "an instance begins after a requested stop");
		check(instanceId == this.lastInstance + 1, "instance ids do not follow each other");
		this.lastInstance = instanceId;
		this.failedSince = NEVER;
		boolean isIntendedExit = this.isIntendedExit;
		this.isIntendedExit = false;
		History history = known().history();
		if (instanceId == 0) {
			return;
		}
		if (this.isReplaced) {
			this.isReplaced = false;
			this.replacements++;
			return;
		}
		this.recoveries++;
		check(!isIntendedExit, "an instance follows one that ended as intended");
		check(this.options.recoveryPolicy().restarts() || !known().isInitialized(),
				"an instance follows under a policy that quits");
		if (history.incidents().get(0).reason() != IncidentReason.QUORUM_LOST) {
			int most = this.options.restart().limits().maxRestarts();
			// one that fell out of the window while nothing ran need not be known
			long tolerance = LONGEST_FREEZE + SECOND;
			check(most < 0 || countRestarts(tolerance) < Math.max(1, most)
					|| this.options.restart().limits().atLimit() == AtLimit.KEEP_TRYING, "more restarts than allowed");
			this.restarts[this.restartCount % this.restarts.length] = this.now;
			this.restartCount++;
		}
	}

	private int countRestarts(long tolerance) {
		long within = this.options.restart().limits().within().toNanos() - tolerance;
		int count = 0;
		for (int i = 0; i < Math.min(this.restartCount, this.restarts.length); i++) {
			count += (this.now - this.restarts[i] < within) ? 1 : 0;
		}
		return count;
	}

	private void spawnSpare() {
		check(this.spare == null && this.spareStartedAt == NEVER, "two spares at a time");
		check(this.application != null, "a spare without an instance to take over from");
		// it is started beside the loop, and may run before that is known
		this.spareStartedAt = this.now + between(0, (next(2) == 0) ? MILLI : 2 * SECOND);
		int luck = next(16);
		this.isSpareRefused = luck < 2;
		this.spare = (luck != 0) ? new SimulatedProcess(this, ++this.lastPid, -1, true) : null;
	}

	private void spareStarted() {
		this.spareStartedAt = NEVER;
		SimulatedProcess spare = this.spare;
		if (this.isSpareRefused || spare == null) {
			abandonSpare();
			happens(new Event.SpawnFailed(Lane.SPARE, "Resource temporarily unavailable"));
			return;
		}
		happens(new Event.Spawned(Lane.SPARE, spare.pid));
	}

	private void promote(int instanceId) {
		SimulatedProcess spare = this.spare;
		check(spare != null && !spare.isGone && spare.isConnected, "a spare that is gone is promoted");
		begins(instanceId);
		this.promotions++;
		this.application = spare;
		this.spare = null;
		if (spare != null) {
			spare.promoted(instanceId);
		}
	}

	private void quit(Effect.Quit quit) {
		check(this.application == null, "the watchdog quits beside a living application");
		check(this.spare == null || this.spare.isKilled || this.spareStartedAt != NEVER,
				"the watchdog quits beside a spare");
		boolean isStopped = this.stopSince != NEVER;
		check(this.failedSince == NEVER || isStopped || quit.code() != 0, "a failure ends in exit code 0");
		if (quit.isFailure()) {
			RestartLimits limits = this.options.restart().limits();
			boolean isAtLimit = limits.atLimit() == AtLimit.QUIT && limits.maxRestarts() >= 0
					&& countRestarts(0) >= limits.maxRestarts();
			check(!this.options.recoveryPolicy().restarts() || !this.hasBeenUp || isAtLimit || this.isMarkedFailed,
					"given up without a reason");
		}
		else {
			// before the application was up there is nothing to give up
			check(isStopped || this.mayQuit || !this.hasBeenUp, "a failure is taken for an intended exit");
		}
		this.isOver = true;
	}

	private boolean isMarkedFailed;

	/** The last instance was asked to end, as a spare was ready. */
	private boolean isReplaced;

	/**
	 * A process is gone, though the watchdog does not know yet.
	 */
	void isGone(SimulatedProcess process) {
		if (this.trace != null) {
			note("  " + process + " is gone");
		}
		this.pastRegister -= process.isPastRegister ? 1 : 0;
		if (process == this.application && this.supervision == null) {
			this.isOver = true;
		}
		else if (process != this.application && process != this.spare) {
			this.orphans.remove(process);
		}
	}

	/**
	 * The watchdog hears of the end of a process.
	 */
	void told(SimulatedProcess process, ExitStatus status) {
		if (process == this.spare) {
			if (this.spareStartedAt != NEVER) {
				// that it was started is not known yet
				spareStarted();
			}
			this.spare = null;
			happens(new Event.Exited(Lane.SPARE, status));
		}
		else if (process == this.application) {
			if (this.supervision == null) {
				return;
			}
			lookAtSpare();
			this.isReplaced = isBeingReplaced();
			boolean isIntended = !this.isReplaced && this.failedSince == NEVER && process.hasEndedAsIntended();
			this.isIntendedExit = isIntended && !process.mayEndAsSpare();
			this.mayQuit = !this.isReplaced && this.failedSince == NEVER && process.isClosing() || isIntended;
			this.isMarkedFailed |= process.isMarkedFailed();
			this.application = null;
			happens(new Event.Exited(Lane.ACTIVE, status));
		}
	}

	/**
	 * What holds after every event.
	 */
	private void checkState(Supervision next) {
		Phase phase = next.phase();
		if (this.isOver) {
			return;
		}
		SimulatedProcess application = this.application;
		long pid = (application != null) ? application.pid : 0;
		check(next.instance().pid() == pid || pid == 0, "the watchdog does not know the process that runs");
		boolean isRunning = phase instanceof Running;
		boolean runs = isRunning || phase instanceof ComingUp;
		check(!runs || !this.needsQuorum || this.isQuorate, "an instance runs without quorum");
		this.hasBeenUp |= isRunning;
		if (application != null && (isRunning || phase instanceof Off || phase instanceof Closing)) {
			application.isWellAgain();
		}
		long wakeAt = phase.wakeAt();
		if (wakeAt == Phase.NEVER) {
			boolean isFree = phase instanceof ComingUp || phase instanceof AwaitingQuorum || phase instanceof Off
					|| phase instanceof Launching || phase instanceof Ended;
			check(isFree || (isRunning && this.interval == 0)
					|| (phase instanceof Starting && (this.startupTimeout == 0 || !next.isInitialized()))
					|| (phase instanceof Ending && next.spare().wakeAt() != Phase.NEVER)
					|| (phase instanceof ShuttingDown && application != null
							&& application.stage == SimulatedProcess.Stage.FREE),
					"nothing is due while something is awaited");
			check(!(phase instanceof ComingUp) || this.startupTimeout == 0 || !next.isInitialized(),
					"nothing is due while something is awaited");
		}
		check(this.published == null || this.published == next.state(), "the published state is another");
	}

	void check(boolean condition, @Nullable String rule) {
		if (!condition) {
			throw new Violation(String.valueOf(rule));
		}
	}

	private void note(String line) {
		StringBuilder trace = this.trace;
		if (trace != null) {
			trace.append(seconds(this.now - (1L << 40))).append(line).append('\n');
		}
	}

	private static String seconds(long nanos) {
		return Words.seconds(nanos);
	}

}
