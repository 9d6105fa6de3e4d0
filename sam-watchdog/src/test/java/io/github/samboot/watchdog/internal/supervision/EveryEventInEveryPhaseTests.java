package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole table of phases and events, also where a row and a column should never meet.
 */
@Tag("any-java")
class EveryEventInEveryPhaseTests {

	private static final RestartLimits SLOW = new RestartLimits(3, Duration.ofMinutes(10), Duration.ofSeconds(1),
			Duration.ofSeconds(4));

	private static final int REQUEST = 777;

	static Stream<SamOptions> options() {
		List<SamOptions> all = new ArrayList<>();
		for (RecoveryPolicy policy : RecoveryPolicy.values()) {
			for (Duration interval : List.of(Duration.ZERO, Duration.ofSeconds(2))) {
				for (Signal signal : List.of(Signal.SIGTERM, Signal.SIGUSR1, Signal.SIGKILL)) {
					for (RestartLimits limits : List.of(RestartLimits.NONE, SLOW)) {
						String standby = (limits == SLOW) ? "hot" : "none";
						all.add(SamOptions.builder(interval, policy)
							.warnSignal(signal)
							.cmap(signal != Signal.SIGTERM)
							.startupTimeout((limits == SLOW) ? Duration.ofSeconds(30) : Duration.ZERO)
							.restartLimits(limits)
							.standby(standby)
							.standbyDelay(Duration.ofSeconds(1))
							.build());
					}
				}
			}
		}
		return all.stream();
	}

	/**
	 * Each phase, in as many ways as matter.
	 */
	static Map<String, Supplier<Story>> phases(SamOptions options) {
		Map<String, Supplier<Story>> phases = new LinkedHashMap<>();
		Supplier<Story> up = () -> Story.registered(options).happens(Story.quorate()).starts();
		phases.put("launching", Story::new);
		phases.put("starting", Story::started);
		phases.put("starting, registered", () -> Story.registered(options));
		phases.put("starting again", () -> up.get().exits(9));
		phases.put("adopted", () -> new Story().happens(new Event.Adopted(55, 3, true)));
		phases.put("awaiting quorum", () -> Story.registered(options).happens(Story.notQuorate()).starts());
		phases.put("coming up",
				() -> Story.registered(options).happens(Story.quorate()).happens(new Event.Start(3, true, false)));
		phases.put("running", up);
		phases.put("off", () -> up.get().happens(new Event.Stop(5)));
		phases.put("closing", () -> up.get().happens(new Event.Stopping()));
		phases.put("closing, killed", () -> up.get().happens(new Event.Stopping()).after(Duration.ofSeconds(60)));
		phases.put("warned", () -> up.get().happens(new Event.Unhealthy("sick")));
		phases.put("warned for silence", () -> up.get().after(options.timeInterval()));
		phases.put("killed", () -> up.get().happens(new Event.Unhealthy("sick")).after(Duration.ofSeconds(10)));
		phases.put("stuck", () -> up.get().happens(new Event.Unhealthy("sick")).after(Duration.ofSeconds(45)));
		phases.put("shutting down", () -> up.get().happens(new Event.StopRequested(Signal.SIGTERM)));
		phases.put("shutting down by terminal", () -> up.get().happens(new Event.StopRequested(Signal.SIGINT)));
		phases.put("backing off", () -> up.get().withoutProcesses().exits(9));
		phases.put("running, spare ready", () -> withSpare(up.get()));
		phases.put("running, spare being prepared", () -> up.get().beatsThrough(options.standby().delay()));
		phases.put("being replaced", () -> replaced(up.get()));
		phases.put("being replaced, killed", () -> replaced(up.get()).after(Duration.ofSeconds(60)));
		phases.put("running, replacement being prepared",
				() -> up.get().happens(new Event.Replace("")).beatsThrough(Duration.ofMillis(1)));
		phases.put("ending", () -> withSpare(up.get()).exits(0));
		phases.put("ended", () -> up.get().exits(0));
		return phases;
	}

