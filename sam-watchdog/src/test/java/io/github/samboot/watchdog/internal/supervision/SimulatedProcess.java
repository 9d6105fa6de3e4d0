package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Signal;

/**
 * One process in a {@link SimulatedWorld}: the application, or a spare that may become
 * it. It does one thing at a time, whenever the schedule lets it act, and dies, reacts to
 * signals and sends heartbeats as time passes.
 */
final class SimulatedProcess {

	/** How far it has come. */
	enum Stage {

		LAUNCHED, INITIALIZED, PARKED, REGISTERED, WAITING, COMING_UP, UP, OFF, CLOSING, FREE

	}

	private enum Report {

		NONE, UNHEALTHY, RECOVER, MARK_FAILED

	}

	private final SimulatedWorld world;

	final long pid;

	int id;

	Stage stage = Stage.LAUNCHED;

	boolean isSpare;

	private final boolean wasSpare;

	/** No child of its watchdog: that cannot know its exit code. */
	boolean isAdopted;

	boolean isConnected = true;

	/** Its parked call of register or standBy. */
	int parkedRequest;

	/** Its call of start that waits. */
	int startRequest;

	/** Its calls whose connection was lost before they were answered. */
	int lostRequest;

	boolean isPastRegister;

	/** It ended, though perhaps the watchdog has not noticed. */
	boolean isGone;

	/** SIGKILL was sent: it ends as soon as the kernel lets it. */
	boolean isKilled;

	private boolean isHung;

	/** It makes no progress, or its start never gets to SAM. */
	private boolean isSilent;

	/** There is a reason to end it though it is healthy. */
	boolean isExcused;

	private Report report = Report.NONE;

	private boolean isWarned;

	private boolean isRevived;

	private boolean startupContinues;

	/** It came up while its connection was lost. */
	private boolean isUpUnheard;

	private boolean hasBeenUp;

	private long warnedAt;

	private long hungSince;

	private long startupFrom;

	private long waitingSince;

	private boolean isWaitOver;

	private long closingSince;

	private long replacedSince;

	/** Quorum was lost while it was ending. */
	private long endsBy = SimulatedWorld.NEVER;

	private final long beatPause;

	private final boolean beatsBySocket;

	private final int obedience;

	private boolean beats;

	private long firstBeat;

	private long lastBeat;

	private long beatAt = SimulatedWorld.NEVER;

	private long closesAt = SimulatedWorld.NEVER;

	private long diesAt = SimulatedWorld.NEVER;

	private long toldAt = SimulatedWorld.NEVER;

	private long reconnectsAt = SimulatedWorld.NEVER;

	private int exitCode;

	SimulatedProcess(SimulatedWorld world, long pid, int id, boolean isSpare) {
		this.world = world;
		this.pid = pid;
		this.id = id;
		this.isSpare = isSpare;
		this.wasSpare = isSpare;
		this.startupFrom = world.now;
		long interval = (world.interval != 0) ? world.interval : SimulatedWorld.SECOND;
		// where all freezes, four beats per interval; else late by nearly all of it
		long most = (world.freezes ? interval / 4 : interval / 20 * 19) - 11 * SimulatedWorld.MILLI;
		this.beatPause = world.between(most / 2, most);
		this.beatsBySocket = world.next(8) == 0;
		this.obedience = world.next(4);
	}

	/**
	 * Do the next thing.
	 */
	void act() {
		if (this.isGone || this.isSilent || this.diesAt != SimulatedWorld.NEVER) {
			return;
		}
		if (!this.world.isAdmitted(this)) {
			// it was refused, or has noticed that its watchdog is gone
			dies(1, 0);
			return;
		}
		switch (this.stage) {
			case LAUNCHED -> launched();
			case INITIALIZED -> initialized();
			case PARKED -> parked();
			case REGISTERED -> registered();
			case WAITING -> waiting();
			case COMING_UP -> comingUp();
			case UP -> up();
			case OFF -> off();
			case CLOSING -> closing();
			case FREE -> free();
		}
	}

	private void launched() {
		switch (this.world.next(16)) {
			case 0 -> fails(1);
			case 1 -> falls();
			case 2 -> {
				if (!this.isSpare && this.isConnected) {
					int request = this.world.nextRequest();
					this.stage = Stage.FREE;
					this.world.ask(Lane.ACTIVE, request, new Event.Decline(request, "no"));
				}
			}
			case 3 -> {
				if (!this.isSpare) {
					start(false);
				}
			}
			default -> {
				if (this.isSpare && this.world.isWarm) {
					park(true);
					return;
				}
				initialize();
				if (this.world.next(2) == 0 && this.stage == Stage.INITIALIZED) {
					register();
				}
			}
		}
	}

