package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the cluster has to do with it.
 */
class QuorumRulesTests {

	private static final SamOptions QUORUM = Story.quorumRestart().build();

	@Test
	void startShouldWaitUntilQuorate() {
		Story story = Story.registered(QUORUM).happens(Story.notQuorate()).then().starts();
		story.assertState(SupervisionState.WAITING_FOR_QUORUM);
		assertThat(story.replies(Lane.ACTIVE)).isEmpty();
		story.after(Duration.ofDays(3)).assertNothingDone();
		story.happens(Story.quorate()).assertState(SupervisionState.RUNNING);
		assertThat(story.replies(Lane.ACTIVE)).containsExactly(Effect.Reply.ok(Lane.ACTIVE, story.lastRequest()));
	}

	@Test
	void instanceOfALastWatchdogShouldBeAnsweredThoughQuorumIsLost() {
		Story story = new Story().happens(new Event.Adopted(55, 3, true)).happens(Story.notQuorate()).registers(QUORUM);
		story.then().resumes().assertSent(Signal.SIGTERM);
		assertThat(story.replies(Lane.ACTIVE)).containsExactly(Effect.Reply.ok(Lane.ACTIVE, story.lastRequest()));
	}

	@Test
	void startShouldNotWaitIfQuorate() {
		Story.registered(QUORUM).happens(Story.quorate()).starts().assertState(SupervisionState.RUNNING);
	}

	@Test
	void secondStartShouldWaitToo() {
		Story story = Story.running(QUORUM).then();
		int first = story.lastRequest();
		story.starts().assertState(SupervisionState.WAITING_FOR_QUORUM);
		assertThat(story.replies(Lane.ACTIVE)).extracting(Effect.Reply::request).containsExactly(first);
		story.then().happens(Story.quorate());
		assertThat(story.replies(Lane.ACTIVE)).containsExactly(Effect.Reply.ok(Lane.ACTIVE, story.lastRequest()));
	}

	@Test
	void startThatWasGivenUpShouldNotBeginLater() {
		Story story = Story.registered(QUORUM).happens(Story.notQuorate()).starts();
		story.happens(new Event.Stop(0)).assertState(SupervisionState.STOPPED);
		story.happens(Story.quorate()).after(Duration.ofHours(1)).assertState(SupervisionState.STOPPED);
		story.starts().assertState(SupervisionState.RUNNING);
	}

	@Test
	void waitingShouldNotCountAsStartUpTime() {
		SamOptions options = Story.quorumRestart().startupTimeout(Duration.ofSeconds(30)).build();
		Story story = Story.started().after(Duration.ofSeconds(10)).registers(options);
		story.happens(new Event.Start(9, true, false)).after(Duration.ofHours(1)).happens(Story.quorate()).then();
		story.after(Duration.ofSeconds(19)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGTERM);
	}

	@Test
	void extensionShouldCountFromTheEndOfTheWait() {
		Story story = Story.registered(Story.quorumRestart().startupTimeout(Duration.ofSeconds(30)).build());
		story.happens(new Event.Start(9, true, false))
			.happens(new Event.ExtendStartup(Lane.ACTIVE, 10, Duration.ofMinutes(3).toNanos()));
		story.after(Duration.ofHours(1)).happens(Story.quorate()).then().after(Duration.ofSeconds(179));
		story.assertNothingDone().after(Duration.ofSeconds(1)).assertSent(Signal.SIGTERM);
	}

	@Test
	void lossShouldEndTheInstanceThoughItBeats() {
		Story story = Story.registered(QUORUM).happens(Story.quorate()).starts().then();
		story.happens(Story.notQuorate()).assertSent(Signal.SIGTERM);
		for (int i = 0; i < 4; i++) {
			story.beats().afterMillis(500);
		}
		story.assertSent(Signal.SIGTERM, Signal.SIGKILL).isKilledBySigkill().assertSpawned(1);
		assertThat(story.supervision().history().incidents().get(0).reason()).isEqualTo(IncidentReason.QUORUM_LOST);
		story.comesUp().assertState(SupervisionState.WAITING_FOR_QUORUM);
	}

	@Test
	void lossShouldEndTheInstanceThoughQuorumComesBackWithinTheGracePeriod() {
		Story.registered(QUORUM)
			.happens(Story.quorate())
			.starts()
			.happens(Story.notQuorate())
			.then()
			.happens(Story.quorate())
			.after(Story.INTERVAL)
			.assertSent(Signal.SIGKILL);
	}

	@Test
	void healthChecksShouldNotRevokeAWarningWhenQuorumIsLostMeanwhile() {
		Story story = Story.running(Story.quorumRestart().warnSignal(Signal.SIGUSR1).build()).happens(Story.quorate());
		story.after(Story.INTERVAL).assertSent(Signal.SIGUSR1).then();
		story.happens(Story.notQuorate()).beats().assertState(SupervisionState.RECOVERING);
		story.after(Story.INTERVAL).assertSent(Signal.SIGKILL);
	}

