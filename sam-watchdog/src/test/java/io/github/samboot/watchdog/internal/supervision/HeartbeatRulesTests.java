package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What silence leads to.
 */
@Tag("any-java")
class HeartbeatRulesTests {

	@Test
	void silenceShouldBeWarnedThenKilledThenReplaced() {
		Story story = Story.running().then();
		story.afterMillis(1999).assertNothingDone();
		story.afterMillis(1).assertSent(Signal.SIGTERM).assertState(SupervisionState.RECOVERING);
		assertThat(story.effects(Effect.AnnounceRecovery.class)).singleElement().satisfies((announced) -> {
			assertThat(announced.reason()).isEqualTo(IncidentReason.MISSED_HEARTBEAT);
			assertThat(announced.gracePeriod()).isEqualTo(Story.INTERVAL);
		});
		story.afterMillis(1999).assertSent(Signal.SIGTERM);
		story.afterMillis(1).assertSent(Signal.SIGTERM, Signal.SIGKILL);
		story.then().isKilledBySigkill().assertSpawned(1);
		assertThat(story.supervision().instance()).isEqualTo(new Instance(1, 101, false, false, false));
		assertThat(story.effects(Effect.Report.class)).singleElement()
			.satisfies((report) -> assertThat(report.incident().exit()).isEqualTo("SIGKILL"));
	}

	@Test
	void beatsShouldKeepTheApplicationAlive() {
		Story story = Story.running().then();
		for (int i = 0; i < 100; i++) {
			story.beats().afterMillis(1999);
		}
		story.assertNothingDone().assertState(SupervisionState.RUNNING);
	}

	@Test
	void messagesShouldCountAsBeats() {
		Story story = Story.running().then();
		for (int i = 0; i < 100; i++) {
			story.happens(new Event.Beat()).afterMillis(1999);
		}
		story.assertNothingDone().assertState(SupervisionState.RUNNING);
	}

	@Test
	void silenceShouldBeNoticedAnIntervalAfterTheLastBeatAndNotLater() {
		Story story = Story.running().afterMillis(700).beats().then();
		story.afterMillis(1999).assertNothingDone();
		story.afterMillis(1).assertSent(Signal.SIGTERM);
	}

	@Test
	void graceZeroShouldKillAtOnce() {
		Story.running(Story.restart().gracePeriod(Duration.ZERO).build())
			.then()
			.after(Story.INTERVAL)
			.assertSent(Signal.SIGKILL);
	}

	@Test
	void warnSignalSigkillShouldKillAtOnce() {
		Story story = Story.running().happens(new Event.WarnSignal(Lane.ACTIVE, 9, Signal.SIGKILL)).then();
		story.after(Story.INTERVAL).assertSent(Signal.SIGKILL);
		assertThat(story.effects(Effect.AnnounceRecovery.class)).singleElement()
			.satisfies((announced) -> assertThat(announced.gracePeriod()).isZero());
	}

	@Test
	void warnSignalShouldOutliveTheInstanceThatSetIt() {
		Story story = Story.running().happens(new Event.WarnSignal(Lane.ACTIVE, 9, Signal.SIGUSR1));
		story.after(Story.INTERVAL.multipliedBy(2)).isKilledBySigkill().comesUp().then();
		story.after(Story.INTERVAL).assertSent(Signal.SIGUSR1);
	}

	@Test
	void gracePeriodShouldHaveADeadlineOfItsOwn() {
		Story.running(Story.restart().gracePeriod(Duration.ofMillis(300)).build())
			.then()
			.afterMillis(2299)
			.assertSent(Signal.SIGTERM)
			.afterMillis(1)
			.assertSent(Signal.SIGTERM, Signal.SIGKILL);
	}

	@ParameterizedTest
	@EnumSource(names = { "SIGUSR1", "SIGUSR2", "SIGQUIT" })
	void beatsThatResumeShouldWithdrawTheKillAfterASignalThatIsSurvived(Signal signal) {
		Story story = Story.running(Story.restart().warnSignal(signal).build()).then();
		story.after(Story.INTERVAL).assertSent(signal);
		story.afterMillis(500).beats().afterMillis(1000).assertState(SupervisionState.RUNNING);
		assertThat(story.effects(Effect.Report.class)).singleElement().satisfies((report) -> {
			assertThat(report.incident().exit()).isNull();
			assertThat(report.incident().message()).contains("resumed within the grace period");
		});
		assertThat(story.supervision().history().recoveries()).isEmpty();
		story.then().afterMillis(900).assertNothingDone();
		story.afterMillis(1000).assertSent(signal);
	}