	private Lane lane() {
		return this.isSpare && !this.world.isDoorOpen ? Lane.SPARE : Lane.ACTIVE;
	}

	private void initialize() {
		this.stage = Stage.INITIALIZED;
		int request = this.world.nextRequest();
		this.world.ask(lane(), request, new Event.Initialize(lane(), request, this.world.options));
	}

	private void initialized() {
		switch (this.world.next(12)) {
			case 0 -> fails(1);
			case 1 -> falls();
			case 2 -> extendStartup();
			case 3 -> setWarnSignal();
			default -> register();
		}
	}

	private void register() {
		if (lane() == Lane.SPARE) {
			park(false);
			return;
		}
		int request = this.world.nextRequest();
		this.stage = Stage.REGISTERED;
		passRegister();
		this.world.ask(Lane.ACTIVE, request, new Event.Register(Lane.ACTIVE, request));
	}

	private void passRegister() {
		if (!this.isPastRegister) {
			this.isPastRegister = true;
			this.world.passedRegister();
		}
	}

	private void park(boolean isWarm) {
		int request = this.world.nextRequest();
		this.parkedRequest = request;
		this.stage = Stage.PARKED;
		this.world.ask(Lane.SPARE, request,
				isWarm ? new Event.StandBy(Lane.SPARE, request) : new Event.Register(Lane.SPARE, request));
	}

	private void parked() {
		switch (this.world.next(10)) {
			case 0, 1 -> dies(137, 0);
			case 2 -> this.world.happens(new Event.SpareUnusable("changed", false));
			case 3 -> {
				// its connection is cut: it notices and ends
				this.isConnected = false;
				dies(1, this.world.between(0, SimulatedWorld.SECOND));
			}
			case 4 -> extendStartup();
			case 5 -> {
				if (this.world.isWarm) {
					park(true);
				}
			}
			default -> {
				// it waits
			}
		}
	}

	private void registered() {
		switch (this.world.next(16)) {
			case 0 -> fails(1);
			case 1 -> falls();
			case 2 -> stop();
			case 3 -> closes(false);
			case 4 -> extendStartup();
			default -> start(false);
		}
	}

	private void start(boolean resumes) {
		if (!this.isConnected) {
			return;
		}
		boolean continues = resumes ? this.startupContinues : this.world.next(3) == 0;
		this.startupContinues = continues;
		int request = this.world.nextRequest();
		this.lostRequest = (this.startRequest != 0) ? this.startRequest : this.lostRequest;
		this.startRequest = request;
		if (!resumes && this.stage != Stage.LAUNCHED) {
			boolean isBegun = this.stage == Stage.OFF || this.stage == Stage.CLOSING || this.stage == Stage.FREE;
			this.startupFrom = isBegun ? this.world.now : this.startupFrom;
			this.waitingSince = (this.stage == Stage.WAITING) ? this.waitingSince : this.world.now;
			this.stage = Stage.WAITING;
		}
		this.world.ask(Lane.ACTIVE, request, new Event.Start(request, continues, resumes));
	}

	/**
	 * A call was answered.
	 */
	void answered(Effect.Reply reply) {
		if (reply.request() == this.startRequest) {
			this.startRequest = 0;
			if (reply.error() == CsError.OK && this.stage == Stage.WAITING) {
				endWait();
				this.stage = Stage.COMING_UP;
				this.isExcused |= this.world.lacksQuorum();
				beginBeats(this.world.now);
				if (!this.startupContinues) {
					isUp();
				}
			}
		}
		else if (reply.request() == this.parkedRequest) {
			this.parkedRequest = 0;
		}
		else {
			this.world.check(reply.request() == this.lostRequest, "a reply without a request");
			this.lostRequest = 0;
			if (reply.error() == CsError.OK && this.stage == Stage.WAITING) {
				// it is started without knowing that
				endWait();
				this.isWaitOver = true;
			}
		}
	}

	private void endWait() {
		this.startupFrom += this.isWaitOver ? 0 : this.world.now - this.waitingSince;
		this.isWaitOver = false;
	}

