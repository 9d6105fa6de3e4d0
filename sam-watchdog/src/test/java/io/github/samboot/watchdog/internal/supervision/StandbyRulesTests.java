package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Standby} and the states of a {@link Spare}.
 */
@Tag("any-java")
class StandbyRulesTests {

	private static SamOptions.Builder hot() {
		return Story.restart().standby("hot").startupTimeout(Duration.ofMinutes(1));
	}

	private static Story ready() {
		return Story.running(hot().build()).withSpareReady().then();
	}

	private static SamStatus.Standby standby(Story story) {
		return story.supervision().status(1, "parent", null, 0, story.now()).standby();
	}

	@Test
	void spareShouldBePreparedWhenTheInstanceHasSettled() {
		Story story = Story.running(hot().build());
		assertThat(standby(story)).isEqualTo(new SamStatus.Standby("hot", "none", 0));
		story.beatsThrough(Duration.ofMillis(9_900));
		assertThat(story.spareSpawns()).isEmpty();
		story.beats().afterMillis(200);
		assertThat(story.spareSpawns()).hasSize(1);
		assertThat(standby(story)).isEqualTo(new SamStatus.Standby("hot", "preparing", 101));
	}

	@Test
	void spareThatTakesItsTimeToGoShouldBeFollowedByAnother() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofMillis(10_100));
		story.happens(new Event.Initialize(Lane.SPARE, 9, hot().cmap(true).build())).exits(9).comesUp().then();
		assertThat(story.supervision().spare()).isInstanceOf(LeavingSpare.class);
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137))).beatsThrough(Duration.ofSeconds(11));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void spareShouldWaitInsideRegister() {
		Story story = ready();
		assertThat(standby(story)).isEqualTo(new SamStatus.Standby("hot", "ready", 101));
		assertThat(story.supervision().instance().pid()).isEqualTo(100);
		story.beatsThrough(Duration.ofSeconds(15));
		assertThat(story.replies(Lane.SPARE)).isEmpty();
		assertThat(story.replies(Lane.ACTIVE)).isEmpty();
	}

	@Test
	void spareShouldTakeOverOnlyWhenTheInstanceIsGone() {
		Story story = ready().happens(new Event.Unhealthy("sick")).after(Duration.ofSeconds(2));
		story.assertSent(Signal.SIGTERM, Signal.SIGKILL);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		story.isKilledBySigkill();
		assertThat(story.effects(Effect.Promote.class)).containsExactly(new Effect.Promote(1));
		assertThat(story.replies(Lane.ACTIVE))
			.containsExactly(new Effect.Reply(Lane.ACTIVE, story.lastRequest(), CsError.OK, "", 1));
		story.assertSpawned().assertState(SupervisionState.STARTING);
		assertThat(story.supervision().instance()).isEqualTo(new Instance(1, 101, true, false, true));
		assertThat(standby(story)).isEqualTo(new SamStatus.Standby("hot", "none", 0));
	}

	@Test
	void promotionShouldBeARecoveryLikeAnyOther() {
		Story story = ready().exits(1).afterMillis(100).starts();
		story.assertState(SupervisionState.RUNNING);
		SamStatus status = story.supervision().status(1, "parent", null, 0, story.now());
		assertThat(status.totalRecoveries()).isEqualTo(1);
		assertThat(status.recentRestarts()).isEqualTo(1);
		assertThat(status.downtime()).isEqualTo(Duration.ofMillis(100));
		assertThat(story.said()).contains("the spare (pid 101) is promoted to instance 1 now");
		// and the next spare follows
		story.then().beatsThrough(Duration.ofSeconds(11));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void promotionShouldNotWaitForWordsAndReports() {
		Story story = ready().exits(1);
		assertThat(story.effects()).extracting((effect) -> effect.getClass().getSimpleName())
			.containsSubsequence("Promote", "Reply", "Save", "Report", "Say");
	}

	@Test
	void promotionShouldKeepToTheRestartLimits() {
		RestartLimits limits = new RestartLimits(1, Duration.ofMinutes(10), Duration.ofSeconds(1),
				Duration.ofSeconds(4));
		Story story = Story.running(hot().restartLimits(limits).build()).withSpareReady().exits(1).starts();
		story.withSpareReady().then().exits(1);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGTERM);
		assertThat(story.effects(Effect.Quit.class)).isEmpty();
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(143))).assertQuit(1, true);
	}

	@Test
	void promotedInstanceThatDoesNotGoOnShouldBeReplacedCold() {
		Story story = ready().exits(1).after(Duration.ofSeconds(61));
		story.assertSent(Signal.SIGTERM);
		story.isKilledBySigkill().assertSpawned(2);
	}

	/**
	 * It was sent to the spare, which was promoted before it had ended.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 129, 130, 143 })
	void signalToASpareThatIsPromotedMeanwhileShouldNotStopTheApplication(int code) {
		Story story = ready().exits(1).then().afterMillis(50).exits(code);
		assertThat(story.effects(Effect.Quit.class)).isEmpty();
		story.afterMillis(2_000).assertSpawned(2);
		Story starting = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11)).exits(1).then().exits(code);
		assertThat(starting.effects(Effect.Quit.class)).isEmpty();
		starting.afterMillis(2_000).assertSpawned(2);
	}

	/**
	 * The JVM had begun to shut down, but the thread that starts it was quicker.
	 */
	@Test
	void signalToASpareThatIsPromotedMeanwhileShouldNotStopTheApplicationUntilItIsUp() {
		Story comingUp = ready().exits(1).happens(new Event.Start(3, true, false)).then().exits(143);
		assertThat(comingUp.effects(Effect.Quit.class)).isEmpty();
		comingUp.afterMillis(2_000).assertSpawned(2);
		Story closing = ready().exits(1).happens(new Event.Start(3, true, false));
		closing.happens(new Event.Stopping()).then().exits(143);
		assertThat(closing.effects(Effect.Quit.class)).isEmpty();
		closing.afterMillis(2_000).assertSpawned(2);
	}

	@Test
	void promotedInstanceThatIsUpOrWaitsForQuorumShouldBeStoppedByASignal() {
		ready().exits(1).starts().then().exits(143).assertQuit(143, false);
		SamOptions options = Story.quorumRestart().standby("hot").startupTimeout(Duration.ofSeconds(60)).build();
		Story waiting = Story.registered(options).happens(Story.quorate()).starts().withSpareReady().exits(1);
		waiting.happens(Story.notQuorate()).starts();
		waiting.assertState(SupervisionState.WAITING_FOR_QUORUM).then().exits(143).assertQuit(143, false);
	}

	@Test
	void spareThatStartsUpShouldBePromotedAsItIs() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11)).then().exits(1);
		assertThat(story.effects(Effect.Promote.class)).hasSize(1);
		story.assertSpawned().comesUp().assertState(SupervisionState.RUNNING);
	}

	@Test
	void spareThatStartsUpShouldBringItsSettings() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11));
		story.happens(new Event.Initialize(Lane.SPARE, 8, hot().build()))
			.happens(new Event.WarnSignal(Lane.SPARE, 9, Signal.SIGUSR2));
		story.exits(1);
		assertThat(story.supervision().warnSignal()).isEqualTo(Signal.SIGUSR2);
	}

	@Test
	void attemptsInARowShouldBeCounted() {
		Event gone = new Event.Exited(Lane.SPARE, new ExitStatus(137));
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11));
		story.happens(new Event.SpareUnusable("stopped", true)).happens(gone);
		assertThat(story.supervision().spare().failures()).isEqualTo(1);
		story.beatsThrough(Duration.ofSeconds(6)).happens(new Event.SpareUnusable("stopped", true));
		assertThat(story.supervision().spare().failures()).isEqualTo(2);
		Story slow = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(75)).happens(gone);
		assertThat(slow.supervision().spare().failures()).isEqualTo(1);
		Story changed = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11));
		changed.happens(new Event.SpareUnusable("changed", false)).happens(gone);
		assertThat(changed.supervision().spare().failures()).isZero();
	}

	@Test
	void warmSpareShouldTellItsOptionsLater() {
		SamOptions warm = hot().standby("warm").build();
		Story story = Story.running(warm).beatsThrough(Duration.ofSeconds(11));
		story.happens(new Event.StandBy(Lane.SPARE, 77)).then().exits(1);
		assertThat(story.replies(Lane.ACTIVE)).containsExactly(new Effect.Reply(Lane.ACTIVE, 77, CsError.OK, "", 1));
		assertThat(story.supervision().instance().isRegistered()).isFalse();
		story.comesUp().assertState(SupervisionState.RUNNING);
	}

	@Test
	void failureWithoutSpareShouldBeRecoveredCold() {
		Story story = Story.running(hot().build()).exits(1).assertSpawned(0, 1);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
	}

	@Test
	void spareThatDiesShouldBeReplacedWithBackoff() {
		Story story = ready().happens(new Event.Exited(Lane.SPARE, new ExitStatus(137)));
		assertThat(standby(story)).isEqualTo(new SamStatus.Standby("hot", "failed", 0));
		assertThat(story.said()).contains("The spare (pid 101) ended with SIGKILL; another one is started in 5 s");
		story.then().beatsThrough(Duration.ofSeconds(6));
		assertThat(story.spareSpawns()).hasSize(1);
		story.then().happens(new Event.Exited(Lane.SPARE, new ExitStatus(1))).beatsThrough(Duration.ofSeconds(9));
		assertThat(story.spareSpawns()).isEmpty();
		story.beatsThrough(Duration.ofSeconds(2));
		assertThat(story.spareSpawns()).hasSize(1);
		story.assertNothingDone().assertState(SupervisionState.RUNNING);
	}

	@Test
	void pausesBetweenSparesThatFailShouldDoubleUpToALongestOne() {
		Story story = Story.running(hot().build()).withoutProcesses().beatsThrough(Duration.ofMillis(10_100)).then();
		List<Long> pauses = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			Duration pause = Duration.ofNanos(story.supervision().spare().wakeAt() - story.now());
			pauses.add(pause.plusMillis(500).toSeconds());
			story.beatsThrough(pause);
		}
		assertThat(pauses).startsWith(5L, 10L, 20L, 40L).endsWith(300L, 300L, 300L).isSorted();
		assertThat(story.spareSpawns()).hasSize(12);
	}

	@Test
	void freezeShouldNotCountAsTimeInWhichASpareStarts() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofMillis(10_100)).then();
		long until = story.supervision().spare().wakeAt();
		story.beats().isFrozenFor(Duration.ofMinutes(10)).beats();
		assertThat(Duration.ofNanos(story.supervision().spare().wakeAt() - until))
			.isBetween(Duration.ofMinutes(10).minusSeconds(2), Duration.ofMinutes(10));
		story.beatsThrough(Duration.ofSeconds(55));
		assertThat(story.sentToSpare()).isEmpty();
		story.beatsThrough(Duration.ofSeconds(5));
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
	}

	@Test
	void spareThatHasFailedBeforeShouldNotBePromotedBeforeItIsReady() {
		Story story = ready().happens(new Event.Exited(Lane.SPARE, new ExitStatus(1)))
			.beatsThrough(Duration.ofSeconds(6));
		story.then().exits(1).assertSpawned(1);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
	}

	@Test
	void spareThatHangsShouldBeEndedAndReplaced() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11)).then();
		story.beatsThrough(Duration.ofSeconds(15)).beatsThrough(Duration.ofSeconds(15));
		story.beatsThrough(Duration.ofSeconds(15)).beatsThrough(Duration.ofSeconds(16));
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
		assertThat(story.said()).contains("has not become ready within the start-up timeout",
				"the active instance is not affected");
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137))).then().beatsThrough(Duration.ofSeconds(6));
		assertThat(story.spareSpawns()).hasSize(1);
		story.assertState(SupervisionState.RUNNING);
	}

	@Test
	void timeThatASpareWasGivenShouldBeItsOwnAfterPromotion() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11));
		story.happens(new Event.Initialize(Lane.SPARE, 5, hot().build()));
		story.happens(new Event.ExtendStartup(Lane.SPARE, 6, Duration.ofMinutes(3).toNanos())).exits(9).then();
		story.after(Duration.ofSeconds(179)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGTERM);
	}

	@Test
	void spareThatMakesProgressShouldGetItsTime() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(10)).then();
		story.happens(new Event.ExtendStartup(Lane.SPARE, 5, Duration.ofMinutes(3).toNanos()));
		for (int i = 0; i < 10; i++) {
			story.beatsThrough(Duration.ofSeconds(15));
		}
		assertThat(story.sentToSpare()).isEmpty();
	}

	@Test
	void staleSpareShouldBeReplacedByOneThatMayTakeOverAtAnyTime() {
		Story story = ready().happens(new Event.SpareUnusable("app.jar was changed on disk", false));
		assertThat(story.said()).contains("The spare (pid 101) is refreshed: app.jar was changed on disk.");
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
		assertThat(story.spareSpawns()).as("never two").isEmpty();
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137)));
		assertThat(standby(story).state()).as("nothing has failed").isEqualTo("none");
		story.beatsThrough(Duration.ofSeconds(6));
		assertThat(story.spareSpawns()).hasSize(1);
		story.then().exits(1);
		assertThat(story.effects(Effect.Promote.class)).hasSize(1);
	}

	@Test
	void spareThatWaitedForLongShouldHaveNothingToDoWithFailuresBefore() {
		Story story = ready();
		for (int i = 0; i < 3; i++) {
			for (int seconds = 0; seconds <= 60; seconds += 10) {
				story.beatsThrough(Duration.ofSeconds(10));
			}
			story.happens(new Event.SpareUnusable("stale", true));
			story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137))).then().beatsThrough(Duration.ofSeconds(6));
			assertThat(story.spareSpawns()).as("after the shortest pause").hasSize(1);
			story.withSpareReady();
		}
	}

	/**
	 * Starting it may take long, on a file system that hangs.
	 */
	@Test
	void spareThatIsStillBeingStartedShouldBeEndedOnceItIsKnown() {
		Story story = Story.running(hot().build());
		story.startsSparesLater().beatsThrough(Duration.ofSeconds(11)).then().exits(1).assertSpawned(1);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		assertThat(story.sentToSpare()).isEmpty();
		story.comesUp().beatsThrough(Duration.ofSeconds(11)).then().happens(new Event.Spawned(Lane.SPARE, 99));
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
		assertThat(story.spareSpawns()).as("never two").isEmpty();
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137))).beatsThrough(Duration.ofSeconds(11));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void spareThatCouldNotBeStartedAfterAllShouldBeFollowedByAnother() {
		Story story = Story.running(hot().build());
		story.startsSparesLater().beatsThrough(Duration.ofSeconds(11)).exits(1).comesUp().then();
		story.happens(new Event.SpawnFailed(Lane.SPARE, "no memory")).beatsThrough(Duration.ofSeconds(11));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void spareThatWasReadyBeforeItsStartFailedShouldBeFollowedByAnother() {
		Story story = Story.running(hot().build());
		story.startsSparesLater().withSpareReady().then();
		story.happens(new Event.SpawnFailed(Lane.SPARE, "no thread")).beatsThrough(Duration.ofSeconds(11));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void stopShouldNotWaitForASpareThatIsBeingStarted() {
		Story story = Story.running(hot().build()).startsSparesLater().beatsThrough(Duration.ofSeconds(11));
		story.then().happens(new Event.StopRequested(Signal.SIGTERM)).exits(143).assertQuit(143, false);
	}

	/**
	 * It may hang: a cold start would have been quicker than to give it all its time
	 * again.
	 */
	@Test
	void spareThatIsStillPreparedShouldHaveOnlyTheTimeItHadLeft() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(10));
		story.beatsThrough(Duration.ofSeconds(50)).exits(1).then();
		story.after(Duration.ofSeconds(9)).assertSent();
		story.after(Duration.ofSeconds(2)).assertSent(Signal.SIGTERM);
		assertThat(story.said()).contains("start-up did not finish within the start-up timeout of 60 s");
	}

	@Test
	void promotedSpareShouldHaveNoLimitWithoutAStartupTimeout() {
		SamOptions options = Story.restart().standby("hot").build();
		Story story = Story.running(options).beatsThrough(Duration.ofSeconds(11)).exits(1).then();
		assertThat(story.supervision().instance().pid()).isEqualTo(101);
		story.after(Duration.ofDays(1)).assertNothingDone();
		story.comesUp().assertState(SupervisionState.RUNNING);
	}

	@Test
	void spareWithoutAStartupTimeoutShouldBeReplacedAfterHalfAnHour() {
		Story story = Story.running(Story.restart().standby("hot").build()).beatsThrough(Duration.ofSeconds(11)).then();
		story.beatsThrough(Duration.ofMinutes(29));
		assertThat(story.sentToSpare()).isEmpty();
		story.beatsThrough(Duration.ofMinutes(1));
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
	}

	@Test
	void promotionAfterADelayShouldBeSaid() {
		RestartLimits limits = new RestartLimits(5, Duration.ofMinutes(10), Duration.ofSeconds(30),
				Duration.ofMinutes(1));
		Story story = Story.running(hot().restartLimits(limits).build()).exits(1).comesUp().withSpareReady().then();
		story.exits(1);
		assertThat(story.said()).contains("starting instance 2 in ");
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		story.after(Duration.ofMinutes(1));
		assertThat(story.effects(Effect.Promote.class)).hasSize(1);
		assertThat(story.said()).containsPattern("The spare \\(pid \\d+\\) is promoted to instance 2\\.");
	}

	@Test
	void finalizedInstanceShouldNeedNoSpare() {
		Story story = ready().happens(new Event.Finish(77));
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137))).after(Duration.ofHours(1));
		assertThat(story.spareSpawns()).isEmpty();
	}

	@Test
	void pauseAfterAFailureShouldSurviveAPausedApplication() {
		Story story = ready();
		for (int i = 0; i < 4; i++) {
			story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(1))).beatsThrough(Duration.ofSeconds(5 << i));
		}
		story.then().happens(new Event.Exited(Lane.SPARE, new ExitStatus(1))).happens(new Event.Stop(50));
		story.starts().beatsThrough(Duration.ofSeconds(11));
		assertThat(story.spareSpawns()).isEmpty();
		story.beatsThrough(Duration.ofSeconds(80));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void spareThatWaitedForLongShouldBeForgivenWhateverEndsIt() {
		Story story = ready().happens(new Event.Exited(Lane.SPARE, new ExitStatus(1)))
			.beatsThrough(Duration.ofSeconds(5))
			.happens(new Event.Initialize(Lane.SPARE, 9, hot().build()))
			.happens(new Event.Register(Lane.SPARE, 10));
		story.beatsThrough(Duration.ofHours(1)).then().happens(new Event.SpareUnusable("stopped", true));
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137))).beatsThrough(Duration.ofSeconds(6));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void spareThatDoesNotGoShouldBeSaidNowAndThen() {
		Story story = ready().happens(new Event.SpareUnusable("stopped", true)).beatsThrough(Duration.ofMinutes(1));
		assertThat(story.said().split("still exists after SIGKILL; SAM starts no other spare until it has ended", -1))
			.hasSize(3);
	}

	/**
	 * Nothing that a spare needs holds up what the failed instance needs.
	 */
	@Test
	void signalShouldBeSentBeforeASpareIsStarted() {
		Story story = Story.running(hot().standbyDelay(Story.INTERVAL).build()).then().after(Story.INTERVAL);
		assertThat(story.effects()).extracting((effect) -> effect.getClass().getSimpleName())
			.startsWith("Publish", "AnnounceRecovery", "Send");
		assertThat(story.spareSpawns()).isEmpty();
	}

	@Test
	void callsOfASpareShouldBeAnswered() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11)).then();
		story.happens(new Event.Register(Lane.SPARE, 1));
		story.happens(new Event.Initialize(Lane.SPARE, 2, hot().build()));
		story.happens(new Event.WarnSignal(Lane.SPARE, 3, Signal.SIGUSR1));
		story.happens(new Event.ExtendStartup(Lane.SPARE, 4, Duration.ofMinutes(5).toNanos()));
		story.happens(new Event.ExtendStartup(Lane.SPARE, 5, 1));
		assertThat(story.replies(Lane.SPARE)).containsExactly(
				new Effect.Reply(Lane.SPARE, 1, CsError.BAD_HANDLE, "", 0), Effect.Reply.ok(Lane.SPARE, 2),
				Effect.Reply.ok(Lane.SPARE, 3), Effect.Reply.ok(Lane.SPARE, 4), Effect.Reply.ok(Lane.SPARE, 5));
		story.beatsThrough(Duration.ofMinutes(4));
		assertThat(story.sentToSpare()).as("an extension never shortens").isEmpty();
		assertThat(story.happens(new Event.Register(Lane.SPARE, 6)).exits(1).supervision().warnSignal())
			.isEqualTo(Signal.SIGUSR1);
	}

	@Test
	void spareThatIsBeingEndedShouldNotBePromoted() {
		Story story = ready().happens(new Event.SpareUnusable("stale", false)).then().exits(1);
		story.assertSpawned(1);
		assertThat(story.effects(Effect.Promote.class)).isEmpty();
		story.happens(new Event.Register(Lane.SPARE, 99));
		assertThat(story.replies(Lane.ACTIVE)).isEmpty();
	}

	@Test
	void callThatWaitsLastShouldBePromoted() {
		Story story = ready().happens(new Event.Register(Lane.SPARE, 99)).then().exits(1);
		assertThat(story.replies(Lane.ACTIVE)).containsExactly(new Effect.Reply(Lane.ACTIVE, 99, CsError.OK, "", 1));
	}

	@Test
	void spareWithOtherClusterOptionsShouldBeOfNoUse() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11)).then();
		story.happens(new Event.Initialize(Lane.SPARE, 7,
				SamOptions.builder(Story.INTERVAL, RecoveryPolicy.QUORUM_RESTART).standby("hot").build()));
		assertThat(story.said()).contains("(sam.recovery-policy), so the spare (pid 101)",
				"there is no spare until the next instance");
		story.happens(new Event.Exited(Lane.SPARE, new ExitStatus(137))).beatsThrough(Duration.ofSeconds(15));
		assertThat(story.spareSpawns()).isEmpty();
		story.exits(1).comesUp().beatsThrough(Duration.ofSeconds(11));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void promotionShouldBringTheOptionsOfTheSpare() {
		Story story = Story.running(hot().build()).beatsThrough(Duration.ofSeconds(11));
		story.happens(new Event.Initialize(Lane.SPARE, 7, hot().gracePeriod(Duration.ofSeconds(9)).build()))
			.happens(new Event.WarnSignal(Lane.SPARE, 8, Signal.SIGUSR1));
		assertThat(story.supervision().options().ending().gracePeriod()).isNull();
		story.happens(new Event.Register(Lane.SPARE, 9)).exits(1);
		assertThat(story.supervision().options().ending().gracePeriod()).hasSeconds(9);
		assertThat(story.supervision().warnSignal()).isEqualTo(Signal.SIGUSR1);
	}

	@Test
	void spareShouldEndAfterTheInstance() {
		Story story = ready().happens(new Event.StopRequested(Signal.SIGTERM));
		assertThat(story.sentToSpare()).isEmpty();
		story.exits(143);
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGTERM);
		assertThat(story.effects(Effect.Quit.class)).isEmpty();
		story.then().happens(new Event.Exited(Lane.SPARE, new ExitStatus(143))).assertQuit(143, false);
	}

	@Test
	void spareThatDoesNotEndShouldBeKilled() {
		Story story = ready().exits(0).then().after(Duration.ofMillis(5001));
		assertThat(story.sentToSpare()).containsExactly(Signal.SIGKILL);
		story.then().after(Duration.ofMillis(5001)).assertQuit(0, false);
	}

	@Test
	void spareShouldNotBePreparedForAnInstanceThatIsNotRunning() {
		Story story = Story.running(hot().build()).happens(new Event.Stop(5)).then().after(Duration.ofMinutes(1));
		assertThat(story.spareSpawns()).isEmpty();
		story.starts().beatsThrough(Duration.ofSeconds(11));
		assertThat(story.spareSpawns()).hasSize(1);
	}

	@Test
	void quorumPolicyShouldLetTheSpareWaitInStart() {
		SamOptions options = Story.quorumRestart().standby("hot").build();
		Story story = Story.registered(options).happens(Story.quorate()).starts().withSpareReady().then();
		story.happens(Story.notQuorate()).assertSent(Signal.SIGTERM).exits(143);
		assertThat(story.effects(Effect.Promote.class)).hasSize(1);
		story.starts().assertState(SupervisionState.WAITING_FOR_QUORUM).happens(Story.quorate());
		story.assertState(SupervisionState.RUNNING);
	}

}
