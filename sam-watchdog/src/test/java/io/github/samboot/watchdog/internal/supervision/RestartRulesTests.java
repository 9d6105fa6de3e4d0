package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often and how fast instances follow each other.
 */
class RestartRulesTests {

	private static final RestartLimits LIMITS = new RestartLimits(5, Duration.ofMinutes(10), Duration.ofSeconds(1),
			Duration.ofMinutes(1));

	private static SamOptions limited(RestartLimits limits) {
		return Story.restart().restartLimits(limits).build();
	}

	@Test
	void nextInstanceShouldNotWaitForWordsAndReports() {
		Story story = Story.running().then().exits(1);
		assertThat(story.effects()).extracting((effect) -> effect.getClass().getSimpleName())
			.containsSubsequence("Publish", "Spawn", "Report", "Say", "Save");
	}

	@Test
	void everyIncidentThatIsOverShouldBeReportedAsSuch() {
		Story story = Story.running().exits(1).exits(2).after(Duration.ofSeconds(2)).then().comesUp();
		assertThat(story.effects(Effect.Report.class)).extracting((report) -> report.incident().exit())
			.containsExactly("exit code 1", "exit code 2");
		assertThat(story.effects(Effect.Report.class))
			.allSatisfy((report) -> assertThat(report.incident().recoveredAt()).isNotNull());
	}

	@Test
	void startShouldBeToldFromWhatHappensAroundIt() {
		Story story = Story.running().exits(1);
		assertThat(story.supervision().failsToStart()).isFalse();
		story.happens(new Event.Recover(1, "an operator asks for it"));
		assertThat(story.supervision().failsToStart()).isFalse();
		story = Story.running(Story.restart().startupTimeout(Duration.ofSeconds(30)).build())
			.exits(1)
			.after(Duration.ofSeconds(30));
		assertThat(story.supervision().failsToStart()).isTrue();
	}

	@Test
	void firstRestartShouldBeImmediateAndLaterOnesShouldWaitLonger() {
		Story story = Story.running(limited(LIMITS)).then().exits(1).assertSpawned(1);
		long delay = 1000;
		for (int id = 2; id <= 5; id++) {
			story.comesUp().then().exits(1).assertSpawned().assertState(SupervisionState.RECOVERING);
			story.afterMillis(delay * 4 / 5 - 1).assertSpawned();
			story.afterMillis(delay / 5 + 2).assertSpawned(id);
			delay *= 2;
		}
	}

	@Test
	void delaysShouldVarySoThatNodesDoNotRestartAsOne() {
		RestartLimits limits = new RestartLimits(-1, Duration.ofMinutes(10), Duration.ofSeconds(1),
				Duration.ofSeconds(1));
		Story story = Story.running(limited(limits)).exits(1).comesUp();
		Set<Long> delays = new HashSet<>();
		for (int i = 0; i < 10; i++) {
			story.exits(1);
			long delay = story.supervision().wakeAt() - story.now();
			assertThat(Duration.ofNanos(delay)).isBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
			delays.add(delay);
			story.after(Duration.ofNanos(delay)).comesUp();
		}
		assertThat(delays).hasSizeGreaterThan(8);
	}

	@Test
	void anotherWatchdogShouldKnowOfARestartThatIsStillToCome() {
		Story story = Story.running(limited(LIMITS)).exits(1).comesUp().then().exits(1).assertSpawned();
		assertThat(story.effects(Effect.Save.class)).isNotEmpty();
		assertThat(story.supervision().history().inARow()).isEqualTo(2);
	}

	@Test
	void moreRestartsThanAllowedShouldBeGivenUp() {
		Story story = Story.running(limited(LIMITS));
		for (int i = 0; i < 5; i++) {
			story.exits(3).after(Duration.ofSeconds(20)).comesUp();
		}
		story.then().exits(3).assertQuit(3, true).assertState(SupervisionState.FAILED);
		assertThat(story.said()).contains(
				"Restart limit reached: 5 restarts within 600 s (sam.restart.max-restarts, sam.restart.within). Giving up; the watchdog exits with code");
	}