	private void isUp() {
		this.stage = Stage.UP;
		this.hasBeenUp = true;
		this.startupContinues = false;
	}

	private void waiting() {
		switch (this.world.next(10)) {
			case 0 -> fails(3);
			case 1 -> start(false);
			case 2 -> stop();
			case 3 -> closes(this.world.next(2) == 0);
			case 4 -> extendStartup();
			case 5 -> reports(Report.MARK_FAILED);
			default -> {
				// it waits
			}
		}
	}

	private void comingUp() {
		switch (this.world.next(16)) {
			case 0 -> fails(1);
			case 1 -> falls();
			case 2 -> reports(Report.UNHEALTHY);
			case 3 -> extendStartup();
			case 4 -> stop();
			case 5 -> closes(false);
			default -> {
				isUp();
				this.isUpUnheard = !this.isConnected;
				if (this.isConnected) {
					this.world.happens(new Event.Ready());
				}
			}
		}
	}

	private void up() {
		switch (this.world.next(24)) {
			case 0, 1 -> fails((this.world.next(2) == 0) ? 137 : 1);
			case 2, 3 -> hangs();
			case 4, 5 -> reports(Report.UNHEALTHY);
			case 6 -> reports(Report.RECOVER);
			case 7 -> reports(Report.MARK_FAILED);
			case 8, 9 -> stop();
			case 10 -> closes(false);
			case 11 -> closes(true);
			case 12 -> setWarnSignal();
			case 13 -> extendStartup();
			case 14 -> {
				if (this.isConnected) {
					this.stage = Stage.FREE;
					endBeats();
					int request = this.world.nextRequest();
					this.world.ask(Lane.ACTIVE, request, new Event.Finish(request));
				}
			}
			case 15 -> {
				if (!this.isConnected) {
					this.world.closesUnheard(this.isWarned);
				}
				dies(143, 0);
			}
			default -> {
				// it works
			}
		}
	}

	private void off() {
		switch (this.world.next(8)) {
			case 0 -> dies(this.world.next(2), 0);
			case 1 -> closes(false);
			case 2, 3, 4, 5 -> start(false);
			default -> {
				// it works
			}
		}
	}

	private void closing() {
		switch (this.world.next(6)) {
			case 0, 1 -> dies(0, 0);
			case 2 -> dies(1, 0);
			case 3 -> start(false);
			default -> {
				// it takes its time
			}
		}
	}

	private void free() {
		int what = this.world.next(8);
		if (what < 2) {
			dies(this.world.next(3), 0);
		}
		else if (what == 2 && !this.isPastRegister && this.world.stopSince == SimulatedWorld.NEVER) {
			// it had declined; a later context of it is to be supervised
			this.startupFrom = this.world.now;
			initialize();
			register();
		}
	}

	private void stop() {
		if (!this.isConnected) {
			return;
		}
		endBeats();
		this.stage = Stage.OFF;
		this.report = isMarkedFailed() ? this.report : Report.NONE;
		int request = this.world.nextRequest();
		this.lostRequest = (this.startRequest != 0) ? this.startRequest : this.lostRequest;
		this.startRequest = 0;
		this.world.ask(Lane.ACTIVE, request, new Event.Stop(request));
	}

	private void closes(boolean byExit) {
		endBeats();
		this.stage = Stage.CLOSING;
		this.closingSince = this.world.now;
		if (this.isConnected) {
			this.world.happens(byExit ? new Event.Exiting() : new Event.Stopping());
			return;
		}
		// the watchdog cannot be told: silence and an end are all it sees
		this.isExcused = true;
		this.world.closesUnheard(this.isWarned);
	}

	private void extendStartup() {
		if (this.isConnected) {
			int request = this.world.nextRequest();
			long from = (this.stage == Stage.WAITING) ? this.waitingSince : this.world.now;
			if (this.stage != Stage.PARKED) {
				this.startupFrom = Math.max(this.startupFrom, from + SimulatedWorld.SECOND - this.world.startupTimeout);
			}
			this.world.ask(lane(), request, new Event.ExtendStartup(lane(), request, SimulatedWorld.SECOND));
		}
	}

	private void setWarnSignal() {
		if (this.isConnected) {
			int request = this.world.nextRequest();
			this.world.ask(lane(), request, new Event.WarnSignal(lane(), request, Signal.SIGUSR1));
		}
	}

