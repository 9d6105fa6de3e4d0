package io.github.samboot.watchdog.internal.supervision;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;

/**
 * The table of states and events as text. Each cell says what the rules that ship did
 * when they were run in typical situations; nothing in it is written by hand.
 */
final class StateTable {

	private static final String IGNORED = "ignored";

	private static final String ANSWERED = "answered";

	/** It overrides nothing. */
	private static final Class<?> DEFAULTS = Ended.class;

	private static final int REQUEST = 777;

	private static final SamOptions OPTIONS = options(RecoveryPolicy.QUORUM_RESTART, 3);

	private final Map<Class<?>, Map<String, State>> states = new LinkedHashMap<>();

	private final Map<String, Map<String, Happening>> events = new LinkedHashMap<>();

	private final Map<String, Map<String, Happening>> spareEvents = new LinkedHashMap<>();

	private final Set<Class<?>> eventClasses = new LinkedHashSet<>();

	StateTable() {
		addPhases();
		addSpares();
		addEvents();
		addSpareEvents();
	}

	/**
	 * The watchdog's state, and when it is that.
	 */
	private record State(Supervision supervision, long now) {

		State(Story story) {
			this(story.supervision(), story.now());
		}

		State and(Event event) {
			return new State(this.supervision.step(event, new Moment(this.now, 0)).next(), this.now);
		}

		/**
		 * Let time pass, and the watchdog look whenever it wants to.
		 */
		State until(long time, boolean beats) {
			State state = this;
			long wakeAt = this.supervision.wakeAt();
			while (wakeAt != LaneState.NEVER && wakeAt - time < 0) {
				state = new State(state.supervision, wakeAt).and(new Event.TimePassed(beats ? wakeAt : 0, ""));
				wakeAt = state.supervision.wakeAt();
			}
			return new State(state.supervision, time);
		}

	}

	/**
	 * An event, and in which state it happens.
	 */
	private record Happening(Function<State, State> state, Function<State, Event> event) {

	}

	private static SamOptions options(RecoveryPolicy policy, int maxRestarts) {
		return SamOptions.builder(Story.INTERVAL, policy)
			.warnSignal(Signal.SIGUSR1)
			.cmap(true)
			.startupTimeout(Duration.ofSeconds(30))
			.restartLimits(new RestartLimits(maxRestarts, Duration.ofMinutes(10), Duration.ofSeconds(1),
					Duration.ofSeconds(4)))
			.standby("hot")
			.standbyDelay(Duration.ofSeconds(5))
			.build();
	}

	Set<Class<?>> stateClasses() {
		return this.states.keySet();
	}

	Set<Class<?>> eventClasses() {
		return this.eventClasses;
	}

	private void state(Class<?> type, String situation, State state) {
		Object actual = Spare.class.isAssignableFrom(type) ? state.supervision().spare() : state.supervision().phase();
		if (actual.getClass() != type) {
			throw new IllegalStateException(situation + " is " + actual + ", not " + type.getSimpleName());
		}
		this.states.computeIfAbsent(type, (key) -> new LinkedHashMap<>()).put(situation, state);
	}

	private static Story quorate(SamOptions options) {
		return Story.registered(options).happens(Story.quorate());
	}

	private static Story running(SamOptions options) {
		return quorate(options).starts();
	}

	private static Story nearlySilent(SamOptions options) {
		return running(options).beats().afterMillis(1999);
	}

	private static Story ready() {
		return running(OPTIONS).withSpareReady();
	}

	private static Story replaced() {
		return running(OPTIONS).happens(new Event.Replace(""));
	}

	private static Story later() {
		return running(OPTIONS).exits(1).registers(OPTIONS);
	}

