package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A planned replacement: the spare first, then the end of the active instance, then the
 * promotion.
 */
@Tag("any-java")
class ReplacementRulesTests {

	private static final SamOptions OPTIONS = Story.restart()
		.restartLimits(new RestartLimits(1, Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofSeconds(4)))
		.shutdownTimeout(Duration.ofSeconds(20))
		.build();

	private static final SamOptions WITH_SPARE = Story.restart()
		.standby("hot")
		.standbyDelay(Duration.ofSeconds(1))
		.build();

	private static Story asked() {
		return Story.running(OPTIONS).then().happens(new Event.Replace(77, "please")).beats().afterMillis(1);
	}

	private static SamStatus.Replacement replacement(Story story) {
		SamStatus.Replacement replacement = story.supervision().status(1, "parent", null, 0, story.now()).replacement();
		assertThat(replacement).isNotNull();
		return replacement;
	}

	private static void assertReplacement(Story story, String state) {
		assertThat(replacement(story).state()).isEqualTo(state);
	}

	@Test
	void spareShouldBePreparedWhileTheInstanceGoesOn() {
		Story story = asked();
		assertThat(story.replies(Lane.ACTIVE)).containsExactly(Effect.Reply.ok(Lane.ACTIVE, 77));
		assertThat(story.spareSpawns()).hasSize(1);
		story.beatsThrough(Duration.ofSeconds(30)).assertNothingDone().assertState(SupervisionState.RUNNING);
		assertReplacement(story, "preparing");
	}

	@Test
	void instanceShouldBeAskedToEndOnceTheSpareIsReady() {
		Story story = asked().withReplacementReady().assertSent(Signal.SIGTERM);
		assertThat(story.effects(Effect.AnnounceReplacement.class)).as("for another watchdog").hasSize(1);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		assertThat(story.supervision().instance().id()).isZero();
		assertReplacement(story, "ending");
	}

	@Test
	void spareShouldGoOnOnceTheInstanceHasEnded() {
		Story story = asked().withReplacementReady().then().exits(143);
		assertThat(story.effects(Effect.Promote.class)).containsExactly(new Effect.Promote(1));
		story.assertSpawned();
		assertReplacement(story, "starting");
		story.starts().assertState(SupervisionState.RUNNING);
		assertReplacement(story, "done");
		assertThat(story.supervision().history().incidents()).isEmpty();
		assertThat(story.supervision().history().recoveries()).isEmpty();
		assertThat(story.supervision().history().restarts()).isEmpty();
	}

	@Test
	void anyEndOfTheInstanceShouldBeFollowedByTheSpare() {
		for (int code : new int[] { -1, 0, 1, 137, 143 }) {
			Story story = asked().withReplacementReady().then().exits(code);
			assertThat(story.effects(Effect.Promote.class)).as("exit code " + code).hasSize(1);
		}
	}

	@Test
	void instanceThatDoesNotEndShouldBeKilledAfterTheShutdownTimeout() {
		Story story = asked().withReplacementReady().then().afterMillis(19_990).assertNothingDone();
		story.afterMillis(20).assertSent(Signal.SIGKILL);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		story.isKilledBySigkill();
		assertThat(story.effects(Effect.Promote.class)).hasSize(1);
	}

	@Test
	void stopThatIsRequestedMeanwhileShouldBeFollowedByNoInstance() {
		Story story = asked().withReplacementReady();
		assertThat(story.supervision().isBeingReplaced()).isTrue();
		story.happens(new Event.StopRequested(Signal.SIGTERM)).assertState(SupervisionState.STOPPING);
		assertThat(story.supervision().isBeingReplaced()).isFalse();
	}

	@Test
	void silenceOfAnInstanceThatEndsShouldBeNoFailure() {
		asked().withReplacementReady()
			.then()
			.happens(new Event.Stopping())
			.happens(new Event.Unhealthy("closing"))
			.after(Story.INTERVAL.multipliedBy(3))
			.assertNothingDone()
			.assertState(SupervisionState.STOPPING);
	}