	static List<Event> endsOfSupervision() {
		return List.of(new Event.Stop(9), new Event.Stopping(), new Event.Finish(9), new Event.Decline(9, "no"));
	}

	@ParameterizedTest
	@MethodSource("endsOfSupervision")
	void beatsThatResumeShouldBeTheLastOnesIfSupervisionEndsAfterThem(Event end) {
		Story story = Story
			.running(Story.restart().warnSignal(Signal.SIGUSR1).shutdownTimeout(Duration.ofSeconds(60)).build())
			.then();
		story.after(Story.INTERVAL).afterMillis(400).beats().afterMillis(1).happens(end);
		story.after(Story.INTERVAL.multipliedBy(3)).assertSent(Signal.SIGUSR1);
		assertThat(story.supervision().state())
			.isEqualTo((end instanceof Event.Stopping) ? SupervisionState.STOPPING : SupervisionState.STOPPED);
	}

	@ParameterizedTest
	@MethodSource("endsOfSupervision")
	void endOfSupervisionShouldNotWithdrawTheKill(Event end) {
		Story story = Story.running(Story.restart().warnSignal(Signal.SIGUSR1).build()).then();
		story.after(Story.INTERVAL).afterMillis(400).happens(end).after(Story.INTERVAL);
		story.assertSent(Signal.SIGUSR1, Signal.SIGKILL).then().isKilledBySigkill().assertSpawned(1);
	}

	@Test
	void connectionThatIsMadeAgainShouldNotKeepBeatsFromWithdrawingTheKill() {
		Story story = Story.running(Story.restart().warnSignal(Signal.SIGUSR1).build()).then();
		story.after(Story.INTERVAL).afterMillis(400).resumes().beats().afterMillis(200);
		story.assertSent(Signal.SIGUSR1).assertState(SupervisionState.RUNNING);
	}

	@Test
	void applicationThatStartsAgainWithinTheGracePeriodShouldBeReplaced() {
		Story story = Story.running(Story.restart().warnSignal(Signal.SIGUSR1).build()).then();
		story.after(Story.INTERVAL).afterMillis(400).beats().happens(new Event.Stop(9)).starts();
		story.beatsThrough(Story.INTERVAL).assertSent(Signal.SIGUSR1, Signal.SIGKILL);
	}

	@Test
	void beatFromBeforeAFreezeShouldWithdrawTheKillForAnInterval() {
		Story story = Story.running(Story.restart().warnSignal(Signal.SIGUSR1).build()).then();
		story.after(Story.INTERVAL).afterMillis(400).beats().isFrozenFor(Story.INTERVAL.plusMillis(10));
		story.after(Story.INTERVAL.minusMillis(1)).assertSent(Signal.SIGUSR1).assertState(SupervisionState.RUNNING);
	}

	@ParameterizedTest
	@EnumSource(names = { "SIGTERM", "SIGINT", "SIGHUP", "SIGABRT" })
	void beatsThatResumeShouldNotWithdrawTheKillAfterASignalThatEndsAJvm(Signal signal) {
		Story story = Story.running(Story.restart().warnSignal(signal).build()).then();
		story.after(Story.INTERVAL);
		for (int i = 0; i < 4; i++) {
			story.afterMillis(500).beats().happens(new Event.Beat());
		}
		story.assertSent(signal, Signal.SIGKILL);
	}

	@Test
	void intervalZeroShouldNeverMissAHeartbeat() {
		Story.running(SamOptions.of(Duration.ZERO, RecoveryPolicy.RESTART))
			.then()
			.after(Duration.ofDays(400))
			.assertNothingDone()
			.assertState(SupervisionState.RUNNING)
			.exits(139)
			.assertSpawned(1);
	}

	@Test
	void beatFromTheFutureShouldCountAsNow() {
		Story story = Story.running().then();
		story.beatsAt(story.now() + Duration.ofDays(1).toNanos()).afterMillis(1600).beatsAt(0);
		// the look after 1525 ms took it for a beat of that moment
		story.afterMillis(1924).assertNothingDone();
		story.afterMillis(1).assertSent(Signal.SIGTERM);
	}

	@Test
	void beatFromBeforeTheStartShouldCountForNothing() {
		Story story = Story.running().then();
		story.beatsAt(story.now() - Duration.ofDays(1).toNanos()).after(Story.INTERVAL).assertSent(Signal.SIGTERM);
	}