	@Test
	void restartsOutsideTheWindowShouldNotCount() {
		Story story = Story.running(limited(LIMITS));
		for (int i = 1; i < 50; i++) {
			story.beats().happens(new Event.Stop(1)).after(Duration.ofMinutes(3)).starts();
			story.then().exits(3).after(Duration.ofMinutes(2)).assertSpawned(i).comesUp();
		}
		assertThat(story.supervision().history().restarts()).hasSizeLessThanOrEqualTo(6);
	}

	@Test
	void instanceThatWasStableShouldBeReplacedAtOnceAgain() {
		Story story = Story.running(limited(LIMITS)).exits(1).comesUp();
		story.happens(new Event.Stop(1)).after(Duration.ofMinutes(2)).starts();
		// start counts as coming up: stability counts from there
		story.happens(new Event.Stop(1)).after(Duration.ofMinutes(2)).happens(new Event.Start(2, false, false));
		for (int i = 0; i < 61; i++) {
			story.beats().afterMillis(1000);
		}
		story.then().exits(1).assertSpawned(2);
	}

	@Test
	void noRestartsShouldBeAllowedWithMaxRestartsZero() {
		Story.running(limited(new RestartLimits(0, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO)))
			.then()
			.exits(9)
			.assertQuit(9, true);
	}

	@Test
	void restartsShouldNotBeLimitedByDefault() {
		Story story = Story.running();
		for (int i = 1; i <= 1000; i++) {
			story.then().exits(139).assertSpawned(i).comesUp();
		}
		assertThat(story.supervision().history().restarts()).hasSize(100);
		assertThat(story.supervision().history().incidents()).hasSize(20);
		assertThat(story.supervision().status(1, "", null, 0, story.now()).totalRecoveries()).isEqualTo(1000);
	}

	@Test
	void instanceIdShouldWrapToZero() {
		Story story = new Story().happens(new Event.Adopted(55, Integer.MAX_VALUE, true))
			.registers(Story.restart().build())
			.starts()
			.then();
		story.exits(137).assertSpawned(0);
		story.comesUp().then().exits(137).assertSpawned(1);
	}

	@Test
	void processThatCannotBeStartedAtFirstShouldEndTheWatchdog() {
		Story story = new Story().withoutProcesses().happens(new Event.Begin());
		assertThat(story.effects(Effect.Quit.class)).containsExactly(new Effect.Quit(127, false));
		assertThat(story.said()).contains("could not be started: Cannot allocate memory");
	}