	/**
	 * It says that it is to be replaced, or given up. What is told to a dead connection
	 * is told again over the next one.
	 */
	private void reports(Report report) {
		if (report == Report.MARK_FAILED && !this.world.options.cluster().cmap()) {
			return;
		}
		this.report = report;
		this.isExcused = true;
		this.world.failed();
		if (this.isConnected) {
			say(report);
		}
	}

	private void say(Report report) {
		int request = this.world.nextRequest();
		switch (report) {
			case UNHEALTHY -> this.world.happens(new Event.Unhealthy("sick"));
			case RECOVER -> this.world.ask(Lane.ACTIVE, request, new Event.Recover(request, "please"));
			case MARK_FAILED -> this.world.ask(Lane.ACTIVE, request, new Event.MarkFailed(request));
			case NONE -> {
				// it is well
			}
		}
	}

	boolean isMarkedFailed() {
		return this.report == Report.MARK_FAILED;
	}

	private void hangs() {
		if (this.world.interval != 0) {
			endBeats();
			this.isHung = true;
			this.isRevived = false;
			this.isSilent = true;
			this.hungSince = this.lastBeat;
			this.world.failed();
		}
	}

	/**
	 * Its start goes on for ever, perhaps without ever getting to SAM.
	 */
	private void falls() {
		this.isSilent = true;
		if (!this.isSpare) {
			this.world.failedToStart();
		}
	}

	private void fails(int code) {
		if (!this.isSpare) {
			this.world.failed();
		}
		dies(code, 0);
	}

	boolean needsWatchdog() {
		return switch (this.stage) {
			case REGISTERED, WAITING, COMING_UP, UP, OFF -> !this.isGone;
			default -> false;
		};
	}

	/**
	 * Whether another watchdog would end it, too.
	 */
	boolean isFaulty() {
		boolean isOverdue = this.isSilent && this.world.startupTimeout != 0;
		return this.isHung || isOverdue || this.report != Report.NONE;
	}

	/**
	 * If it is supervised, lost quorum ends it; if it ends already, that has to be soon.
	 */
	void quorumLost() {
		this.isExcused |= this.stage == Stage.COMING_UP || this.stage == Stage.UP;
		if (isClosing() || this.replacedSince != 0 || this.world.stopSince != SimulatedWorld.NEVER) {
			this.endsBy = Math.min(this.endsBy, this.world.now + this.world.grace);
		}
	}

	private boolean hasTimeToEnd(long since) {
		return this.world.now - since < this.world.shutdownTimeout && this.world.now < this.endsBy;
	}

	void promoted(int id) {
		this.id = id;
		this.isSpare = false;
		if (this.stage == Stage.PARKED) {
			this.startupFrom = this.world.now;
			this.stage = this.world.isWarm ? Stage.LAUNCHED : Stage.REGISTERED;
			if (this.stage == Stage.REGISTERED) {
				passRegister();
			}
		}
		if (this.isSilent) {
			this.world.failedToStart();
		}
	}

	void connectionLost() {
		// heartbeats of that time are lost where there is no page, and so is an answer
		boolean isUrgent = this.beatsBySocket || this.stage == Stage.WAITING;
		long most = (isUrgent && !this.world.hasNoWatchdog()) ? 8 * SimulatedWorld.MILLI : SimulatedWorld.SECOND;
		this.isConnected = false;
		this.lostRequest = (this.startRequest != 0) ? this.startRequest : this.lostRequest;
		this.startRequest = 0;
		this.reconnectsAt = this.world.now + this.world.between(SimulatedWorld.MILLI, most);
	}

	/**
	 * Over a new connection, to the same watchdog or a new one, it says all that the last
	 * one knew.
	 */
	private void reconnects() {
		this.reconnectsAt = SimulatedWorld.NEVER;
		if (!needsWatchdog() || this.diesAt == this.world.now) {
			this.world.closesUnheard(this.isWarned);
			return;
		}
		boolean isNew = this.world.hasNoWatchdog();
		this.isConnected = true;
		this.isUpUnheard = false;
		if (isNew) {
			this.isAdopted = true;
			this.startupFrom = this.world.now;
			this.waitingSince = this.world.now;
			this.isWarned = false;
			this.world.adopt(this);
		}
		int request = this.world.nextRequest();
		this.world.ask(Lane.ACTIVE, request, new Event.Initialize(Lane.ACTIVE, request, this.world.options));
		request = this.world.nextRequest();
		this.world.ask(Lane.ACTIVE, request, new Event.Register(Lane.ACTIVE, request));
		switch (this.stage) {
			case COMING_UP, UP -> start(true);
			case WAITING -> start(false);
			case OFF -> {
				request = this.world.nextRequest();
				this.world.ask(Lane.ACTIVE, request, new Event.Stop(request));
			}
			default -> {
				// register was all
			}
		}
		if (this.world.repeatsReports) {
			say(this.report);
		}
	}