	@Test
	void watchdogThatDidNotRunShouldGrantAFreshInterval() {
		Story story = Story.running().afterMillis(100).then();
		story.isFrozenFor(Duration.ofSeconds(60)).assertNothingDone();
		assertThat(story.said()).contains("The watchdog itself did not run");
		story.afterMillis(1999).assertNothingDone();
		story.afterMillis(1).assertSent(Signal.SIGTERM);
	}

	@Test
	void freezeThatEndsBeforeTheDeadlineShouldMoveTheDeadline() {
		Story story = Story.running().then();
		// looks are due after 1.525 s and 2 s; the first one comes at 1.9 s
		story.isFrozenFor(Duration.ofMillis(1900)).afterMillis(800).assertNothingDone();
		story.beats().afterMillis(1000).assertNothingDone().assertState(SupervisionState.RUNNING);
	}

	/**
	 * {@link EveryFreezeTests} tries them all.
	 */
	@Test
	void someFreezesShouldNotCostAHealthyApplication() {
		EveryFreezeTests.assertThatNoFreezeCosts(90, Story.INTERVAL.toMillis() / 4, (begin) -> 0);
		EveryFreezeTests.assertThatNoFreezeCosts(90, 400, (begin) -> 400 - begin % 400);
	}

	/**
	 * However long it takes, and whatever the watchdog hears first after it.
	 */
	@Test
	void noFreezeShouldUseUpTheTimeToStartOrToStop() {
		SamOptions options = Story.restart()
			.startupTimeout(Duration.ofMinutes(5))
			.shutdownTimeout(Duration.ofMinutes(5))
			.build();
		for (long millis = 295_000; millis < 305_000; millis += 250) {
			Duration freeze = Duration.ofMillis(millis);
			for (Story story : List.of(Story.registered(options),
					Story.registered(options).happens(new Event.Start(3, true, false)),
					Story.running(options).happens(new Event.Stopping()),
					Story.running(options).happens(new Event.StopRequested(Signal.SIGTERM)))) {
				story.after(Duration.ofSeconds(2)).then();
				story.isFrozenFor(freeze).after(Duration.ofMinutes(4)).assertNothingDone();
			}
			Story story = Story.registered(options).after(Duration.ofSeconds(2)).then();
			story.passes(freeze).happens(new Event.WarnSignal(Lane.ACTIVE, 9, Signal.SIGUSR1));
			story.after(Duration.ofMinutes(4)).assertNothingDone();
		}
	}

	/**
	 * What a watchdog does all day is to see that all is well: nothing follows.
	 */
	@Test
	void looksThatFindAllWellShouldHaveNoEffect() {
		Story story = Story.running().then();
		for (int i = 0; i < 100; i++) {
			story.beats().afterMillis(500);
		}
		assertThat(story.looksWithoutEffect()).isEqualTo(story.looks()).isBetween(25, 40);
		story.assertNothingDone();
	}

	@Test
	void freezeShouldNotHideADeadApplicationForEver() {
		Story story = Story.running().then();
		story.isFrozenFor(Duration.ofMillis(1900)).after(Story.INTERVAL).assertSent(Signal.SIGTERM);
	}

	@Test
	void watchdogThatIsAlwaysLateShouldJudgeInTheEnd() {
		Story story = Story.running().then();
		for (int freeze = 0; freeze < 10; freeze++) {
			story.isFrozenFor(Duration.ofSeconds(60)).assertNothingDone();
		}
		story.isFrozenFor(Duration.ofSeconds(60)).assertSent(Signal.SIGTERM);
	}

	@Test
	void freezeWithinTheGracePeriodShouldGrantItAgain() {
		Story story = Story.running().after(Story.INTERVAL).then();
		story.isFrozenFor(Duration.ofSeconds(60)).assertNothingDone();
		story.after(Story.INTERVAL).assertSent(Signal.SIGKILL);
	}

	@Test
	void stoppedProcessShouldBeNamedAsTheCause() {
		Story story = Story.running().then().afterMillis(1500);
		story.happens(new Event.TimePassed(0, ""));
		story.afterMillis(499).then();
		Supervision.Step step = story.supervision()
			.step(new Event.TimePassed(0, "the process is stopped by a signal"),
					new Moment(story.now() + 1_000_000, 0));
		assertThat(step.effects()).anySatisfy((effect) -> assertThat(effect.toString())
			.contains("no heartbeat for 2 s (time interval 2 s); the process is stopped by a signal"));
	}