	private void addPhases() {
		SamOptions quit = options(RecoveryPolicy.QUORUM_QUIT, 3);
		SamOptions atLimit = options(RecoveryPolicy.QUORUM_RESTART, 0);
		State exitedOnce = new State(running(OPTIONS)).and(new Event.Exited(Lane.ACTIVE, new ExitStatus(1)));
		state(Launching.class, "no instance has been up", new State(new Story()));
		state(Launching.class, "later instance", exitedOnce);
		state(Starting.class, "before initialize", new State(Story.started().happens(Story.quorate())));
		state(Starting.class, "no instance has been up", new State(quorate(OPTIONS)));
		state(Starting.class, "later instance", new State(later()));
		Event.Start startsUp = new Event.Start(3, true, false);
		state(AwaitingQuorum.class, "waits for quorum",
				new State(Story.registered(OPTIONS).happens(Story.notQuorate()).happens(startsUp)));
		state(AwaitingQuorum.class, "about to go on",
				new State(running(OPTIONS).happens(Story.notQuorate())
					.exits(1)
					.registers(OPTIONS)
					.happens(new Event.Start(3, true, false))
					.happens(Story.quorate())));
		state(ComingUp.class, "no instance has been up", new State(quorate(OPTIONS).happens(startsUp)));
		state(ComingUp.class, "later instance", new State(later().happens(startsUp)));
		state(Running.class, "no spare", new State(nearlySilent(OPTIONS)));
		state(Running.class, "spare ready", new State(ready().beats().afterMillis(1999)));
		state(Running.class, "policy quit", new State(nearlySilent(quit)));
		state(Running.class, "at the restart limit", new State(nearlySilent(atLimit)));
		state(Running.class, "replacement in preparation", new State(replaced().beats().afterMillis(1999)));
		state(BeingReplaced.class, "within the shutdown timeout", new State(replaced().withReplacementReady()));
		state(BeingReplaced.class, "killed", new State(replaced().withReplacementReady().after(Duration.ofMinutes(1))));
		state(Off.class, "stopped", new State(running(OPTIONS).happens(new Event.Stop(5))));
		state(Off.class, "declined", new State(quorate(OPTIONS).happens(new Event.Decline(5, "no"))));
		state(Closing.class, "within the shutdown timeout", new State(running(OPTIONS).happens(new Event.Stopping())));
		state(Closing.class, "killed",
				new State(running(OPTIONS).happens(new Event.Stopping()).after(Duration.ofMinutes(1))));
		state(Closing.class, "after System.exit", new State(running(OPTIONS).happens(new Event.Exiting())));
		state(Closing.class, "after System.exit, killed",
				new State(running(OPTIONS).happens(new Event.Exiting()).after(Duration.ofMinutes(1))));
		state(Warned.class, "for a missed heartbeat", new State(running(OPTIONS).after(Story.INTERVAL)));
		state(Warned.class, "for another failure", new State(running(OPTIONS).happens(new Event.Unhealthy("sick"))));
		state(Warned.class, "policy quit", new State(running(quit).happens(new Event.Unhealthy("sick"))));
		Story killed = running(OPTIONS).happens(new Event.Unhealthy("sick")).after(Story.INTERVAL);
		state(Killed.class, "no spare", new State(killed));
		state(Killed.class, "spare ready",
				new State(ready().happens(new Event.Unhealthy("sick")).after(Story.INTERVAL)));
		state(Killed.class, "policy quit",
				new State(running(quit).happens(new Event.Unhealthy("sick")).after(Story.INTERVAL)));
		state(ShuttingDown.class, "by SIGTERM",
				new State(running(OPTIONS).happens(new Event.StopRequested(Signal.SIGTERM))));
		state(ShuttingDown.class, "by SIGINT, not passed on yet",
				new State(running(OPTIONS).happens(new Event.StopRequested(Signal.SIGINT))));
		state(ShuttingDown.class, "killed", new State(
				running(OPTIONS).happens(new Event.StopRequested(Signal.SIGTERM)).after(Duration.ofMinutes(1))));
		state(BackingOff.class, "no spare", new State(later().exits(1)));
		state(Ending.class, "spare ending", new State(ready().exits(0)));
		state(Ended.class, "", new State(running(OPTIONS).exits(0)));
	}

