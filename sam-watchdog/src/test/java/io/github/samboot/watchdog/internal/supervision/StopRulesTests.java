package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a requested stop leads to, and calls that switch supervision off and on.
 */
class StopRulesTests {

	private static final Event SIGTERM = new Event.StopRequested(Signal.SIGTERM);

	private static final Event SIGINT = new Event.StopRequested(Signal.SIGINT);

	@TestFactory
	Stream<DynamicTest> stopShouldWinOverRecovery() {
		Map<String, Story> stories = new LinkedHashMap<>();
		stories.put("starting", Story.started());
		stories.put("registered", Story.registered(Story.restart().build()));
		stories.put("coming up", Story.registered(Story.restart().build()).happens(new Event.Start(3, true, false)));
		stories.put("running", Story.running());
		stories.put("off", Story.running().happens(new Event.Stop(3)));
		stories.put("closing", Story.running().happens(new Event.Stopping()));
		stories.put("warned", Story.running().after(Story.INTERVAL));
		stories.put("killed", Story.running().after(Story.INTERVAL.multipliedBy(2)));
		stories.put("later instance starting", Story.running().exits(1));
		stories.put("awaiting quorum", Story.running(Story.quorumRestart().build()));
		return stories.entrySet().stream().map((story) -> DynamicTest.dynamicTest(story.getKey(), () -> {
			story.getValue().then().happens(SIGTERM).assertSent(Signal.SIGTERM).assertState(SupervisionState.STOPPING);
			story.getValue().exits(1).assertQuit(1, false).assertState(SupervisionState.STOPPED);
		}));
	}

	@Test
	void recoveryShouldBeRefusedWhereNothingCanBeRecovered() {
		Event start = new Event.Start(3, true, false);
		for (Story story : new Story[] { Story.started(), Story.registered(Story.restart().build()),
				Story.registered(Story.quorumRestart().build()).happens(start),
				Story.running().happens(new Event.Stop(3)), Story.running().happens(new Event.Stopping()),
				Story.running().happens(SIGTERM) }) {
			story.then().happens(new Event.Recover(77, "please"));
			assertThat(story.replies(Lane.ACTIVE)).as(story.supervision().state().text())
				.singleElement()
				.satisfies((reply) -> {
					assertThat(reply.error()).isEqualTo(CsError.BAD_HANDLE);
					assertThat(reply.message()).endsWith("the state is " + story.supervision().state().text());
				});
			story.assertSent();
		}
	}

	@Test
	void recoveryMayBeAskedForAgain() {
		Story story = Story.running(Story.restart().build()).happens(new Event.Recover(76, "please"));
		story.then()
			.happens(new Event.Recover(77, "please"))
			.after(Story.INTERVAL)
			.happens(new Event.Recover(78, "please"))
			.after(Duration.ofSeconds(45))
			.happens(new Event.Recover(79, "please"));
		assertThat(story.supervision().state()).isEqualTo(SupervisionState.FAILED);
		assertThat(story.replies(Lane.ACTIVE)).extracting(Effect.Reply::error)
			.containsExactly(CsError.OK, CsError.OK, CsError.OK);
	}

	@Test
	void freezeWithinTheReactionTimeShouldNotShortenTheShutdown() {
		Story story = Story.running().then().happens(new Event.StopRequested(Signal.SIGINT));
		story.isFrozenFor(Duration.ofSeconds(50)).assertSent(Signal.SIGINT);
		story.after(Duration.ofSeconds(55)).assertSent(Signal.SIGINT);
		story.after(Duration.ofSeconds(10)).assertSent(Signal.SIGINT, Signal.SIGKILL);
	}

	@Test
	void stopWhileBackingOffShouldEndTheWatchdogAtOnce() {
		SamOptions options = Story.restart()
			.restartLimits(new RestartLimits(5, Duration.ofMinutes(5), Duration.ofSeconds(5), Duration.ofSeconds(5)))
			.build();
		Story.running(options).exits(1).exits(1).then().happens(SIGTERM).assertQuit(143, false);
	}

	@Test
	void applicationThatDoesNotStopShouldBeKilled() {
		Story story = Story.running(Story.restart().shutdownTimeout(Duration.ofSeconds(10)).build());
		story.happens(SIGTERM).then().after(Duration.ofSeconds(9)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGKILL).isKilledBySigkill().assertQuit(137, false);
	}

	@Test
	void applicationThatSurvivesSigkillShouldGetItAgain() {
		Story story = Story.running(Story.restart().shutdownTimeout(Duration.ofSeconds(10)).build());
		story.happens(SIGTERM).then().after(Duration.ofSeconds(40)).assertSent(Signal.SIGKILL, Signal.SIGKILL);
		assertThat(story.said()).contains("after SIGKILL");
	}

	@Test
	void freezeShouldNotShortenTheShutdown() {
		Story story = Story.running(Story.restart().shutdownTimeout(Duration.ofSeconds(10)).build()).happens(SIGTERM);
		story.then().isFrozenFor(Duration.ofMinutes(1)).after(Duration.ofSeconds(9)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGKILL);
	}

	@Test
	void freezeShouldNotShortenTheShutdownThoughItEndsBefore() {
		Story story = Story.running(Story.restart().shutdownTimeout(Duration.ofSeconds(10)).build()).happens(SIGTERM);
		story.then().isFrozenFor(Duration.ofSeconds(9)).after(Duration.ofSeconds(8)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGKILL);
	}

	@Test
	void signalFromTheTerminalShouldBePassedOnOnlyIfTheApplicationDoesNotReact() {
		Story story = Story.running().then().happens(SIGINT).assertNothingDone();
		story.afterMillis(249).assertNothingDone();
		story.afterMillis(1).assertSent(Signal.SIGINT);
		story.exits(130).assertQuit(130, false);
	}