	/**
	 * The other side of a split cluster counts on it.
	 */
	@ParameterizedTest
	@MethodSource("waysToEnd")
	void instanceThatIsEndingShouldHaveNoMoreThanTheGracePeriodWhenQuorumIsLost(Event end) {
		Story story = Story.running(Story.quorumRestart().shutdownTimeout(Duration.ofMinutes(1)).build());
		story.happens(Story.quorate()).happens(end).after(Duration.ofSeconds(1)).then();
		story.happens(Story.notQuorate()).afterMillis(1).happens(Story.quorate()).happens(Story.notQuorate());
		story.after(Story.INTERVAL).assertSent(Signal.SIGKILL);
	}

	/**
	 * A stop gives it no more time, as a service manager may ask for one just then.
	 */
	@Test
	void stopShouldNotProlongTheTimeWithoutQuorum() {
		SamOptions options = Story.quorumRestart().shutdownTimeout(Duration.ofMinutes(1)).build();
		Story story = Story.registered(options).happens(Story.quorate()).starts().happens(Story.notQuorate());
		story.afterMillis(1).happens(new Event.StopRequested(Signal.SIGTERM)).then();
		story.after(Story.INTERVAL).assertSent(Signal.SIGKILL);
		Story silent = Story.registered(options).happens(Story.quorate()).starts().after(Story.INTERVAL);
		silent.happens(Story.notQuorate()).happens(new Event.StopRequested(Signal.SIGTERM)).then();
		silent.after(Story.INTERVAL).assertSent(Signal.SIGKILL);
		Story closing = Story.registered(options).happens(Story.quorate()).starts().happens(new Event.Stopping());
		closing.happens(Story.notQuorate()).afterMillis(1).happens(new Event.StopRequested(Signal.SIGTERM)).then();
		closing.after(Story.INTERVAL).assertSent(Signal.SIGKILL);
	}

	@Test
	void applicationThatDeclinedShouldNotBeKilledForQuorum() {
		Story story = Story.registered(QUORUM).happens(Story.quorate()).happens(new Event.Decline(8, ""));
		story.happens(new Event.StopRequested(Signal.SIGTERM)).then().happens(Story.notQuorate());
		story.after(Duration.ofHours(1)).assertNothingDone();
	}

	@Test
	void instanceThatIsBeingReplacedShouldHaveNoMoreThanTheGracePeriodWhenQuorumIsLost() {
		SamOptions options = Story.quorumRestart().shutdownTimeout(Duration.ofMinutes(1)).build();
		Story story = Story.registered(options).happens(Story.quorate()).starts();
		story.happens(new Event.Replace(77, "")).withReplacementReady().assertState(SupervisionState.STOPPING).then();
		story.happens(Story.notQuorate()).after(Story.INTERVAL).assertSent(Signal.SIGKILL).then();
		story.isKilledBySigkill();
		assertThat(story.effects(Effect.Promote.class)).hasSize(1);
		story.starts().assertState(SupervisionState.WAITING_FOR_QUORUM);
	}

	static Stream<Event> waysToEnd() {
		return Stream.of(new Event.Stopping(), new Event.StopRequested(Signal.SIGTERM));
	}

	@Test
	void failureOfTheProviderShouldBeALoss() {
		Story story = Story.registered(QUORUM).happens(Story.quorate()).starts().then();
		story.happens(new Event.Quorum(false, List.of(), "Corosync does not answer")).assertSent(Signal.SIGTERM);
		assertThat(story.said()).contains("the quorum provider failed: Corosync does not answer");
	}

	@Test
	void lossShouldNotMatterWithoutAQuorumPolicy() {
		Story.running().happens(Story.quorate()).then().happens(Story.notQuorate()).assertNothingDone();
	}

	@Test
	void lossShouldNotMatterWhileSupervisionIsOff() {
		Story story = Story.registered(QUORUM).happens(Story.quorate()).starts().happens(new Event.Stop(7)).then();
		story.happens(Story.notQuorate()).assertNothingDone();
		story.starts().assertState(SupervisionState.WAITING_FOR_QUORUM);
	}

	@Test
	void changesShouldBeAnnouncedOnce() {
		Story story = Story.registered(QUORUM).then();
		story.happens(Story.quorate()).happens(Story.quorate()).happens(Story.notQuorate());
		assertThat(story.effects(Effect.AnnounceQuorum.class)).extracting(Effect.AnnounceQuorum::quorate)
			.containsExactly(true, false);
	}

	@Test
	void deathWhileWaitingShouldBeAFailedAttempt() {
		Story story = Story.registered(QUORUM).happens(Story.quorate()).starts().exits(1);
		story.happens(Story.notQuorate()).comesUp().then().exits(1).assertSpawned(2);
	}