	/**
	 * Return what is wrong with a signal to it, {@code null} if nothing is.
	 */
	String objection(Signal signal) {
		long now = this.world.now;
		if (this.isGone || (this.isKilled && this.isAdopted)) {
			// which the watchdog does not know yet, or its predecessor did
			if (!isClosing() || !this.isConnected) {
				this.world.failed();
			}
			return null;
		}
		if (this.world.stopSince != SimulatedWorld.NEVER) {
			boolean isEarly = signal == Signal.SIGKILL && !this.isWarned && !this.isExcused && !isLate() && !isHung()
					&& hasTimeToEnd(Math.min(this.world.stopSince, closingSince()));
			return isEarly ? "SIGKILL before the shutdown timeout is over" : null;
		}
		if (this.isWarned) {
			boolean isEarly = signal == Signal.SIGKILL && now - this.warnedAt < this.world.grace && !isMarkedFailed();
			return isEarly ? "SIGKILL before the grace period is over" : null;
		}
		boolean isSlow = this.stage == Stage.CLOSING && this.isConnected && !hasTimeToEnd(this.closingSince);
		if (!this.isExcused && !isHung() && !isLate() && !isSlow) {
			return "a signal for a healthy application";
		}
		if (!isSlow) {
			this.isWarned = signal != Signal.SIGKILL;
			this.warnedAt = now;
			this.world.failed();
		}
		return null;
	}

	/**
	 * Return what is wrong with a signal that is to make room for a spare.
	 */
	String objectionToReplacement(Signal signal) {
		if (signal == Signal.SIGTERM) {
			this.replacedSince = this.world.now;
			return this.world.hasSpareReady() ? null : "an instance is asked to end before another one is ready";
		}
		boolean isEarly = hasTimeToEnd(this.replacedSince) && !this.isGone;
		this.isExcused = true;
		return isEarly ? "SIGKILL before the shutdown timeout is over" : null;
	}

	private long closingSince() {
		return (this.stage == Stage.CLOSING) ? this.closingSince : SimulatedWorld.NEVER;
	}

	private boolean isHung() {
		return this.isHung && this.world.now - this.hungSince >= this.world.interval;
	}

	private boolean isLate() {
		boolean isUp = this.stage.compareTo(Stage.UP) >= 0 && !this.isUpUnheard;
		return !isUp && this.stage != Stage.WAITING && this.world.startupTimeout != 0
				&& this.world.now - this.startupFrom >= this.world.startupTimeout;
	}

	void receives(Signal signal) {
		if (this.isGone) {
			return;
		}
		if (signal == Signal.SIGKILL) {
			boolean isStuck = !this.isKilled && this.world.next(24) == 0;
			this.isKilled = true;
			endBeats();
			dies(137, this.world.between(0, isStuck ? SimulatedWorld.LONGEST_DEATH : 20 * SimulatedWorld.MILLI));
			return;
		}
		if (signal == Signal.SIGUSR1) {
			if (this.obedience == 0 && this.isHung) {
				// it was only confused
				this.isRevived = true;
				this.isSilent = false;
				beginBeats(this.world.now);
			}
			return;
		}
		boolean isObedient = this.stage == Stage.FREE || this.obedience == 0;
		if (isObedient) {
			dies(128 + signal.number(), this.world.between(0, SimulatedWorld.SECOND));
		}
		else if (this.obedience == 1 && !this.isSpare && !this.isSilent) {
			this.closesAt = Math.min(this.closesAt, this.world.now + SimulatedWorld.MILLI);
			dies(128 + signal.number(), this.world.between(2 * SimulatedWorld.MILLI, 5 * SimulatedWorld.SECOND));
		}
	}

	/**
	 * The watchdog has taken its warning back, if it was one.
	 */
	void isWellAgain() {
		if (this.isRevived) {
			this.isRevived = false;
			this.isHung = false;
			this.isWarned = false;
			if (this.report == Report.NONE) {
				this.world.isWellAgain();
			}
		}
	}

