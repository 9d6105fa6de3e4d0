package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.Set;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the end of a process leads to.
 */
class ExitRulesTests {

	private static final SamOptions SLOW_TO_END = Story.restart().shutdownTimeout(Duration.ofSeconds(30)).build();

	@ParameterizedTest
	@ValueSource(ints = { 0, 129, 130, 143 })
	void cleanExitWhileRunningShouldBeAWish(int code) {
		Story.running().then().exits(code).assertQuit(code, false).assertState(SupervisionState.STOPPED);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 7, 70, 134, 137, 139, 255 })
	void otherExitWhileRunningShouldBeAFailure(int code) {
		Story story = Story.running().then().exits(code).assertSpawned(1);
		assertThat(story.supervision().history().incidents().get(0).reason()).isEqualTo(IncidentReason.PROCESS_EXIT);
	}

	@Test
	void cleanExitCodesShouldBeThoseOfTheOptions() {
		SamOptions options = Story.restart().cleanExitCodes(Set.of(3)).build();
		Story.running(options).then().exits(3).assertQuit(3, false);
		Story.running(options).then().exits(0).assertSpawned(1);
		Story.running(options).then().exits(143).assertSpawned(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 130, 137, 143 })
	void whateverFollowsAWarningShouldBeThatRecovery(int code) {
		Story story = Story.running().after(Story.INTERVAL).then();
		story.happens(new Event.Stopping())
			.happens(new Event.Exiting())
			.happens(new Event.Stop(8))
			.exits(code)
			.assertSpawned(1);
		assertThat(story.supervision().history().incidents().get(0).reason())
			.isEqualTo(IncidentReason.MISSED_HEARTBEAT);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 137, 139 })
	void firstInstanceThatNeverCameUpShouldNotBeRestarted(int code) {
		// and no supervision is given up: Corosync's watchdog service must not act
		Story.started().then().exits(code).assertQuit(code, false).assertState(SupervisionState.STOPPED);
		Story.registered(Story.restart().build()).then().exits(code).assertQuit(code, false);
		Story.registered(Story.restart().build())
			.happens(new Event.Start(3, true, false))
			.then()
			.exits(code)
			.assertQuit(code, false);
		Story.registered(Story.restart().build())
			.happens(new Event.Start(3, true, false))
			.happens(new Event.Stopping())
			.then()
			.exits(code)
			.assertQuit(code, false);
	}

	@Test
	void firstInstanceThatEndsCleanlyShouldEndTheWatchdogCleanly() {
		Story.started().then().exits(0).assertQuit(0, false);
	}

	@Test
	void laterInstanceThatNeverComesUpShouldBeOneMoreFailedAttempt() {
		Story story = Story.running().exits(1).then().exits(1).assertSpawned(2);
		assertThat(story.supervision().history().incidents().get(0).reason()).isEqualTo(IncidentReason.STARTUP_FAILED);
		story.comesUp();
		assertThat(story.supervision().history().incidents()).hasSize(2)
			.allSatisfy((incident) -> assertThat(incident.recoveredAt()).isNotNull());
	}

	@Test
	void startupTimeoutShouldBeAFailure() {
		SamOptions options = Story.restart().startupTimeout(Duration.ofSeconds(30)).build();
		Story story = Story.running(options).exits(1).then();
		story.after(Duration.ofSeconds(29)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGTERM);
		story.after(Story.INTERVAL).assertSent(Signal.SIGTERM, Signal.SIGKILL);
		story.isKilledBySigkill().assertSpawned(2);
	}

	@Test
	void startupTimeoutShouldCountFromTheStartOfTheProcess() {
		Story story = Story.started().after(Duration.ofSeconds(25));
		story.registers(Story.restart().startupTimeout(Duration.ofSeconds(30)).build())
			.happens(new Event.Start(3, true, false))
			.then();
		story.after(Duration.ofSeconds(4)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGTERM);
	}

	@Test
	void startupTimeoutShouldEndWithReady() {
		Story story = Story.registered(Story.restart().startupTimeout(Duration.ofSeconds(30)).build());
		story.happens(new Event.Start(3, true, false)).assertState(SupervisionState.STARTING);
		story.after(Duration.ofSeconds(20)).happens(new Event.Ready()).assertState(SupervisionState.RUNNING).then();
		story.afterMillis(1999).assertNothingDone();
	}

	@Test
	void startupTimeoutThatPassedWhileNothingRanShouldBeGrantedAgain() {
		Story story = Story.registered(Story.restart().startupTimeout(Duration.ofSeconds(30)).build()).then();
		story.isFrozenFor(Duration.ofMinutes(10)).after(Duration.ofSeconds(29)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGTERM);
	}

	@Test
	void startupTimeoutShouldNotCountTimeInWhichNothingRan() {
		Story story = Story.registered(Story.restart().startupTimeout(Duration.ofSeconds(30)).build()).then();
		story.after(Duration.ofSeconds(10)).isFrozenFor(Duration.ofSeconds(19)).after(Duration.ofSeconds(17));
		story.assertNothingDone().after(Duration.ofSeconds(3)).assertSent(Signal.SIGTERM);
	}

	@Test
	void slowWatchdogShouldNotPutOffTheStartupTimeout() {
		Story story = Story.registered(Story.restart().startupTimeout(Duration.ofSeconds(30)).build()).then();
		for (int i = 0; i < 20; i++) {
			story.isFrozenFor(Duration.ofMillis(1400));
		}
		story.assertNothingDone().after(Duration.ofSeconds(2)).assertSent(Signal.SIGTERM);
	}

	@Test
	void applicationThatHadToBeKilledShouldNotEndWithSuccess() {
		Story.adopted(Story.restart().shutdownTimeout(Duration.ofSeconds(10)).build())
			.happens(new Event.Stopping())
			.then()
			.after(Duration.ofSeconds(10))
			.assertSent(Signal.SIGKILL)
			.exits(-1)
			.assertQuit(1, false);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 137, 139 })
	void endWithSupervisionOffShouldEndTheWatchdogWithTheSameCode(int code) {
		Story.running().happens(new Event.Stop(5)).then().exits(code).assertQuit(code, false);
		Story.running().happens(new Event.Finish(5)).then().exits(code).assertQuit(code, false);
		Story.started()
			.happens(new Event.Decline(1, "sam.enabled is false"))
			.then()
			.exits(code)
			.assertQuit(code, false);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 129, 130, 143, 137, 139 })
	void voluntaryEndShouldNotBeAFailure(int code) {
		Story.running().happens(new Event.Stopping()).then().exits(code).assertQuit(code, false);
	}

	@Test
	void exitWithAnErrorCodeShouldBeAFailureEvenWhileClosing() {
		Story.running().happens(new Event.Stopping()).then().exits(1).assertSpawned(1);
	}

	@Test
	void laterInstanceWhoseStartFailsShouldBeAFailedStartAlsoIfItClosesItsContext() {
		Story story = Story.running().exits(9).registers(Story.restart().build());
		story.happens(new Event.Start(9, true, false)).happens(new Event.Stopping()).exits(1).assertSpawned(0, 1, 2);
		assertThat(story.supervision().history().incidents()).extracting(Incident::reason)
			.containsExactly(IncidentReason.STARTUP_FAILED, IncidentReason.PROCESS_EXIT);
		// and one that has been up is none
		story.registers(Story.restart().build()).starts().happens(new Event.Stopping()).exits(1);
		assertThat(story.supervision().history().incidents().get(0).reason()).isEqualTo(IncidentReason.PROCESS_EXIT);
	}

	@Test
	void hangingShutdownShouldBeKilledAndNotReplaced() {
		Story story = Story.running(Story.restart().shutdownTimeout(Duration.ofSeconds(30)).build());
		story.happens(new Event.Stopping()).then().assertState(SupervisionState.STOPPING);
		story.after(Duration.ofSeconds(29)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGKILL);
		story.isKilledBySigkill().assertQuit(137, false);
	}

	@Test
	void exitOutOfTheBlueThatHangsShouldBeKilledAndReplaced() {
		exitOutOfTheBlue(Story.running(SLOW_TO_END)).assertSpawned(1);
	}

	@Test
	void exitOutOfTheBlueThatIsKilledByOthersShouldBeAFailure() {
		Story.running().happens(new Event.Exiting()).then().isKilledBySigkill().assertSpawned(1);
	}

	@Test
	void exitBeforeAnInstanceHasBeenUpShouldNotBeFollowedByAnother() {
		exitOutOfTheBlue(Story.registered(SLOW_TO_END)).assertQuit(137, false);
	}

	private static Story exitOutOfTheBlue(Story story) {
		story.happens(new Event.Exiting()).happens(new Event.Stopping()).then();
		story.after(Duration.ofSeconds(30)).assertSent(Signal.SIGKILL);
		return story.isKilledBySigkill();
	}

	@Test
	void closingShouldNotExpectHealthChecks() {
		Story.running()
			.happens(new Event.Stopping())
			.then()
			.after(Duration.ofSeconds(59))
			.happens(new Event.Unhealthy("half closed"))
			.assertNothingDone();
	}

	@Test
	void contextThatIsStartedAgainShouldBeSupervisedAgain() {
		Story.running()
			.happens(new Event.Stopping())
			.happens(new Event.Start(9, false, false))
			.assertState(SupervisionState.RUNNING)
			.then()
			.after(Story.INTERVAL)
			.assertSent(Signal.SIGTERM);
	}

	@Test
	void policyQuitShouldEndTheWatchdogWithANonZeroCode() {
		SamOptions options = SamOptions.of(Story.INTERVAL, RecoveryPolicy.QUIT);
		Story.running(options).then().exits(3).assertQuit(3, true);
		Story.running(options).after(Story.INTERVAL.multipliedBy(2)).then().isKilledBySigkill().assertQuit(137, true);
		Story.running(options).after(Story.INTERVAL).then().exits(0).assertQuit(1, true);
		Story.running(options).then().exits(0).assertQuit(0, false);
	}

	@Test
	void adoptedInstanceThatIsGoneShouldBeAFailure() {
		Story story = Story.adopted(Story.restart().build()).then();
		story.happens(new Event.Exited(Lane.ACTIVE, ExitStatus.UNKNOWN)).assertSpawned(4);
		assertThat(story.supervision().history().incidents().get(0).exit()).isEqualTo("unknown");
	}

	@Test
	void adoptedInstanceThatWantedToEndShouldNotBeAFailure() {
		Story.adopted(Story.restart().build())
			.happens(new Event.Stopping())
			.then()
			.happens(new Event.Exited(Lane.ACTIVE, ExitStatus.UNKNOWN))
			.assertQuit(0, false);
		Story.adopted(Story.restart().build())
			.happens(new Event.Stop(5))
			.then()
			.happens(new Event.Exited(Lane.ACTIVE, ExitStatus.UNKNOWN))
			.assertQuit(0, false);
	}

	@Test
	void adoptedInstanceThatCalledExitOutOfTheBlueShouldBeAFailure() {
		Story.adopted(Story.restart().build())
			.happens(new Event.Exiting())
			.then()
			.happens(new Event.Exited(Lane.ACTIVE, ExitStatus.UNKNOWN))
			.assertSpawned(4);
	}

	@Test
	void exitOutOfTheBlueOfAChildShouldBeJudgedByItsCode() {
		Story.running().happens(new Event.Exiting()).then().exits(0).assertQuit(0, false);
		Story.running().happens(new Event.Exiting()).then().exits(1).assertSpawned(1);
	}

	@Test
	void markFailedShouldKillWithoutWarningAndQuitWhateverThePolicy() {
		Story story = Story.running(Story.restart().cmap(true).build()).then();
		story.happens(new Event.MarkFailed(9)).assertSent(Signal.SIGKILL).isKilledBySigkill();
		story.assertQuit(137, true).assertState(SupervisionState.FAILED);
	}

	@Test
	void markFailedShouldBeFinalAlsoWhenSigkillIsOnItsWay() {
		Story story = Story.running(Story.restart().cmap(true).gracePeriod(Duration.ZERO).build());
		story.happens(new Event.Unhealthy("sick")).then().happens(new Event.MarkFailed(9));
		story.isKilledBySigkill().assertQuit(137, true);
	}

	/**
	 * An outer supervisor that counts 143 as a success must see that this is none.
	 */
	@Test
	void failureShouldNeverEndInACodeThatLooksLikeAWish() {
		SamOptions options = Story.restart()
			.restartLimits(new RestartLimits(0, Duration.ofMinutes(10), Duration.ZERO, Duration.ZERO))
			.build();
		Story.running(options).happens(new Event.Unhealthy("sick")).then().exits(143).assertQuit(1, true);
		Story.running(options).happens(new Event.Unhealthy("sick")).then().exits(3).assertQuit(3, true);
	}

	/**
	 * As sam_start(3) has it: who has not started is not supervised yet.
	 */
	@Test
	void wishOfAnInstanceThatHasNotStartedShouldBeGrantedAsItIs() {
		Story.running().exits(9).then().exits(0).assertQuit(0, false);
	}

	@Test
	void adoptedInstanceThatHadToBeKilledWhenAskedToStopShouldNotEndInSuccess() {
		Story story = Story.adopted(Story.restart().build()).happens(new Event.StopRequested(Signal.SIGTERM));
		story.after(Duration.ofMinutes(2))
			.then()
			.happens(new Event.Exited(Lane.ACTIVE, ExitStatus.UNKNOWN))
			.assertQuit(1, false);
	}

	@Test
	void markFailedShouldNeedTheCmapFlag() {
		Story story = Story.running().then().happens(new Event.MarkFailed(9)).assertNothingDone();
		assertThat(story.replies(Lane.ACTIVE)).singleElement()
			.satisfies((reply) -> assertThat(reply.error()).isEqualTo(CsError.INVALID_PARAM));
	}

	@Test
	void endOfAProcessThatIsNotThereShouldChangeNothing() {
		Story story = Story
			.running(Story.restart()
				.restartLimits(
						new RestartLimits(9, Duration.ofMinutes(9), Duration.ofSeconds(8), Duration.ofSeconds(8)))
				.build())
			.exits(1)
			.exits(1)
			.assertState(SupervisionState.RECOVERING)
			.then();
		story.exits(1).assertNothingDone();
		assertThat(story.supervision().instance().id()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void failedStartFromWhatWasPreparedShouldBeTriedPlainBeforeItCounts(boolean closes) {
		Event fast = new Event.Exited(Lane.ACTIVE, new ExitStatus(1), true);
		for (boolean isFirst : new boolean[] { true, false }) {
			Story story = isFirst ? Story.registered(Story.restart().build())
					: Story.running(Story.restart().build()).exits(137);
			if (closes) {
				story.happens(new Event.Stopping());
			}
			int id = isFirst ? 0 : 1;
			story.then().happens(fast).assertSpawned(id).assertState(SupervisionState.STARTING);
			assertThat(story.supervision().history().incidents()).hasSize(id);
			assertThat(story.said()).contains("once more the plain way");
			// the plain one counts
			story.then().exits(1);
			assertThat(story.supervision().history().incidents()).hasSize(isFirst ? 0 : 2);
		}
	}

	@Test
	void whatWasUpOrEndedInOrderShouldNotBeTriedAgain() {
		Story.running().then().happens(new Event.Exited(Lane.ACTIVE, new ExitStatus(1), true)).assertSpawned(1);
		Story.registered(Story.restart().build())
			.then()
			.happens(new Event.Exited(Lane.ACTIVE, new ExitStatus(0), true))
			.assertQuit(0, false);
		Story.registered(Story.restart().build())
			.then()
			.happens(new Event.StopRequested(Signal.SIGTERM))
			.happens(new Event.Exited(Lane.ACTIVE, new ExitStatus(1), true))
			.assertQuit(1, false);
	}

}