	@Test
	void policyQuitShouldQuitOnLoss() {
		SamOptions options = SamOptions.of(Story.INTERVAL, io.github.samboot.core.RecoveryPolicy.QUORUM_QUIT);
		Story.registered(options)
			.happens(Story.quorate())
			.starts()
			.happens(Story.notQuorate())
			.then()
			.exits(143)
			.assertQuit(1, true);
	}

	/**
	 * What fails there is not the application, and the others must not give up one by
	 * one.
	 */
	@Test
	void lossShouldNotCountTowardsTheRestartLimit() {
		SamOptions options = Story.quorumRestart()
			.restartLimits(new RestartLimits(1, Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofMinutes(1)))
			.build();
		Story story = Story.registered(options).happens(Story.quorate()).starts();
		for (int id = 1; id <= 6; id++) {
			story.happens(Story.notQuorate()).then().exits(143).assertSpawned(id);
			story.comesUp().happens(Story.quorate()).afterMillis(1_000).assertState(SupervisionState.RUNNING);
		}
		assertThat(story.supervision().history().restarts()).isEmpty();
		assertThat(story.supervision().history().recoveries()).containsEntry(IncidentReason.QUORUM_LOST, 6);
		assertThat(story.then().exits(1).effects(Effect.Quit.class)).as("its own failures count").isEmpty();
		assertThat(story.comesUp().afterMillis(1_000).then().exits(1).effects(Effect.Quit.class)).hasSize(1);
	}

	/**
	 * All nodes lost quorum at one moment; those whose next instance finds it again must
	 * not go on at one.
	 */
	@Test
	void nodesShouldGoOnAtDifferentMomentsAlsoIfQuorumIsBackSooner() {
		Story story = Story.registered(spreading()).happens(Story.quorate()).starts();
		story.happens(Story.notQuorate()).happens(Story.quorate()).then().exits(143).comesUp();
		story.assertState(SupervisionState.WAITING_FOR_QUORUM);
		assertThat(story.said()).containsPattern("Instance 1 \\(pid 101\\) continues in 0\\.\\d+ s");
		assertThat(story.afterMillis(1_000).replies(Lane.ACTIVE)).last()
			.isEqualTo(Effect.Reply.ok(Lane.ACTIVE, story.lastRequest()));
		story.assertState(SupervisionState.RUNNING);
	}

	private static SamOptions spreading() {
		return Story.quorumRestart()
			.restartLimits(new RestartLimits(5, Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofMinutes(1)))
			.build();
	}

	@Test
	void startThatIsCalledAgainShouldStillGoOn() {
		Story story = Story.registered(spreading()).happens(Story.quorate()).starts();
		story.happens(Story.notQuorate()).exits(143).comesUp().happens(Story.quorate());
		story.assertState(SupervisionState.WAITING_FOR_QUORUM).starts();
		story.happens(new Event.ExtendStartup(Lane.ACTIVE, 99, Duration.ofSeconds(30).toNanos()))
			.happens(Story.quorate());
		story.afterMillis(1_000).assertState(SupervisionState.RUNNING);
	}

	@Test
	void quorumThatIsLostWhileTheWatchdogIsReplacedShouldBeNoticedByTheNewOne() {
		Story story = Story.adopted(Story.quorumRestart().build());
		story.assertSent(Signal.SIGTERM);
		assertThat(story.said()).contains("this node lost quorum");
	}

	@Test
	void nodesOfAClusterShouldNotGoOnAtOneMoment() {
		RestartLimits limits = new RestartLimits(5, Duration.ofMinutes(10), Duration.ofSeconds(1),
				Duration.ofMinutes(1));
		SamOptions options = Story.quorumRestart().restartLimits(limits).build();
		Story story = Story.registered(options).happens(Story.quorate()).starts();
		story.happens(Story.notQuorate()).exits(143).comesUp().assertState(SupervisionState.WAITING_FOR_QUORUM);
		story.happens(Story.quorate());
		long wait = story.supervision().wakeAt() - story.now();
		assertThat(wait).isBetween(1L, Duration.ofSeconds(1).toNanos());
		story.assertState(SupervisionState.WAITING_FOR_QUORUM);
		story.happens(Story.notQuorate()).after(Duration.ofSeconds(2));
		story.assertState(SupervisionState.WAITING_FOR_QUORUM);
		story.happens(Story.quorate()).after(Duration.ofSeconds(1)).assertState(SupervisionState.RUNNING);
	}

	@Test
	void firstInstanceShouldGoOnAtOnce() {
		RestartLimits limits = new RestartLimits(5, Duration.ofMinutes(10), Duration.ofSeconds(1),
				Duration.ofMinutes(1));
		Story story = Story.registered(Story.quorumRestart().restartLimits(limits).build());
		story.happens(Story.notQuorate()).starts().happens(Story.quorate()).assertState(SupervisionState.RUNNING);
	}

}