	private static Story withSpare(Story story) {
		SamOptions options = story.supervision().options();
		if (options.wantsSpare() && options.recoveryPolicy().restarts()) {
			story.withSpareReady();
		}
		return story;
	}

	private static Story replaced(Story story) {
		return story.happens(new Event.Replace("")).withReplacementReady();
	}

	static List<Event> events(Story story, SamOptions options) {
		List<Event> events = new ArrayList<>();
		events.add(new Event.SpawnFailed(Lane.ACTIVE, "no"));
		for (int code : new int[] { -1, 0, 1, 129, 130, 137, 139, 143 }) {
			events.add(new Event.Exited(Lane.ACTIVE, new ExitStatus(code)));
			events.add(new Event.Exited(Lane.ACTIVE, new ExitStatus(code), true));
		}
		events.add(new Event.TimePassed(0, ""));
		events.add(new Event.TimePassed(story.now(), "the process is stopped by a signal"));
		events.add(new Event.TimePassed(Long.MAX_VALUE, ""));
		events.add(new Event.TimePassed(Long.MIN_VALUE, ""));
		for (Signal signal : new Signal[] { Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP }) {
			events.add(new Event.StopRequested(signal));
		}
		events.add(Story.quorate());
		events.add(Story.notQuorate());
		events.add(new Event.Quorum(false, List.of(), "gone"));
		events.add(new Event.Initialize(Lane.ACTIVE, REQUEST, options));
		events.add(new Event.Register(Lane.ACTIVE, REQUEST));
		events.add(new Event.Start(REQUEST, false, false));
		events.add(new Event.Start(REQUEST, true, false));
		events.add(new Event.Ready());
		events.add(new Event.Stop(REQUEST));
		events.add(new Event.Stopping());
		events.add(new Event.Exiting());
		events.add(new Event.Beat());
		events.add(new Event.Unhealthy("sick"));
		events.add(new Event.WarnSignal(Lane.ACTIVE, REQUEST, Signal.SIGUSR2));
		events.add(new Event.MarkFailed(REQUEST));
		events.add(new Event.Recover(REQUEST, "please"));
		events.add(new Event.Replace(REQUEST, "please"));
		events.add(new Event.Replace("by a signal"));
		events.add(new Event.Finish(REQUEST));
		events.add(new Event.Decline(REQUEST, "no"));
		events.add(new Event.ExtendStartup(Lane.ACTIVE, REQUEST, 1_000_000_000L));
		events.add(new Event.StandBy(Lane.ACTIVE, REQUEST));
		events.add(new Event.Spawned(Lane.SPARE, 77));
		events.add(new Event.SpawnFailed(Lane.SPARE, "no"));
		events.add(new Event.Exited(Lane.SPARE, new ExitStatus(1)));
		events.add(new Event.Initialize(Lane.SPARE, REQUEST, options));
		events.add(new Event.WarnSignal(Lane.SPARE, REQUEST, Signal.SIGUSR2));
		events.add(new Event.ExtendStartup(Lane.SPARE, REQUEST, 1_000_000_000L));
		events.add(new Event.Register(Lane.SPARE, REQUEST));
		events.add(new Event.StandBy(Lane.SPARE, REQUEST));
		events.add(new Event.SpareUnusable("stale", false));
		return events;
	}

	@ParameterizedTest
	@MethodSource("options")
	void everyEventShouldBeWithinTheRules(SamOptions options) {
		phases(options).forEach((name, phase) -> {
			for (Event event : events(phase.get(), options)) {
				Story story = phase.get();
				Supervision before = story.supervision();
				Supervision.Step step = before.step(event, new Moment(story.now(), 0));
				assertThat(step.effects()).as(name + " + " + event)
					.satisfies((effects) -> assertWithinTheRules(before, event, step));
			}
		});
	}