	@Test
	void unhealthyShouldBeWarnedAtOnceAndNeverWithdrawn() {
		Story story = Story.running(Story.restart().warnSignal(Signal.SIGUSR1).build()).afterMillis(10).then();
		story.happens(new Event.Unhealthy("orders is DOWN: disk full")).assertSent(Signal.SIGUSR1);
		assertThat(story.said()).contains("orders is DOWN: disk full");
		for (int i = 0; i < 4; i++) {
			story.afterMillis(500).beats();
		}
		story.assertSent(Signal.SIGUSR1, Signal.SIGKILL).isKilledBySigkill();
		assertThat(story.supervision().history().incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.reason()).isEqualTo(IncidentReason.UNHEALTHY));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void warningShouldNotBeWithdrawnOnceThereIsAnotherReason(boolean isRequested) {
		Story story = Story.running()
			.happens(new Event.WarnSignal(Lane.ACTIVE, 9, Signal.SIGUSR1))
			.then()
			.after(Story.INTERVAL);
		story.assertSent(Signal.SIGUSR1)
			.happens(isRequested ? new Event.Recover(10, "please") : new Event.Unhealthy("sick"))
			.beats()
			.after(Story.INTERVAL);
		story.assertSent(Signal.SIGUSR1, Signal.SIGKILL).then().isKilledBySigkill().assertSpawned(1);
	}

	@Test
	void connectionThatIsMadeAgainShouldNotTakeBackMoreTimeForStartup() {
		SamOptions options = Story.restart().startupTimeout(Duration.ofSeconds(30)).build();
		Story story = Story.registered(options).after(Duration.ofSeconds(29));
		story.happens(new Event.ExtendStartup(Lane.ACTIVE, 9, Duration.ofSeconds(10).toNanos()));
		story.after(Duration.ofSeconds(5)).registers(options).then().after(Duration.ofSeconds(4)).assertNothingDone();
		story.after(Duration.ofSeconds(1)).assertSent(Signal.SIGTERM);
	}

	@Test
	void startThatEndsStartupShouldEndItAlsoIfAnEarlierOneDidNot() {
		Story story = Story.registered(Story.restart().startupTimeout(Duration.ofSeconds(30)).build());
		story.happens(new Event.Start(9, true, false)).assertState(SupervisionState.STARTING);
		story.starts().assertState(SupervisionState.RUNNING);
	}

	@Test
	void freezeBeforeInitializeShouldNotCountAsStartup() {
		SamOptions options = Story.restart().startupTimeout(Duration.ofMinutes(5)).build();
		Story story = Story.started().afterMillis(10).isFrozenFor(Duration.ofSeconds(290));
		story.registers(options).then().after(Duration.ofMinutes(4)).assertNothingDone();
		Story next = Story.running(options).exits(1).then().afterMillis(10).isFrozenFor(Duration.ofSeconds(290));
		next.registers(options).after(Duration.ofMinutes(4)).assertNothingDone();
		next.after(Duration.ofSeconds(80)).assertSent(Signal.SIGTERM, Signal.SIGKILL);
	}

	@Test
	void recoverShouldReplaceAHealthyInstance() {
		Story story = Story.running().then().happens(new Event.Recover(7, "asked at /actuator/sam"));
		story.assertSent(Signal.SIGTERM).exits(143).assertSpawned(1);
		assertThat(story.supervision().history().incidents().get(0).reason()).isEqualTo(IncidentReason.REQUESTED);
	}

	@Test
	void processThatStaysShouldBeKilledAgain() {
		Story story = Story.running(Story.restart().gracePeriod(Duration.ZERO).build()).after(Story.INTERVAL).then();
		story.after(Duration.ofSeconds(61)).assertSent(Signal.SIGKILL, Signal.SIGKILL);
	}

	@Test
	void stuckProcessShouldBeReportedAgainAndAgainButNeverDoubled() {
		Story story = Story.running(Story.restart().gracePeriod(Duration.ZERO).build()).after(Story.INTERVAL).then();
		story.after(Duration.ofSeconds(29)).assertState(SupervisionState.RECOVERING);
		story.after(Duration.ofSeconds(1)).assertState(SupervisionState.FAILED).assertSpawned();
		assertThat(story.said()).contains("still exists 30 s after SIGKILL");
		story.after(Duration.ofSeconds(300)).assertSpawned();
		assertThat(story.effects(Effect.Say.class)).hasSize(11).allMatch(Effect.Say::isWarning);
		// the disk answers after all
		story.then().isKilledBySigkill().assertSpawned(1);
	}

}