	private void addSpares() {
		state(NoSpare.class, "planned", new State(running(OPTIONS)));
		state(NoSpare.class, "not planned", new State(quorate(OPTIONS)));
		Story starting = running(OPTIONS).startsSparesLater().beatsThrough(Duration.ofSeconds(5));
		state(PreparingSpare.class, "pid not known yet", new State(starting));
		State preparing = new State(running(OPTIONS).beatsThrough(Duration.ofSeconds(5)));
		state(PreparingSpare.class, "before initialize", preparing);
		state(PreparingSpare.class, "after initialize", preparing.and(new Event.Initialize(Lane.SPARE, 9, OPTIONS)));
		state(PreparingSpare.class, "for a planned replacement",
				new State(replaced().beats().afterMillis(1)).and(new Event.Initialize(Lane.SPARE, 9, OPTIONS)));
		state(ReadySpare.class, "in register", new State(ready()));
		state(ReadySpare.class, "standing by", preparing.and(new Event.StandBy(Lane.SPARE, 9)));
		state(LeavingSpare.class, "killed", new State(ready().happens(new Event.SpareUnusable("stale", false))));
		state(LeavingSpare.class, "while the watchdog is ending", new State(ready().exits(0)));
		state(LeavingSpare.class, "killed while the watchdog is ending",
				new State(ready().exits(0).after(Duration.ofSeconds(5))));
		state(LeavingSpare.class, "pid not known yet", new State(
				running(OPTIONS).startsSparesLater().beatsThrough(Duration.ofSeconds(5)).happens(new Event.Finish(9))));
	}

	private void on(Map<String, Map<String, Happening>> rows, String row, String variant, Event event) {
		this.eventClasses.add(event.getClass());
		rows.computeIfAbsent(row, (key) -> new LinkedHashMap<>())
			.put(variant, new Happening(Function.identity(), (state) -> event));
	}

	private void time(Map<String, Map<String, Happening>> rows, String variant, boolean beats, Duration late) {
		this.eventClasses.add(Event.TimePassed.class);
		boolean isSpare = rows == this.spareEvents;
		rows.computeIfAbsent("TimePassed", (key) -> new LinkedHashMap<>())
			.put(variant, new Happening((state) -> atDeadline(state, isSpare, late.toNanos()),
					(state) -> new Event.TimePassed(beats ? state.now() : 0, "")));
	}

	private static State atDeadline(State state, boolean isSpare, long late) {
		Phase phase = state.supervision().phase();
		long due = (phase instanceof Warned) ? phase.deadline() : phase.wakeAt();
		if (isSpare) {
			due = state.supervision().spare().wakeAt();
		}
		if (due == LaneState.NEVER) {
			return new State(state.supervision(), state.now() + late);
		}
		State then = state.until(Math.max(due, state.now()), isSpare);
		return new State(then.supervision(), then.now() + late);
	}

	private void addEvents() {
		var rows = this.events;
		on(rows, "Begin", "", new Event.Begin());
		on(rows, "Adopted", "", new Event.Adopted(55, 3, true));
		on(rows, "Spawned", "", new Event.Spawned(Lane.ACTIVE, 99));
		on(rows, "SpawnFailed", "", new Event.SpawnFailed(Lane.ACTIVE, "no"));
		on(rows, "Exited", "clean exit code", new Event.Exited(Lane.ACTIVE, new ExitStatus(0)));
		on(rows, "Exited", "other exit code", new Event.Exited(Lane.ACTIVE, new ExitStatus(3)));
		on(rows, "Exited", "SIGKILL", new Event.Exited(Lane.ACTIVE, new ExitStatus(137)));
		on(rows, "Exited", "unknown code", new Event.Exited(Lane.ACTIVE, ExitStatus.UNKNOWN));
		time(rows, "deadline", false, Duration.ZERO);
		time(rows, "deadline, heartbeats in time", true, Duration.ZERO);
		time(rows, "long after the deadline", false, Duration.ofMinutes(2));
		on(rows, "StopRequested", "SIGTERM", new Event.StopRequested(Signal.SIGTERM));
		on(rows, "StopRequested", "SIGINT", new Event.StopRequested(Signal.SIGINT));
		on(rows, "Quorum", "quorate", Story.quorate());
		on(rows, "Quorum", "not quorate", Story.notQuorate());
		on(rows, "Initialize", "", new Event.Initialize(Lane.ACTIVE, REQUEST, options(RecoveryPolicy.RESTART, 9)));
		on(rows, "Register", "", new Event.Register(Lane.ACTIVE, REQUEST));
		on(rows, "StandBy", "", new Event.StandBy(Lane.ACTIVE, REQUEST));
		on(rows, "Start", "start-up is over", new Event.Start(REQUEST, false, false));
		on(rows, "Start", "start-up continues", new Event.Start(REQUEST, true, false));
		on(rows, "Start", "resumed after the loss of a watchdog", new Event.Start(REQUEST, false, true));
		on(rows, "Ready", "", new Event.Ready());
		on(rows, "Stop", "", new Event.Stop(REQUEST));
		on(rows, "Stopping", "", new Event.Stopping());
		on(rows, "Exiting", "", new Event.Exiting());
		on(rows, "Beat", "", new Event.Beat());
		on(rows, "Unhealthy", "", new Event.Unhealthy("sick"));
		on(rows, "WarnSignal", "", new Event.WarnSignal(Lane.ACTIVE, REQUEST, Signal.SIGUSR2));
		on(rows, "MarkFailed", "", new Event.MarkFailed(REQUEST));
		on(rows, "Recover", "", new Event.Recover(REQUEST, "please"));
		on(rows, "Replace", "", new Event.Replace(REQUEST, "please"));
		on(rows, "Finish", "", new Event.Finish(REQUEST));
		on(rows, "Decline", "", new Event.Decline(REQUEST, "no"));
		on(rows, "ExtendStartup", "", new Event.ExtendStartup(Lane.ACTIVE, REQUEST, Duration.ofHours(1).toNanos()));
	}

