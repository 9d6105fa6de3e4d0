package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.Map;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RestartLimits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HistoryTests {

	private static final RestartLimits LIMITS = new RestartLimits(3, Duration.ofSeconds(60), Duration.ofSeconds(1),
			Duration.ofSeconds(5));

	private static Moment second(long second) {
		return new Moment(Duration.ofSeconds(second).toNanos(), 1_000_000 + 1000 * second);
	}

	private static Failure failure(IncidentReason reason, long second) {
		return new Failure(reason, "because", second(second));
	}

	private static Instance instance(int id) {
		return Instance.withId(id).started(100 + id);
	}

	@Test
	void incidentsShouldBeNewestFirstAndLimited() {
		History history = History.NONE;
		for (int i = 0; i < 10; i++) {
			history = history.failed(failure(IncidentReason.UNHEALTHY, i), instance(i), "SIGKILL", 3);
		}
		assertThat(history.incidents()).extracting((incident) -> incident.instanceId()).containsExactly(9, 8, 7);
	}

	@Test
	void comingUpShouldCloseAllOpenIncidents() {
		History history = History.NONE.failed(failure(IncidentReason.UNHEALTHY, 10), instance(0), "SIGKILL", 20)
			.failed(failure(IncidentReason.STARTUP_FAILED, 14), instance(1), "exit code 1", 20)
			.up(second(20));
		assertThat(history.open().isEmpty()).isTrue();
		assertThat(history.recoveries())
			.isEqualTo(Map.of(IncidentReason.UNHEALTHY, 1, IncidentReason.STARTUP_FAILED, 1));
		assertThat(history.incidents()).extracting((incident) -> incident.downtime())
			.containsExactly(Duration.ofSeconds(6), Duration.ofSeconds(10));
		// the second attempt lies within the downtime of the first
		assertThat(Duration.ofNanos(history.downtime())).isEqualTo(Duration.ofSeconds(10));
		assertThat(history.hasBeenUp()).isTrue();
	}

	@Test
	void attemptsBeyondTheIncidentsThatAreKeptShouldCount() {
		History history = History.NONE.failed(failure(IncidentReason.UNHEALTHY, 10), instance(0), "SIGKILL", 3);
		for (int i = 1; i <= 50; i++) {
			history = history.failed(failure(IncidentReason.STARTUP_FAILED, 10 + i), instance(i), "exit code 1", 3);
		}
		history = history.up(second(100));
		assertThat(history.recoveries())
			.isEqualTo(Map.of(IncidentReason.UNHEALTHY, 1, IncidentReason.STARTUP_FAILED, 50));
		assertThat(Duration.ofNanos(history.downtime())).isEqualTo(Duration.ofSeconds(90));
		assertThat(history.incidents()).hasSize(3)
			.allSatisfy((incident) -> assertThat(incident.recoveredAt()).isNotNull());
	}

	@Test
	void comingUpAgainShouldNotCountAgain() {
		History history = History.NONE.failed(failure(IncidentReason.UNHEALTHY, 10), instance(0), "SIGKILL", 20)
			.up(second(20))
			.up(second(30));
		assertThat(history.recoveries()).isEqualTo(Map.of(IncidentReason.UNHEALTHY, 1));
		assertThat(Duration.ofNanos(history.downtime())).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void withdrawnWarningShouldBeNoRecovery() {
		History history = History.NONE.up(second(1))
			.noted(failure(IncidentReason.MISSED_HEARTBEAT, 10).survived(), instance(0), second(11), 20)
			.up(second(20));
		assertThat(history.recoveries()).isEmpty();
		assertThat(history.incidents()).singleElement().satisfies((incident) -> {
			assertThat(incident.message()).contains("not killed");
			assertThat(incident.downtime()).isEqualTo(Duration.ofSeconds(1));
		});
	}

	@Test
	void restartsShouldBeCountedWithinTheWindow() {
		History history = History.NONE;
		for (int i = 0; i < 10; i++) {
			history = history.restarted(LIMITS, second(20 * i).nanos());
		}
		assertThat(history.restartsWithin(LIMITS, second(180).nanos())).isEqualTo(3);
		assertThat(history.restartsWithin(LIMITS, second(239).nanos())).isEqualTo(1);
		assertThat(history.restartsWithin(LIMITS, second(300).nanos())).isZero();
		assertThat(history.restarts()).hasSize(3);
		assertThat(history.inARow()).isEqualTo(10);
	}

	@Test
	void restartsWithoutALimitShouldBeCountedToo() {
		RestartLimits limits = new RestartLimits(-1, Duration.ofMinutes(2), Duration.ZERO, Duration.ZERO);
		History history = History.NONE;
		for (int i = 0; i < 200; i++) {
			history = history.restarted(limits, second(i).nanos());
		}
		assertThat(history.restartsWithin(limits, second(200).nanos())).isEqualTo(100);
		assertThat(history.restartsWithin(limits, second(312).nanos())).isEqualTo(7);
	}

	@Test
	void restartShouldBeAllowedWhenTheOldestThatCountsIsOutOfTheWindow() {
		RestartLimits limits = new RestartLimits(3, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO);
		History history = History.NONE;
		for (int second : new int[] { 0, 10, 20 }) {
			history = history.restarted(limits, second(second).nanos());
		}
		assertThat(Duration.ofNanos(history.untilRestartIsAllowed(limits, second(35).nanos())).toSeconds())
			.isEqualTo(25);
		assertThat(Duration.ofNanos(history.untilRestartIsAllowed(limits, second(60).nanos())).toSeconds())
			.isEqualTo(10);
		history = history.restarted(limits, second(35).nanos());
		assertThat(Duration.ofNanos(history.untilRestartIsAllowed(limits, second(40).nanos())).toSeconds())
			.isEqualTo(30);
	}

	@Test
	void stabilityShouldEndARowOfRestarts() {
		History history = History.NONE.restarted(LIMITS, 0).restarted(LIMITS, 1).up(second(10));
		assertThat(history.afterStability(LIMITS, second(69).nanos()).inARow()).isEqualTo(2);
		assertThat(history.afterStability(LIMITS, second(70).nanos()).inARow()).isZero();
		assertThat(history.restarted(LIMITS, 2).afterStability(LIMITS, second(99).nanos()).inARow()).isEqualTo(3);
	}

	@Test
	void stableInstanceShouldStayThatUnderAnotherWatchdog() {
		History last = History.NONE.restarted(LIMITS, 0).up(second(10));
		History history = new History(last.incidents(), last.open(), last.recoveries(), last.downtime(),
				last.restarts(), last.inARow(), last.upSince(), true);
		assertThat(history.up(second(69)).afterStability(LIMITS, second(70).nanos()).inARow()).isZero();
	}

	/**
	 * They are kept as files too, of which there may be more.
	 */
	@Test
	void moreThanAHundredIncidentsShouldNotBeKeptInMemory() {
		Story story = Story.running(Story.restart()
			.incidents(null, 100_000)
			.restartLimits(new RestartLimits(-1, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO))
			.build());
		for (int i = 0; i < 130; i++) {
			story.exits(1).comesUp();
		}
		assertThat(story.supervision().history().incidents()).hasSize(100);
	}

}