	@Test
	void processThatCannotBeStartedLaterShouldBeTriedAgainAfterAPause() {
		Story story = Story.running().withoutProcesses().then().exits(1).assertSpawned(1);
		story.assertState(SupervisionState.RECOVERING);
		story.after(Duration.ofSeconds(10)).assertSpawned(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
		story.withProcesses().then().after(Duration.ofSeconds(1)).assertSpawned(12).comesUp();
		story.assertState(SupervisionState.RUNNING);
	}

	@Test
	void publishedStatesShouldEndWithTheStateInForce() {
		Story story = Story.running().withoutProcesses().then().exits(1);
		assertThat(story.effects(Effect.Publish.class)).last()
			.isEqualTo(new Effect.Publish(story.supervision().state()));
		story.withProcesses().after(Duration.ofSeconds(2));
		assertThat(story.effects(Effect.Publish.class)).last()
			.isEqualTo(new Effect.Publish(story.supervision().state()));
	}

	@Test
	void recoveryShouldBeMeasuredFromDetectionToComingUp() {
		Story story = Story.running().afterMillis(100).exits(139).afterMillis(900).comesUp();
		assertThat(story.supervision().history().incidents().get(0).downtime()).isEqualTo(Duration.ofMillis(900));
		assertThat(story.supervision().status(1, "parent", null, 0, story.now()).downtime())
			.isEqualTo(Duration.ofMillis(900));
		assertThat(story.said()).contains("is up, 0.9 s after process-exit");
	}

	@Test
	void watchdogShouldQuitAtTheLimitAndTellTheLastIncident() {
		RestartLimits limits = new RestartLimits(0, Duration.ofMinutes(10), Duration.ZERO, Duration.ZERO);
		Story story = Story.running(Story.restart().restartLimits(limits).build()).then().exits(3);
		story.assertQuit(3, true);
		assertThat(story.said()).contains("Giving up; the watchdog exits with code",
				"Last incident: instance 0 (pid 100), process-exit at 20", "it ended with exit code 3");
	}

	@Test
	void watchdogShouldKeepTryingNoMoreOftenThanAllowed() {
		RestartLimits limits = new RestartLimits(2, Duration.ofMinutes(10), Duration.ZERO, Duration.ZERO,
				RestartLimits.AtLimit.KEEP_TRYING);
		Story story = Story.running(Story.restart().restartLimits(limits).build());
		story.exits(3).comesUp().after(Duration.ofSeconds(1)).exits(3).comesUp().after(Duration.ofSeconds(1));
		story.then().exits(3).assertSpawned().assertState(SupervisionState.RECOVERING);
		assertThat(story.said()).contains(
				"2 restarts within 600 s (sam.restart.max-restarts, sam.restart.within); starting instance 3 in 598 s");
		story.after(Duration.ofSeconds(597)).assertSpawned().after(Duration.ofSeconds(1)).assertSpawned(3);
		story.comesUp().then().exits(3);
		assertThat(story.said()).contains("starting instance 4 in 1 s");
	}

	@Test
	void nodesThatKeepTryingShouldNotDoSoAsOne() {
		RestartLimits limits = new RestartLimits(1, Duration.ofMinutes(10), Duration.ofMillis(1), Duration.ofMinutes(1),
				RestartLimits.AtLimit.KEEP_TRYING);
		Set<Long> waits = new HashSet<>();
		for (int crashes = 0; crashes < 5; crashes++) {
			// each restart throws the dice once
			Story story = Story.running(Story.restart().restartLimits(limits).build());
			for (int i = 0; i < crashes; i++) {
				story.exits(1).after(Duration.ofMinutes(11)).comesUp();
			}
			story.exits(1).after(Duration.ofSeconds(1)).comesUp().exits(1);
			long wait = story.supervision().wakeAt() - story.now();
			assertThat(Duration.ofNanos(wait)).isBetween(Duration.ofSeconds(599), Duration.ofSeconds(612));
			waits.add(wait);
		}
		assertThat(waits).hasSize(5);
	}

	@Test
	void startupShouldBeExtendedWhileItMakesProgress() {
		SamOptions options = Story.restart().startupTimeout(Duration.ofSeconds(10)).build();
		Story story = Story.registered(options).happens(new Event.Start(8, true, false));
		for (int i = 0; i < 10; i++) {
			story.after(Duration.ofSeconds(9))
				.happens(new Event.ExtendStartup(Lane.ACTIVE, 9, Duration.ofSeconds(10).toNanos()));
		}
		story.then().after(Duration.ofSeconds(9)).assertNothingDone();
		story.after(Duration.ofSeconds(2)).assertSent(Signal.SIGTERM);
	}

	/**
	 * The connection over which it was said is lost, the watchdog is not.
	 */
	@Test
	void endOfStartupThatWasNotHeardShouldBeHeardLater() {
		SamOptions options = Story.restart().startupTimeout(Duration.ofSeconds(10)).build();
		Story story = Story.registered(options).happens(new Event.Start(8, true, false));
		story.happens(new Event.Start(3, true, true)).assertState(SupervisionState.STARTING);
		story.happens(new Event.Start(4, false, true)).assertState(SupervisionState.RUNNING);
		assertThat(story.replies(Lane.ACTIVE)).contains(Effect.Reply.ok(Lane.ACTIVE, 3),
				Effect.Reply.ok(Lane.ACTIVE, 4));
	}

	@Test
	void extensionShouldNeverShortenStartup() {
		SamOptions options = Story.restart().startupTimeout(Duration.ofSeconds(10)).build();
		Story story = Story.registered(options).happens(new Event.ExtendStartup(Lane.ACTIVE, 9, 1)).then();
		story.after(Duration.ofSeconds(9)).assertNothingDone();
	}

}