	@Test
	void signalFromTheTerminalShouldNotBePassedOnToAnApplicationThatCloses() {
		Story story = Story.running().then().happens(SIGINT).afterMillis(100).happens(new Event.Stopping());
		story.after(Duration.ofSeconds(59)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGKILL);
		Story.running()
			.happens(new Event.Stopping())
			.then()
			.happens(SIGINT)
			.after(Duration.ofSeconds(59))
			.assertNothingDone();
	}

	@Test
	void secondSignalShouldBePassedOnAtOnce() {
		Story.running().happens(SIGINT).then().happens(SIGTERM).assertSent(Signal.SIGTERM);
	}

	@Test
	void stopShouldSwitchSupervisionOffAndStartOnAgain() {
		Story story = Story.running().then().happens(new Event.Stop(5)).assertState(SupervisionState.STOPPED);
		story.after(Duration.ofDays(1)).happens(new Event.Unhealthy("nobody cares")).assertNothingDone();
		story.starts().assertState(SupervisionState.RUNNING).after(Story.INTERVAL).assertSent(Signal.SIGTERM);
	}

	@Test
	void stopOfAnInstanceThatANewWatchdogDoesNotKnowAsStartedShouldSwitchItsTimeoutsOff() {
		Story story = new Story().happens(new Event.Adopted(55, 3, true))
			.registers(Story.restart().startupTimeout(Duration.ofMinutes(5)).build());
		story.happens(new Event.Stop(9))
			.then()
			.after(Duration.ofDays(1))
			.assertNothingDone()
			.assertState(SupervisionState.STOPPED);
	}

	@Test
	void finalizeShouldEndSupervisionForGood() {
		Story story = Story.running().then().happens(new Event.Finish(5));
		assertThat(story.replies(Lane.ACTIVE)).containsExactly(Effect.Reply.ok(Lane.ACTIVE, 5));
		story.after(Duration.ofDays(1)).assertNothingDone();
	}

	@Test
	void finalizeShouldReleaseAThreadThatWaitsForQuorum() {
		Story story = Story.running(Story.quorumRestart().build());
		int start = story.lastRequest();
		story.then().happens(new Event.Finish(50));
		assertThat(story.replies(Lane.ACTIVE)).extracting(Effect.Reply::request).containsExactly(start, 50);
		assertThat(story.replies(Lane.ACTIVE).get(0).error()).isEqualTo(CsError.BAD_HANDLE);
	}

	@Test
	void declineShouldLeaveATransparentParent() {
		Story story = Story.started().then().happens(new Event.Decline(1, "sam.enabled is false"));
		assertThat(story.said()).contains("runs unsupervised: sam.enabled is false");
		story.after(Duration.ofDays(1)).assertNothingDone();
		story.happens(SIGTERM).assertSent(Signal.SIGTERM).exits(143).assertQuit(143, false);
	}

	@Test
	void applicationThatIsNotSupervisedShouldTakeItsTimeToStop() {
		Story story = Story.started().then().happens(new Event.Decline(1, "sam.enabled is false")).happens(SIGTERM);
		story.after(Duration.ofDays(1)).assertSent(Signal.SIGTERM);
		story.happens(SIGINT).afterMillis(250).assertSent(Signal.SIGTERM, Signal.SIGINT);
		story.after(Duration.ofDays(1)).exits(130).assertQuit(130, false);
	}

	@Test
	void declineAfterInitializeShouldLeaveATransparentParentForAnyInstance() {
		Story story = Story.running().exits(1).happens(new Event.Decline(1, "it has no SAM"));
		story.then()
			.after(Duration.ofDays(1))
			.happens(new Event.Exiting())
			.after(Duration.ofDays(1))
			.assertNothingDone();
		story.exits(5).assertQuit(5, false);
	}

	@Test
	void instanceThatDeclinedAndRegistersAfterAllShouldBeSupervised() {
		Story story = Story.started()
			.happens(new Event.Initialize(Lane.ACTIVE, 1, Story.restart().build()))
			.happens(new Event.Decline(1, "it has no SAM"));
		story.after(Duration.ofDays(1))
			.happens(new Event.Register(Lane.ACTIVE, 2))
			.happens(new Event.Start(3, true, false));
		story.happens(new Event.Ready()).assertState(SupervisionState.RUNNING);
		story.then().exits(1).assertSpawned(1);
	}

	@Test
	void instanceThatDeclinedAndRegistersAfterAllShouldNotTakeForEverToStart() {
		Story story = Story.started()
			.happens(
					new Event.Initialize(Lane.ACTIVE, 1, Story.restart().startupTimeout(Duration.ofMinutes(5)).build()))
			.happens(new Event.Decline(1, "it has no SAM"))
			.happens(new Event.Register(Lane.ACTIVE, 2));
		story.then().after(Duration.ofMinutes(5)).assertState(SupervisionState.RECOVERING);
	}

	@Test
	void callsOutOfOrderShouldBeRefused() {
		Story story = Story.started()
			.then()
			.happens(new Event.Register(Lane.ACTIVE, 1))
			.happens(new Event.Start(2, false, false));
		assertThat(story.replies(Lane.ACTIVE)).extracting(Effect.Reply::error)
			.containsExactly(CsError.BAD_HANDLE, CsError.BAD_HANDLE);
		story.assertState(SupervisionState.STARTING);
	}

	@Test
	void applicationThatWasKilledBeforeTheStopShouldBeNoSuccess() {
		Story story = Story.running().happens(new Event.Unhealthy("sick")).after(Duration.ofSeconds(10));
		story.happens(new Event.StopRequested(Signal.SIGINT)).after(Duration.ofSeconds(1)).then();
		story.exits(0).assertQuit(1, false);
	}

}
