package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.watchdog.internal.systemd.UnitState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What systemd is told in which state.
 */
@Tag("any-java")
class UnitStateTests {

	private static final String EXTENSION = "EXTEND_TIMEOUT_USEC=30000000\n";

	private UnitState known = UnitState.UNKNOWN;

	private String told(Story story) {
		UnitState state = this.known.now(story.supervision());
		String message = state.message(this.known);
		this.known = state;
		return message;
	}

	@Test
	void unitShouldBeReadyWhenTheApplicationIsAndStoppingWhenThereIsNoWayBack() {
		SamOptions options = Story.restart().startupTimeout(Duration.ofMinutes(5)).build();
		Story story = Story.started();
		assertThat(told(story)).isEqualTo("STATUS=starting, instance 0, pid 100\n");
		story.registers(options);
		assertThat(told(story)).isEqualTo(EXTENSION);
		story.happens(new Event.Start(3, true, false));
		assertThat(told(story)).isEqualTo(EXTENSION);
		story.happens(new Event.Ready());
		assertThat(told(story)).isEqualTo("STATUS=running, instance 0, pid 100\nREADY=1\n");
		story.exits(137);
		assertThat(told(story)).isEqualTo("STATUS=starting, instance 1, pid 101, last incident: process-exit\n");
		story.registers(options).starts();
		assertThat(told(story)).isEqualTo("STATUS=running, instance 1, pid 101, last incident: process-exit\n");
		assertThat(told(story)).isEmpty();
		story.happens(new Event.Unhealthy("sick"));
		assertThat(told(story)).isEqualTo("STATUS=recovering, instance 1, pid 101, last incident: process-exit\n");
		story.happens(new Event.StopRequested(Signal.SIGTERM));
		assertThat(told(story))
			.isEqualTo("STATUS=stopping, instance 1, pid 101, last incident: process-exit\nSTOPPING=1\n");
		story.exits(143);
		assertThat(told(story)).isEqualTo("STATUS=stopped, instance 1, last incident: process-exit\n");
	}

	@Test
	void applicationThatClosesMayComeBackAndIsNotReportedAsStopping() {
		Story story = Story.running();
		told(story);
		story.happens(new Event.Stopping());
		assertThat(told(story)).isEqualTo("STATUS=stopping, instance 0, pid 100\n");
		story.exits(1);
		assertThat(told(story)).startsWith("STATUS=starting, instance 1").doesNotContain("STOPPING");
	}

	@Test
	void applicationThatRunsUnsupervisedShouldBeReady() {
		Story story = Story.registered(Story.restart().build());
		told(story);
		story.happens(new Event.Decline(7, "it said so"));
		assertThat(told(story)).contains("STATUS=stopped, instance 0", "READY=1");
	}

	@Test
	void waitForQuorumShouldBeNoTimeout() {
		Story story = Story.registered(Story.quorumRestart().build()).happens(Story.notQuorate()).starts();
		assertThat(told(story)).contains("STATUS=waiting for quorum", EXTENSION);
		story.happens(Story.quorate());
		assertThat(told(story)).contains("STATUS=running", "READY=1").doesNotContain(EXTENSION);
	}

	@Test
	void startWithoutATimeoutShouldBeLeftToTheOneOfTheUnit() {
		Story story = Story.registered(Story.restart().startupTimeout(Duration.ZERO).build());
		assertThat(told(story)).doesNotContain(EXTENSION);
	}

	@Test
	void processThatCannotBeEndedShouldNotBeWell() {
		Story story = Story.running().happens(new Event.Unhealthy("sick")).after(Duration.ofSeconds(1));
		assertThat(this.known.now(story.supervision()).isWell()).isTrue();
		story.after(Duration.ofSeconds(60));
		assertThat(story.supervision().state()).isEqualTo(SupervisionState.FAILED);
		assertThat(this.known.now(story.supervision()).isWell()).isFalse();
	}

	static Stream<SamOptions> options() {
		return EveryEventInEveryPhaseTests.limitedOptions();
	}

	@ParameterizedTest
	@MethodSource("options")
	void everyStepShouldBeWithinTheProtocol(SamOptions options) {
		UnitState ready = UnitState.UNKNOWN.now(Story.running().supervision());
		EveryEventInEveryPhaseTests.phases(options).forEach((name, phase) -> {
			for (Event event : EveryEventInEveryPhaseTests.events(phase.get(), options)) {
				Story story = phase.get();
				Supervision before = story.supervision();
				Supervision after = before.step(event, new Moment(story.now(), 0)).next();
				assertStep(() -> name + " + " + event, UnitState.UNKNOWN.now(before), before, after);
				assertStep(() -> name + " + " + event + ", ready", ready.now(before), before, after);
			}
		});
	}

	private static void assertStep(Supplier<String> step, UnitState known, Supervision before, Supervision after) {
		UnitState state = known.now(after);
		String message = state.message(known);
		boolean isServed = after.state() == SupervisionState.RUNNING
				|| after.state() == SupervisionState.STOPPED && !after.isEnding();
		check(step, state.isReady() == (known.isReady() || isServed));
		check(step, message.contains("READY=1\n") == (state.isReady() && !known.isReady()));
		// what systemd takes for stopping is ended after its timeout
		check(step, !before.isEnding() || after.isEnding());
		check(step, state.isStopping() == after.isEnding());
		check(step, message.contains("STOPPING=1\n") == (state.isStopping() && !known.isStopping()));
		check(step, state.isWell() == (after.state() != SupervisionState.FAILED));
		boolean isExtended = message.contains("EXTEND_TIMEOUT_USEC=");
		check(step, !isExtended || !state.isReady() && !state.isStopping() && state.isWell());
		check(step, message.equals("") || message.endsWith("\n"));
	}

	private static void check(Supplier<String> step, boolean isSo) {
		if (!isSo) {
			throw new AssertionError(step.get());
		}
	}

}
