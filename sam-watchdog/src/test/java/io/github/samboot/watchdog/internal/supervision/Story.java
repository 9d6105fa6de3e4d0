package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.assertj.core.api.Assertions;

/**
 * Tells the rules what happens, lets virtual time pass, and remembers what they wanted
 * done. Processes are started at once, with pids 100, 101, 102, and so on.
 */
final class Story {

	static final Duration INTERVAL = Duration.ofSeconds(2);

	private final List<Effect> effects = new ArrayList<>();

	private Supervision supervision = Supervision.initial(42);

	private long nanos = Duration.ofHours(1).toNanos();

	private long beat;

	private int requests;

	private long nextPid = 100;

	private boolean startsSparesLater;

	private boolean canSpawn = true;

	private int looks;

	private int looksWithoutEffect;

	/**
	 * Instance 0 was started and has said nothing.
	 */
	static Story started() {
		return new Story().happens(new Event.Begin());
	}

	/**
	 * Instance 0 waits for nothing but its call of start.
	 */
	static Story registered(SamOptions options) {
		return started().registers(options);
	}

	/**
	 * Instance 0 is supervised.
	 */
	static Story running(SamOptions options) {
		return registered(options).starts();
	}

	static Story running() {
		return running(restart().build());
	}

	/**
	 * An application that runs already is supervised from now on.
	 */
	static Story adopted(SamOptions options) {
		return new Story().happens(new Event.Adopted(55, 3, true)).registers(options).resumes();
	}

	static SamOptions.Builder restart() {
		return SamOptions.builder(INTERVAL, RecoveryPolicy.RESTART);
	}

	static SamOptions.Builder quorumRestart() {
		return SamOptions.builder(INTERVAL, RecoveryPolicy.QUORUM_RESTART);
	}

	static Event.Quorum quorate() {
		return new Event.Quorum(true, List.of(1L, 2L, 3L), "");
	}

	static Event.Quorum notQuorate() {
		return new Event.Quorum(false, List.of(1L), "");
	}

	/**
	 * From now on, no process can be started.
	 */
	Story withoutProcesses() {
		this.canSpawn = false;
		return this;
	}

	Story withProcesses() {
		this.canSpawn = true;
		return this;
	}

	Story registers(SamOptions options) {
		return happens(new Event.Initialize(Lane.ACTIVE, ++this.requests, options))
			.happens(new Event.Register(Lane.ACTIVE, ++this.requests));
	}

	Story starts() {
		return happens(new Event.Start(++this.requests, false, false));
	}

	/**
	 * It says to a new watchdog that it ran under the last one.
	 */
	Story resumes() {
		return happens(new Event.Start(++this.requests, false, true));
	}

	/**
	 * The next instance comes up, as the last one had.
	 */
	Story comesUp() {
		return registers(this.supervision.options()).starts();
	}

	Story exits(int code) {
		return happens(new Event.Exited(Lane.ACTIVE, new ExitStatus(code)));
	}

	Story isKilledBySigkill() {
		return exits(137);
	}

	/**
	 * As the watchdog's loop does: a step, then its effects, then what these cause.
	 */
	Story happens(Event event) {
		Deque<Event> inbox = new ArrayDeque<>(List.of(event));
		while (!inbox.isEmpty()) {
			inbox.addAll(step(inbox.remove()));
		}
		return this;
	}

	private List<Event> step(Event event) {
		Moment now = new Moment(this.nanos, 1_700_000_000_000L + this.nanos / 1_000_000);
		Supervision.Step step = this.supervision.step(event, now);
		this.looks += (event instanceof Event.TimePassed) ? 1 : 0;
		this.looksWithoutEffect += (event instanceof Event.TimePassed && step.effects().isEmpty()) ? 1 : 0;
		this.supervision = step.next();
		this.effects.addAll(step.effects());
		List<Event> answers = new ArrayList<>();
		for (Effect effect : step.effects()) {
			if (effect instanceof Effect.Spawn spawn && !(spawn.lane() == Lane.SPARE && this.startsSparesLater)) {
				answers.add(this.canSpawn ? new Event.Spawned(spawn.lane(), this.nextPid++)
						: new Event.SpawnFailed(spawn.lane(), "Cannot allocate memory"));
			}
		}
		return answers;
	}

	Story startsSparesLater() {
		this.startsSparesLater = true;
		return this;
	}

	/**
	 * The application notes a beat in its page.
	 */
	Story beats() {
		this.beat = this.nanos;
		return this;
	}

	Story beatsAt(long nanos) {
		this.beat = nanos;
		return this;
	}

	/**
	 * Time passes while the application is well.
	 */
	Story beatsThrough(Duration duration) {
		long steps = Math.max(10, duration.dividedBy(INTERVAL.dividedBy(2)));
		for (long i = 0; i < steps; i++) {
			after(duration.dividedBy(steps)).beats();
		}
		return after(Duration.ZERO);
	}