	static Stream<SamOptions> limitedOptions() {
		return options()
			.filter((options) -> options.restart().limits().equals(SLOW) && !options.timeInterval().isZero());
	}

	@ParameterizedTest
	@MethodSource("limitedOptions")
	void twoEventsInARowShouldBeWithinTheRules(SamOptions options) {
		phases(options).forEach((name, phase) -> {
			for (Event first : events(phase.get(), options)) {
				Story story = phase.get();
				Moment now = new Moment(story.now(), 0);
				Supervision between = story.supervision().step(first, now).next();
				for (Event second : events(story, options)) {
					Supervision.Step step = between.step(second, now);
					try {
						assertWithinTheRules(between, second, step);
					}
					catch (AssertionError ex) {
						throw new AssertionError(name + " + " + first + " + " + second, ex);
					}
				}
			}
		});
	}

	private static void assertWithinTheRules(Supervision before, Event event, Supervision.Step step) {
		Supervision next = step.next();
		int spawns = 0;
		int quits = 0;
		List<Integer> replies = new ArrayList<>();
		for (Effect effect : step.effects()) {
			spawns += isActive(effect) && effect instanceof Effect.Spawn ? 1 : 0;
			quits += (effect instanceof Effect.Quit) ? 1 : 0;
			if (effect instanceof Effect.Reply reply && isActive(effect)) {
				replies.add(reply.request());
			}
			if (effect instanceof Effect.Promote) {
				check(!before.hasProcess() || isActive(event) && event instanceof Event.Exited,
						"never beside the old process");
				check(before.spare().pid() != 0 && next.instance().pid() == before.spare().pid(),
						"the spare takes over");
			}
			if (effect instanceof Effect.Send && !isActive(effect)) {
				check(before.spare().pid() != 0 || event instanceof Event.Spawned, "a signal needs a spare");
			}
			if (effect instanceof Effect.Send && isActive(effect)) {
				check(before.hasProcess(), "a signal needs a process");
			}
		}
		check(spawns + quits <= 1, "one thing at a time");
		if (spawns == 1) {
			check(!next.hasProcess(), "no second process beside the first");
			check(next.phase() instanceof Launching, "a process is being started");
			check(onlyWordsFollow(step), "after starting a process there is only something to tell");
		}
		if (quits == 1) {
			check(!next.hasProcess(), "no process is left alone");
			check(last(step) instanceof Effect.Quit, "quitting comes last");
			check(next.spare().pid() == 0, "no spare is left alone");
		}
		if (before.hasProcess() && !next.hasProcess()) {
			check(isActive(event) && event instanceof Event.Exited, "only the end ends a process");
			check(spawns == 1 || quits == 1 || next.phase() instanceof BackingOff
					|| (next.phase() instanceof Ending && next.wakeAt() != Phase.NEVER), "nobody waits for ever");
		}
		boolean isDeclined = (before.phase() instanceof Off off && off.isDeclined())
				|| (before.phase() instanceof ShuttingDown && before.phase().wakeAt() == Phase.NEVER);
		if (next.phase() instanceof Warned || next.phase() instanceof Killed || next.phase() instanceof BackingOff
				|| next.phase() instanceof Closing || next.phase() instanceof BeingReplaced
				|| (next.phase() instanceof ShuttingDown && !isDeclined)) {
			check(next.wakeAt() != Phase.NEVER, "there is a deadline");
		}
		boolean runs = next.phase() instanceof Running || next.phase() instanceof ComingUp;
		check(!runs || isQuorate(next) || !isQuorate(before) && next.phase().equals(before.phase()),
				"nobody begins to run, or goes on, without quorum");
		checkReplies(event, next, replies);
	}

	private static boolean isActive(Effect effect) {
		return !(effect instanceof Effect.Spawn spawn && spawn.lane() == Lane.SPARE)
				&& !(effect instanceof Effect.Send send && send.lane() == Lane.SPARE)
				&& !(effect instanceof Effect.Reply reply && reply.lane() == Lane.SPARE);
	}