	private void addSpareEvents() {
		var rows = this.spareEvents;
		on(rows, "Spawned", "", new Event.Spawned(Lane.SPARE, 99));
		on(rows, "SpawnFailed", "", new Event.SpawnFailed(Lane.SPARE, "no"));
		on(rows, "Exited", "", new Event.Exited(Lane.SPARE, new ExitStatus(1)));
		time(rows, "deadline", true, Duration.ZERO);
		time(rows, "long after the deadline", true, Duration.ofMinutes(2));
		on(rows, "Initialize", "same cluster options", new Event.Initialize(Lane.SPARE, REQUEST, OPTIONS));
		on(rows, "Initialize", "other cluster options",
				new Event.Initialize(Lane.SPARE, REQUEST, options(RecoveryPolicy.RESTART, 3)));
		on(rows, "Register", "", new Event.Register(Lane.SPARE, REQUEST));
		on(rows, "StandBy", "", new Event.StandBy(Lane.SPARE, REQUEST));
		on(rows, "WarnSignal", "", new Event.WarnSignal(Lane.SPARE, REQUEST, Signal.SIGUSR2));
		on(rows, "ExtendStartup", "", new Event.ExtendStartup(Lane.SPARE, REQUEST, Duration.ofHours(1).toNanos()));
		on(rows, "SpareUnusable", "", new Event.SpareUnusable("stale", true));
	}

	String render() {
		StringBuilder text = new StringBuilder(
				"""
						# State table

						What each event leads to in each state of the watchdog. `StateTableTests` writes this page by running
						the rules, and fails when it is stale. Write it again with

						    mvn -pl sam-watchdog test -Dtest=StateTableTests -Dsam.state-table.write=true

						The rules are in `io.github.samboot.watchdog.internal.supervision`. Each state has a file with its name. What
						several states do alike is in the interfaces that they share, such as `Phase`, `Started` and `StartingUp`; longer
						answers are in `Startup`, `Exits`, `Stops`, `Recovery`, `Replacement` and `Spare`. A cell shows what they did
						in each situation of the state and for each kind of the event, which are named in italics where they make a
						difference. Every cell was run with `recovery-policy: quorum-restart`, the warn signal SIGUSR1, `cmap: true`
						and `standby: hot`, except where it says *policy quit*. The first restart is immediate, the second one in a
						row waits (`BackingOff`). Log lines, saving, and the published state
						(it follows from the phase) are left out.

						""");
		lane(text, "## The active instance", this.events, Phase.class);
		lane(text, "## The spare", this.spareEvents, Spare.class);
		return text.toString().stripTrailing() + '\n';
	}