	/**
	 * A spare is there and waits in its call of register.
	 */
	Story withSpareReady() {
		beatsThrough(this.supervision.options().standby().delay());
		happens(new Event.Initialize(Lane.SPARE, ++this.requests, this.supervision.options()));
		return happens(new Event.Register(Lane.SPARE, ++this.requests));
	}

	/**
	 * The spare that was asked for waits in its call of register.
	 */
	Story withReplacementReady() {
		beats().after(Duration.ofMillis(1));
		happens(new Event.Initialize(Lane.SPARE, ++this.requests, this.supervision.options()));
		return happens(new Event.Register(Lane.SPARE, ++this.requests));
	}

	/**
	 * Time passes, and the watchdog looks whenever it wants to.
	 */
	Story after(Duration duration) {
		long end = this.nanos + duration.toNanos();
		long wakeAt = this.supervision.wakeAt();
		while (wakeAt != Phase.NEVER && wakeAt - end <= 0) {
			this.nanos = Math.max(this.nanos, wakeAt);
			happens(new Event.TimePassed(this.beat, ""));
			wakeAt = this.supervision.wakeAt();
			if (wakeAt != Phase.NEVER && wakeAt - this.nanos <= 0) {
				throw new AssertionError("the next look lies in the past, by " + (this.nanos - wakeAt) + " ns");
			}
		}
		this.nanos = end;
		return this;
	}

	Story afterMillis(long millis) {
		return after(Duration.ofMillis(millis));
	}

	/**
	 * Time passes, and nobody looks.
	 */
	Story passes(Duration duration) {
		this.nanos += duration.toNanos();
		return this;
	}

	/**
	 * Time passes while nothing runs, neither watchdog nor application; then the watchdog
	 * is the first to run.
	 */
	Story isFrozenFor(Duration duration) {
		this.nanos += duration.toNanos();
		return happens(new Event.TimePassed(this.beat, ""));
	}

	/**
	 * The same, but the watchdog only looks if that was due meanwhile.
	 */
	Story freezes(Duration duration) {
		this.nanos += duration.toNanos();
		long wakeAt = this.supervision.wakeAt();
		return (wakeAt - this.nanos <= 0) ? happens(new Event.TimePassed(this.beat, "")) : this;
	}

	/**
	 * How often the watchdog looked at the time, and how often that was all.
	 */
	int looks() {
		return this.looks;
	}

	int looksWithoutEffect() {
		return this.looksWithoutEffect;
	}

	/**
	 * Forget the effects so far.
	 */
	Story then() {
		this.effects.clear();
		return this;
	}

	long now() {
		return this.nanos;
	}

	int lastRequest() {
		return this.requests;
	}

	Supervision supervision() {
		return this.supervision;
	}

	List<Effect> effects() {
		return this.effects;
	}

	<T extends Effect> List<T> effects(Class<T> type) {
		List<T> found = new ArrayList<>();
		for (Effect effect : this.effects) {
			if (type.isInstance(effect)) {
				found.add(type.cast(effect));
			}
		}
		return found;
	}

	private List<Effect.Spawn> spawns(Lane lane) {
		return effects(Effect.Spawn.class).stream().filter((spawn) -> spawn.lane() == lane).toList();
	}

	List<Effect.Spawn> spareSpawns() {
		return spawns(Lane.SPARE);
	}

	private List<Signal> sent(Lane lane) {
		return effects(Effect.Send.class).stream()
			.filter((send) -> send.lane() == lane)
			.map(Effect.Send::signal)
			.toList();
	}

	List<Signal> sentToSpare() {
		return sent(Lane.SPARE);
	}

	List<Effect.Reply> replies(Lane lane) {
		return effects(Effect.Reply.class).stream().filter((reply) -> reply.lane() == lane).toList();
	}

	String said() {
		StringBuilder text = new StringBuilder();
		for (Effect.Say say : effects(Effect.Say.class)) {
			text.append(say.text()).append('\n');
		}
		return text.toString();
	}

	Story assertSent(Signal... signals) {
		Assertions.assertThat(sent(Lane.ACTIVE)).containsExactly(signals);
		return this;
	}

	Story assertSpawned(Integer... instanceIds) {
		Assertions.assertThat(spawns(Lane.ACTIVE)).extracting(Effect.Spawn::instanceId).containsExactly(instanceIds);
		return this;
	}

	Story assertState(SupervisionState state) {
		Assertions.assertThat(this.supervision.state()).isEqualTo(state);
		return this;
	}

	Story assertQuit(int code, boolean isFailure) {
		Assertions.assertThat(effects(Effect.Quit.class)).containsExactly(new Effect.Quit(code, isFailure));
		Assertions.assertThat(this.supervision.hasProcess()).isFalse();
		Assertions.assertThat(spawns(Lane.ACTIVE)).isEmpty();
		return this;
	}

	Story assertNothingDone() {
		Assertions.assertThat(sent(Lane.ACTIVE)).isEmpty();
		Assertions.assertThat(spawns(Lane.ACTIVE)).isEmpty();
		Assertions.assertThat(effects(Effect.Quit.class)).isEmpty();
		return this;
	}

}