	private static boolean isActive(Event event) {
		return !(event instanceof Event.Initialize initialize && initialize.lane() == Lane.SPARE)
				&& !(event instanceof Event.Register register && register.lane() == Lane.SPARE)
				&& !(event instanceof Event.StandBy standBy && standBy.lane() == Lane.SPARE)
				&& !(event instanceof Event.WarnSignal warnSignal && warnSignal.lane() == Lane.SPARE)
				&& !(event instanceof Event.ExtendStartup extend && extend.lane() == Lane.SPARE)
				&& !(event instanceof Event.Exited exited && exited.lane() == Lane.SPARE)
				&& !(event instanceof Event.SpawnFailed failed && failed.lane() == Lane.SPARE)
				&& !(event instanceof Event.Spawned spawned && spawned.lane() == Lane.SPARE);
	}

	private static boolean isQuorate(Supervision supervision) {
		Event.Quorum quorum = supervision.quorum();
		return !supervision.options().recoveryPolicy().needsQuorum() || (quorum != null && quorum.quorate());
	}

	private static void checkReplies(Event event, Supervision next, List<Integer> replies) {
		boolean isRequest = event instanceof Event.Initialize || event instanceof Event.Register
				|| event instanceof Event.Start || event instanceof Event.Stop || event instanceof Event.WarnSignal
				|| event instanceof Event.MarkFailed || event instanceof Event.Recover || event instanceof Event.Finish
				|| event instanceof Event.Replace replace && replace.request() == REQUEST
				|| event instanceof Event.Decline || event instanceof Event.ExtendStartup
				|| event instanceof Event.StandBy;
		long answers = replies.stream().filter((request) -> request == REQUEST).count();
		if (isRequest && isActive(event) && !(event instanceof Event.Start && next.phase() instanceof AwaitingQuorum)) {
			check(answers >= 1, "every request is answered");
		}
		check(replies.stream().distinct().count() == replies.size() || next.phase() instanceof AwaitingQuorum
				|| event instanceof Event.Stop || event instanceof Event.Finish || event instanceof Event.Decline,
				"no request is answered twice");
	}

	private static boolean onlyWordsFollow(Supervision.Step step) {
		boolean isStarted = false;
		for (Effect effect : step.effects()) {
			if (isStarted && !(effect instanceof Effect.Report) && !(effect instanceof Effect.Say)) {
				return false;
			}
			isStarted |= isActive(effect) && effect instanceof Effect.Spawn;
		}
		return isStarted;
	}

	private static Effect last(Supervision.Step step) {
		return step.effects().get(step.effects().size() - 1);
	}

	private static void check(boolean condition, String rule) {
		if (!condition) {
			throw new AssertionError(rule);
		}
	}

	@Test
	void everyPhaseShouldBeInTheTable() {
		SamOptions options = SamOptions.builder(Duration.ofSeconds(2), RecoveryPolicy.QUORUM_RESTART)
			.restartLimits(SLOW)
			.standby("hot")
			.build();
		List<Class<?>> seen = new ArrayList<>();
		phases(options).values().forEach((phase) -> seen.add(phase.get().supervision().phase().getClass()));
		assertThat(seen).containsAll(phaseClasses(Phase.class));
	}

	private static List<Class<?>> phaseClasses(Class<?> type) {
		if (!type.isSealed()) {
			return List.of(type);
		}
		return Stream.of(type.getPermittedSubclasses()).flatMap((sub) -> phaseClasses(sub).stream()).toList();
	}

	@Test
	void everyEventShouldBeInTheTable() {
		List<Class<?>> seen = new ArrayList<>(List.of(Event.Begin.class, Event.Adopted.class, Event.Spawned.class));
		events(Story.running(), Story.restart().build()).forEach((event) -> seen.add(event.getClass()));
		List<Class<?>> events = new ArrayList<>(List.of(Event.class.getPermittedSubclasses()));
		assertThat(seen).containsAll(events);
	}

}