	private void beginBeats(long at) {
		this.beats = true;
		this.firstBeat = at;
		this.lastBeat = at;
		this.beatAt = this.beatsBySocket ? at : SimulatedWorld.NEVER;
	}

	private void endBeats() {
		this.lastBeat = lastBeat();
		this.beats = false;
		this.beatAt = SimulatedWorld.NEVER;
	}

	private long lastBeat() {
		long since = this.world.now - this.firstBeat;
		return (this.beats && since >= 0 && !this.beatsBySocket)
				? this.firstBeat + since / this.beatPause * this.beatPause : this.lastBeat;
	}

	/**
	 * Return what its heartbeat page says.
	 */
	long page() {
		return this.beatsBySocket ? 0 : lastBeat();
	}

	/**
	 * It ends some time from now, unless it does so earlier.
	 */
	void dies(int code, long after) {
		if (this.world.now + after < this.diesAt) {
			this.diesAt = this.world.now + after;
			this.exitCode = code;
		}
	}

	/**
	 * Return when time alone makes a difference to it.
	 */
	long wakeAt() {
		return Math.min(Math.min(Math.min(this.diesAt, this.toldAt), Math.min(this.beatAt, this.closesAt)),
				this.reconnectsAt);
	}

	/**
	 * It is that time.
	 */
	void timePassed() {
		long now = this.world.now;
		if (now >= this.diesAt) {
			endBeats();
			this.diesAt = SimulatedWorld.NEVER;
			this.closesAt = SimulatedWorld.NEVER;
			this.reconnectsAt = SimulatedWorld.NEVER;
			this.isGone = true;
			// an adopted process is looked at now and then
			long most = this.isAdopted ? SimulatedWorld.SECOND : 10 * SimulatedWorld.MILLI;
			this.toldAt = now + this.world.between(0, most);
			this.world.isGone(this);
		}
		else if (now >= this.toldAt) {
			this.toldAt = SimulatedWorld.NEVER;
			this.world.told(this, new ExitStatus(this.isAdopted ? -1 : this.exitCode));
		}
		else if (now >= this.beatAt) {
			this.beatAt = now + this.beatPause;
			this.lastBeat = now;
			if (this.isConnected) {
				this.world.happens(new Event.Beat());
			}
		}
		else if (now >= this.closesAt) {
			this.closesAt = SimulatedWorld.NEVER;
			closes(false);
		}
		else if (now >= this.reconnectsAt) {
			reconnects();
		}
	}

	/**
	 * Whether its end is no failure, in a way that the watchdog can know.
	 */
	/**
	 * Return whether a signal may have been for the spare that this was.
	 */
	boolean mayEndAsSpare() {
		return this.wasSpare && (!this.hasBeenUp || this.isUpUnheard);
	}

	boolean hasEndedAsIntended() {
		return this.stage == Stage.OFF || this.stage == Stage.FREE
				|| (!this.isAdopted && this.world.options.restart().cleanExitCodes().contains(this.exitCode));
	}

	boolean isClosing() {
		return this.stage == Stage.CLOSING;
	}

	/**
	 * Nothing ran for a while: what was due meanwhile comes after that, a little later
	 * than the watchdog.
	 * @param reaction how long it takes to get going again
	 */
	void frozen(long length, long reaction) {
		long thaw = this.world.now + length;
		long earliest = thaw + this.world.between(1, reaction);
		this.lastBeat = lastBeat();
		this.firstBeat = this.beats ? Math.max(this.firstBeat, earliest) : this.firstBeat;
		this.beatAt = Math.max(this.beatAt, earliest);
		this.closesAt = Math.max(this.closesAt, earliest);
		this.diesAt = Math.max(this.diesAt, earliest);
		this.toldAt = Math.max(this.toldAt, earliest);
		this.reconnectsAt = Math.max(this.reconnectsAt, earliest);
		// a freeze of two seconds or less need not be noticed
		long excused = Math.max(0, length - 2 * SimulatedWorld.SECOND);
		// the time of a wait does not count anyway
		this.startupFrom += (this.stage == Stage.WAITING) ? 0 : excused;
		this.closingSince += excused;
		this.replacedSince += excused;
	}

	@Override
	public String toString() {
		return (this.isSpare ? "spare" : "application") + " " + this.pid;
	}

}