	private void lane(StringBuilder text, String title, Map<String, Map<String, Happening>> rows, Class<?> lane) {
		boolean isSpare = lane == Spare.class;
		List<Class<?>> columns = this.states.keySet().stream().filter(lane::isAssignableFrom).toList();
		Map<String, String> defaults = new LinkedHashMap<>();
		rows.forEach((row, variants) -> defaults.put(row,
				isSpare ? IGNORED : cell(this.states.get(DEFAULTS), variants, false)));
		text.append(title).append("\n\n`·` ignored, `a` only answered, ");
		text.append(isSpare ? "" : "`d` as in every phase, ");
		text.append("`x` something else follows: see below.\n\n| event |");
		columns.forEach((type) -> text.append(' ').append(type.getSimpleName()).append(" |"));
		text.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
		Map<Class<?>, Map<String, String>> cells = new LinkedHashMap<>();
		rows.forEach((row, variants) -> {
			text.append("| ").append(row).append(" |");
			for (Class<?> type : columns) {
				String cell = cell(this.states.get(type), variants, isSpare);
				cells.computeIfAbsent(type, (key) -> new LinkedHashMap<>()).put(row, cell);
				text.append(' ').append(mark(cell, defaults.get(row))).append(" |");
			}
			text.append('\n');
		});
		text.append('\n');
		if (!isSpare) {
			text.append("### In every phase\n\nUnless the phase says something else:\n\n");
			table(text, defaults, Map.of());
		}
		cells.forEach((type, byEvent) -> {
			text.append("### ").append(type.getSimpleName()).append("\n\n");
			Set<String> situations = this.states.get(type).keySet();
			if (situations.size() > 1) {
				text.append("Situations: ").append(String.join("; ", situations)).append(".\n\n");
			}
			table(text, byEvent, defaults);
		});
	}

	private static String mark(String cell, String defaultCell) {
		if (cell.equals(IGNORED)) {
			return "·";
		}
		if (cell.equals(ANSWERED)) {
			return "a";
		}
		return cell.equals(defaultCell) ? "d" : "x";
	}

	private static void table(StringBuilder text, Map<String, String> cells, Map<String, String> defaults) {
		Map<String, List<String>> others = new LinkedHashMap<>();
		for (String other : List.of("As in every phase", "Only answered", "Ignored")) {
			others.put(other, new ArrayList<>());
		}
		StringBuilder rows = new StringBuilder();
		cells.forEach((row, cell) -> {
			switch (mark(cell, defaults.get(row))) {
				case "·" -> others.get("Ignored").add(row);
				case "a" -> others.get("Only answered").add(row);
				case "d" -> others.get("As in every phase").add(row);
				default -> rows.append("| ").append(row).append(" | ").append(cell).append(" |\n");
			}
		});
		if (!rows.isEmpty()) {
			text.append("| event | what follows |\n|---|---|\n").append(rows).append('\n');
		}
		others.values().removeIf(List::isEmpty);
		List<String> sentences = new ArrayList<>();
		others.forEach((other, events) -> sentences.add(other + ": " + String.join(", ", events) + "."));
		text.append(String.join(" ", sentences)).append(sentences.isEmpty() ? "" : "\n\n");
	}

	/**
	 * What follows, for each combination of situation and kind of event; said once where
	 * it is the same.
	 */
	private static String cell(Map<String, State> situations, Map<String, Happening> variants, boolean isSpare) {
		Map<String, Map<String, Set<String>>> outcomes = new LinkedHashMap<>();
		variants.forEach((variant,
				happening) -> situations.forEach((situation, state) -> outcomes
					.computeIfAbsent(outcome(state, happening, isSpare), (key) -> new LinkedHashMap<>())
					.computeIfAbsent(situation, (key) -> new LinkedHashSet<>())
					.add(variant)));
		if (outcomes.size() == 1) {
			return outcomes.keySet().iterator().next();
		}
		List<String> parts = new ArrayList<>();
		outcomes.forEach((outcome, when) -> {
			Map<Set<String>, List<String>> byVariants = new LinkedHashMap<>();
			when.forEach(
					(situation, kinds) -> byVariants.computeIfAbsent(kinds, (key) -> new ArrayList<>()).add(situation));
			List<String> conditions = new ArrayList<>();
			byVariants.forEach((kinds, in) -> {
				String kind = (kinds.size() < variants.size()) ? String.join(" / ", kinds) : "";
				String situation = (in.size() < situations.size()) ? String.join(" / ", in) : "";
				conditions.add(situation + (situation.isEmpty() || kind.isEmpty() ? "" : ", ") + kind);
			});
			parts.add("*" + String.join("; ", conditions) + "*: " + outcome);
		});
		return String.join("<br>", parts);
	}

