package io.github.samboot.boot.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Lane;
import io.github.samboot.watchdog.internal.supervision.Moment;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the watchdog with a clock of their own, and instances that are contexts.
 * Thread-safe.
 */
final class SimulatedWatchdog {

	private static final long NEVER = Long.MIN_VALUE;

	private static final long FIRST_PID = 100;

	private Supervision supervision = Supervision.initial(0);

	private long nanos = Duration.ofHours(1).toNanos();

	private int requests;

	private long nextPid = FIRST_PID;

	private boolean startsSpares;

	private boolean isSpareStarted;

	private boolean isPromotion;

	private boolean isLaunched;

	private @Nullable Incident failure;

	private @Nullable SamException refusal;

	private String lastWords = "";

	private @Nullable SimulatedSam active;

	SimulatedWatchdog() {
		happens(new Event.Begin());
		this.isLaunched = false;
	}

	/**
	 * Take note of who speaks for the active instance.
	 */
	synchronized void isActive(SimulatedSam sam) {
		this.active = sam;
	}

	/**
	 * The active instance says nothing any more.
	 */
	synchronized void isKilled() {
		this.active = null;
	}

	synchronized boolean hears(SimulatedSam sam) {
		return this.active == sam;
	}

	synchronized long nanos() {
		return this.nanos;
	}

	synchronized void initialize(Lane lane, SamOptions options) {
		happens(new Event.Initialize(lane, ++this.requests, options));
	}

	synchronized void register(Lane lane) {
		happens(new Event.Register(lane, ++this.requests));
	}

	/**
	 * The cluster of a test is quorate.
	 */
	synchronized void start() {
		happens(new Event.Quorum(true, List.of(1L), ""));
		happens(new Event.Start(++this.requests, true, false));
	}

	synchronized void stop() {
		happens(new Event.Stop(++this.requests));
	}

	synchronized void recover(String message) {
		happens(new Event.Recover(++this.requests, message));
	}

	synchronized void markFailed() {
		happens(new Event.MarkFailed(++this.requests));
	}

	synchronized void finish() {
		happens(new Event.Finish(++this.requests));
	}

	synchronized void ready() {
		if (this.supervision.state() == SupervisionState.STARTING) {
			happens(new Event.Ready());
		}
	}

	synchronized void happens(Event event) {
		this.refusal = null;
		Deque<Event> inbox = new ArrayDeque<>(List.of(event));
		while (!inbox.isEmpty()) {
			Supervision.Step step = this.supervision.step(inbox.remove(), now());
			this.supervision = step.next();
			step.effects().forEach((effect) -> carryOut(effect, inbox));
		}
		if (this.refusal != null) {
			throw this.refusal;
		}
	}

	private Moment now() {
		return new Moment(this.nanos, System.currentTimeMillis());
	}

	private void carryOut(Effect effect, Deque<Event> causes) {
		if (effect instanceof Effect.Spawn spawn) {
			causes.add(spawned(spawn.lane()));
		}
		else if (effect instanceof Effect.Promote) {
			this.isPromotion = true;
			this.isLaunched = true;
		}
		else if (effect instanceof Effect.AnnounceRecovery news) {
			this.failure = new Incident(this.supervision.instance().id(), this.supervision.instance().pid(),
					news.reason(), news.message(), Instant.ofEpochMilli(now().millis()), null, null, null);
			if (this.active != null) {
				this.active.recoveryImminent(news);
			}
		}
		else if (effect instanceof Effect.Reply reply && reply.error() != CsError.OK) {
			this.refusal = new SamException(reply.error(), reply.message());
		}
		else if (effect instanceof Effect.Say line && line.isWarning()) {
			this.lastWords = line.text();
		}
	}

	private Event spawned(Lane lane) {
		if (lane == Lane.ACTIVE) {
			this.isLaunched = true;
			return new Event.Spawned(lane, this.nextPid++);
		}
		if (!this.startsSpares) {
			return new Event.SpawnFailed(lane, "the test has not asked for one");
		}
		this.isSpareStarted = true;
		return new Event.Spawned(lane, this.nextPid++);
	}

	/**
	 * Let time pass while the application sends its heartbeats.
	 */
	synchronized void passes(long duration) {
		long end = this.nanos + duration;
		while (isDueUntil(end)) {
			look();
		}
		this.nanos = end;
	}

	private boolean isDueUntil(long end) {
		return this.supervision.wakeAt() != NEVER && this.supervision.wakeAt() - end <= 0;
	}

	private void look() {
		this.nanos = Math.max(this.nanos, this.supervision.wakeAt());
		happens(new Event.TimePassed(this.nanos, ""));
	}

	/**
	 * Let time pass until a spare is started.
	 */
	synchronized void startSpare() {
		this.startsSpares = true;
		while (!this.isSpareStarted) {
			if (this.supervision.wakeAt() == NEVER) {
				throw new IllegalStateException("No spare is started while the state is " + this.supervision.state());
			}
			look();
		}
	}

	/**
	 * The active instance has ended: let time pass until the next one is launched.
	 * @return whether it is the spare
	 */
	synchronized boolean exited(ExitStatus status) {
		this.isLaunched = false;
		this.isPromotion = false;
		this.active = null;
		happens(new Event.Exited(Lane.ACTIVE, status));
		while (!this.isLaunched) {
			if (this.supervision.wakeAt() == NEVER || this.supervision.isEnding()) {
				throw new IllegalStateException("No instance follows: " + this.lastWords);
			}
			look();
		}
		this.failure = null;
		return this.isPromotion;
	}

	synchronized int instanceId() {
		return this.supervision.instance().id();
	}

	synchronized @Nullable Incident failure() {
		return this.failure;
	}

	synchronized SamStatus status(long dataSize) {
		return this.supervision.status(0, "test", null, dataSize, this.nanos);
	}

}