	@Test
	void readySpareShouldGiveWayToAFreshOne() {
		Story story = Story.running(WITH_SPARE).withSpareReady().then().happens(new Event.Replace("SIGURG"));
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137))).withReplacementReady();
		assertThat(story.spareSpawns()).hasSize(1);
		story.assertSent(Signal.SIGTERM).exits(143).starts().beatsThrough(Duration.ofSeconds(2));
		assertThat(story.spareSpawns()).as("and a spare for the next failure").hasSize(2);
	}

	@Test
	void spareThatEndsShouldLeaveTheInstanceAlone() {
		Story story = asked().happens(new Event.Exited(Lane.SPARE, new ExitStatus(1)));
		story.assertNothingDone().assertState(SupervisionState.RUNNING);
		assertFailed(story, "the spare (pid 101) ended with exit code 1");
		story.then().beatsThrough(Duration.ofMinutes(10));
		assertThat(story.spareSpawns()).as("without sam.standby there is no other one").isEmpty();
	}

	private static void assertFailed(Story story, String reason) {
		assertReplacement(story, "failed");
		assertThat(replacement(story).message()).contains(reason);
		assertThat(story.supervision().history().incidents()).singleElement().satisfies((incident) -> {
			assertThat(incident.reason()).isEqualTo(IncidentReason.REQUESTED);
			assertThat(incident.message()).contains("planned replacement", reason);
			assertThat(incident.exit()).isNull();
		});
		assertThat(story.effects(Effect.Report.class)).hasSize(1);
		assertThat(story.said()).contains("The planned replacement of instance 0", reason);
	}

	@Test
	void spareThatIsTooSlowShouldLeaveTheInstanceAlone() {
		Story story = Story.running(Story.restart().startupTimeout(Duration.ofSeconds(30)).build())
			.then()
			.happens(new Event.Replace("SIGURG"))
			.beatsThrough(Duration.ofSeconds(31))
			.assertNothingDone();
		assertFailed(story, "has not become ready within the start-up timeout");
	}

	@Test
	void spareThatCannotBeStartedShouldLeaveTheInstanceAlone() {
		Story story = Story.running(OPTIONS).then().withoutProcesses().happens(new Event.Replace("SIGURG")).beats();
		story.afterMillis(1).assertState(SupervisionState.RUNNING);
		assertFailed(story, "Cannot allocate memory");
	}

	@Test
	void spareWithAnotherPolicyShouldLeaveTheInstanceAlone() {
		Story story = asked()
			.happens(new Event.Initialize(Lane.SPARE, 9, SamOptions.of(Story.INTERVAL, RecoveryPolicy.QUIT)));
		story.assertNothingDone();
		assertFailed(story, "sam.recovery-policy");
	}

	@Test
	void spareMayBringStandbyWithIt() {
		Story story = asked().happens(new Event.Initialize(Lane.SPARE, 9, WITH_SPARE))
			.happens(new Event.Register(Lane.SPARE, 10))
			.exits(143)
			.starts();
		assertReplacement(story, "done");
		assertThat(story.supervision().options().standby().mode()).isEqualTo("hot");
	}

	@Test
	void nextReplacementShouldBePossibleAfterOneThatFailed() {
		Story story = asked().happens(new Event.Exited(Lane.SPARE, new ExitStatus(1)));
		story.happens(new Event.Replace("SIGURG")).withReplacementReady().assertSent(Signal.SIGTERM);
	}

	@Test
	void secondRequestShouldBeRefusedMeanwhile() {
		Story preparing = asked().then().happens(new Event.Replace(78, "again"));
		assertRefused(preparing, CsError.EXIST);
		Story ending = asked().withReplacementReady().then().happens(new Event.Replace(78, "again"));
		assertRefused(ending, CsError.EXIST);
		Story starting = asked().withReplacementReady().exits(143).then().happens(new Event.Replace(78, "again"));
		assertRefused(starting, CsError.EXIST);
	}

	private static void assertRefused(Story story, CsError error) {
		assertThat(story.replies(Lane.ACTIVE)).singleElement().satisfies((reply) -> {
			assertThat(reply.request()).isEqualTo(78);
			assertThat(reply.error()).isEqualTo(error);
		});
		assertThat(story.spareSpawns()).isEmpty();
	}

	@Test
	void onlyAnInstanceThatIsUpShouldBeReplaced() {
		assertRefused(Story.registered(OPTIONS).then().happens(new Event.Replace(78, "early")), CsError.BAD_HANDLE);
		assertRefused(Story.running(OPTIONS).happens(new Event.Stop(5)).then().happens(new Event.Replace(78, "off")),
				CsError.BAD_HANDLE);
	}

	@Test
	void requestedStopShouldWin() {
		Story story = asked().withReplacementReady().then().happens(new Event.StopRequested(Signal.SIGTERM)).exits(143);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGTERM);
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(143))).assertQuit(143, false);
	}

	@Test
	void failureMeanwhileShouldBeARecoveryWithTheSpare() {
		Story story = asked().then().exits(1);
		assertThat(story.effects(Effect.Promote.class)).hasSize(1);
		assertReplacement(story, "failed");
		assertThat(story.supervision().history().incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.reason()).isEqualTo(IncidentReason.PROCESS_EXIT));
		story.comesUp().assertState(SupervisionState.RUNNING);
		assertThat(story.supervision().history().incidents().get(0).recoveredAt()).isNotNull();
	}

	@Test
	void instanceShouldBeStartedIfTheSpareEndsAtTheLastMoment() {
		Story story = asked().withReplacementReady()
			.then()
			.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137)))
			.exits(143)
			.assertSpawned(1);
		story.comesUp().assertState(SupervisionState.RUNNING);
		assertReplacement(story, "done");
	}

	@Test
	void nextInstanceThatFailsShouldBeRecoveredAsAnyOther() {
		Story story = asked().withReplacementReady().exits(143).then().exits(1).assertSpawned(2);
		assertReplacement(story, "failed");
		assertThat(replacement(story).message()).contains("instance 1", "exit code 1");
		assertThat(story.supervision().history().restarts()).as("the replacement itself does not count").hasSize(1);
	}

	@Test
	void everyPolicyShouldAllowIt() {
		Story story = Story.running(SamOptions.of(Story.INTERVAL, RecoveryPolicy.QUIT))
			.happens(new Event.Replace("SIGURG"))
			.withReplacementReady()
			.exits(143);
		assertThat(story.effects(Effect.Promote.class)).hasSize(1);
	}

}