	private static String outcome(State situation, Happening happening, boolean isSpare) {
		State state = happening.state().apply(situation);
		Event event = happening.event().apply(state);
		Supervision before = state.supervision();
		Supervision.Step step = before.step(event, new Moment(state.now(), 0));
		List<String> words = new ArrayList<>();
		step.effects().forEach((effect) -> words.addAll(words(effect, event)));
		boolean isOnlyAnswered = words.equals(List.of("answer"));
		words.addAll(changes(before, step.next(), isSpare));
		if (words.isEmpty()) {
			return IGNORED;
		}
		return (isOnlyAnswered && words.size() == 1) ? ANSWERED : String.join(", ", words);
	}

	private static List<String> changes(Supervision before, Supervision next, boolean isSpare) {
		List<String> words = new ArrayList<>();
		if (before.isInitialized() != next.isInitialized() || !before.options().equals(next.options())) {
			words.add("options in force");
		}
		if (before.warnSignal() != next.warnSignal()) {
			words.add("warn signal set");
		}
		if (!before.instance().isRegistered() && next.instance().isRegistered()) {
			words.add("registered");
		}
		if (!before.instance().isExiting() && next.instance().isExiting()) {
			words.add("noted as exiting");
		}
		boolean wasQuorate = before.quorum() != null && before.quorum().quorate();
		boolean isQuorate = next.quorum() != null && next.quorum().quorate();
		if (wasQuorate != isQuorate) {
			words.add("quorum noted");
		}
		if (before.replacement().state() != next.replacement().state()) {
			words.add("replacement " + next.replacement().state().name().toLowerCase(Locale.ROOT));
		}
		words.addAll(change(before.phase(), next.phase(), "", !isSpare));
		words.addAll(change(before.spare(), next.spare(), isSpare ? "" : "spare ", isSpare));
		return words;
	}

	private static List<String> change(LaneState before, LaneState next, String prefix, boolean isDetailed) {
		if (before.getClass() != next.getClass()) {
			return List.of(prefix + "→ **" + next.getClass().getSimpleName() + "**");
		}
		if (!isDetailed) {
			return List.of();
		}
		List<String> changed = new ArrayList<>();
		for (RecordComponent component : before.getClass().getRecordComponents()) {
			if (!Objects.equals(value(before, component), value(next, component))) {
				changed.add(component.getName().replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT));
			}
		}
		return changed.isEmpty() ? List.of() : List.of("stays (new: " + String.join(", ", changed) + ")");
	}

	private static Object value(LaneState record, RecordComponent component) {
		try {
			component.getAccessor().setAccessible(true);
			return component.getAccessor().invoke(record);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> words(Effect effect, Event event) {
		if (effect instanceof Effect.Spawn spawn) {
			return List.of((spawn.lane() == Lane.SPARE) ? "start a spare" : "start an instance");
		}
		if (effect instanceof Effect.Send send) {
			return List.of("send " + send.signal() + ((send.lane() == Lane.SPARE) ? " to the spare" : ""));
		}
		if (effect instanceof Effect.Reply reply) {
			String what = (reply.request() == REQUEST) ? "" : " the call that waited";
			return List.of(((reply.error() == CsError.OK) ? "answer" : "refuse") + what);
		}
		if (effect instanceof Effect.AnnounceRecovery announce) {
			return List.of("announce recovery (" + announce.reason().id() + ")");
		}
		if (effect instanceof Effect.AnnounceReplacement) {
			return List.of("announce the replacement");
		}
		if (effect instanceof Effect.AnnounceQuorum) {
			return List.of("announce quorum");
		}
		if (effect instanceof Effect.Promote) {
			return List.of("promote the spare");
		}
		if (effect instanceof Effect.Report) {
			return List.of("report the incident");
		}
		if (effect instanceof Effect.Quit quit) {
			return List.of("quit with " + code(quit.code(), event) + (quit.isFailure() ? " (failure)" : ""));
		}
		return List.of();
	}

	private static String code(int code, Event event) {
		if (event instanceof Event.Exited exited && exited.lane() == Lane.ACTIVE && exited.status().code() == code) {
			return "its code";
		}
		if (event instanceof Event.StopRequested stop && stop.signal().exitStatus() == code) {
			return "the code of the signal";
		}
		return "code " + code;
	}

}
