package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.contributor.Health;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HealthRounds} and {@link HealthVerdict}.
 */
class HealthRoundsTests {

	private static final long SECOND = 1_000_000_000L;

	private static final HealthAnswer UP = HealthAnswer.of(Health.up().build());

	private static final HealthAnswer DOWN = HealthAnswer.of(Health.down().withDetail("error", "no disk").build());

	private long now = 5;

	private HealthRounds rounds = rounds(1, 1, 3);

	private Set<String> group = Set.of();

	private final List<String> warnings = new ArrayList<>();

	private final List<String> timeouts = new ArrayList<>();

	@Test
	void verdictBeforeFirstAnswerShouldBeUnknownAndGood() {
		assertThat(this.rounds.verdict(this.now)).isEqualTo(new HealthVerdict(this.now, "UNKNOWN", 0, null));
		assertThat(begin("a")).containsExactly("a");
		assertThat(this.rounds.verdict(this.now).isGood()).isTrue();
	}

	@Test
	void verdictWhenAllAreUpShouldBeUp() {
		round("a", UP);
		assertThat(this.rounds.verdict(this.now)).isEqualTo(new HealthVerdict(this.now, "UP", 0, null));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7 })
	void memberShouldMakeUnhealthyAfterThresholdRounds(int threshold) {
		this.rounds = rounds(1, 1, threshold);
		for (int round = 1; round < threshold; round++) {
			round("a", DOWN);
			assertThat(verdict().isGood()).as("round " + round).isTrue();
			assertThat(verdict().status()).isEqualTo("DOWN");
			assertThat(verdict().consecutiveFailures()).isEqualTo(round);
		}
		assertThat(this.warnings).hasSize(threshold - 1);
		round("a", DOWN);
		assertThat(verdict().problem()).isEqualTo("health indicator 'a' is DOWN"
				+ ((threshold > 1) ? " " + threshold + " times in a row" : "") + ": no disk");
	}

	@Test
	void outOfServiceShouldBeBadAndUnknownShouldNot() {
		this.rounds = rounds(1, 1, 1);
		round("a", HealthAnswer.of(Health.status("UNKNOWN").build()));
		assertThat(verdict().isGood()).isTrue();
		round("a", HealthAnswer.of(Health.status("FATAL").build()));
		assertThat(verdict().isGood()).isTrue();
		round("a", HealthAnswer.of(Health.status("OUT_OF_SERVICE").build()));
		assertThat(verdict())
			.isEqualTo(new HealthVerdict(this.now, "OUT_OF_SERVICE", 1, "health indicator 'a' is OUT_OF_SERVICE"));
	}

	@Test
	void oneGoodRoundShouldForgiveAllBadOnes() {
		round("a", DOWN);
		round("a", DOWN);
		round("a", UP);
		assertThat(verdict()).isEqualTo(new HealthVerdict(this.now, "UP", 0, null));
		round("a", DOWN);
		round("a", DOWN);
		assertThat(verdict().isGood()).isTrue();
		round("a", DOWN);
		assertThat(verdict().isGood()).isFalse();
		round("a", UP);
		assertThat(verdict().isGood()).as("heartbeats go on, the watchdog decides").isTrue();
	}

	@Test
	void badRoundsOfDifferentMembersShouldNotAddUp() {
		round("a", DOWN, "b", UP);
		round("a", UP, "b", DOWN);
		round("a", DOWN, "b", UP);
		round("a", UP, "b", DOWN);
		assertThat(verdict().isGood()).isTrue();
		assertThat(verdict().consecutiveFailures()).isEqualTo(1);
	}

	@Test
	void worstMemberShouldBeNamed() {
		round("a", UP, "orders", DOWN, "c", UP);
		round("a", DOWN, "orders", DOWN, "c", UP);
		round("a", DOWN, "orders", DOWN, "c", UP);
		assertThat(verdict().problem()).isEqualTo("health indicator 'orders' is DOWN 3 times in a row: no disk");
	}

	@Test
	void roundsShouldBeOneIntervalApart() {
		assertThat(this.rounds.isRoundDue(this.now)).isTrue();
		begin("a");
		assertThat(this.rounds.isRoundDue(this.now)).isFalse();
		assertThat(this.rounds.isRoundDue(this.now + SECOND - 1)).isFalse();
		assertThat(this.rounds.isRoundDue(this.now + SECOND)).isTrue();
	}

	@Test
	void beginWhenLateShouldNotDrift() {
		begin("a");
		answer("a", UP);
		this.now += SECOND + SECOND / 10;
		begin("a");
		assertThat(this.rounds.isRoundDue(this.now + SECOND - SECOND / 10)).isTrue();
	}

	@Test
	void beginAfterLongPauseShouldNotMakeUpForMissedRounds() {
		begin("a");
		answer("a", UP);
		this.now += 10 * SECOND;
		begin("a");
		assertThat(this.rounds.isRoundDue(this.now + SECOND - 1)).isFalse();
	}

	@Test
	void stuckMemberShouldNotBeAskedAgain() {
		assertThat(begin("a", "b")).containsExactly("a", "b");
		answer("a", UP);
		for (int round = 0; round < 10; round++) {
			sleep(SECOND);
			assertThat(begin("a", "b")).containsExactly("a");
			answer("a", UP);
		}
	}

	@Test
	void stuckMemberShouldCountOncePerTimeout() {
		begin("a");
		sleep(SECOND - 1);
		assertThat(verdict().consecutiveFailures()).isZero();
		sleep(1);
		assertThat(verdict().consecutiveFailures()).isEqualTo(1);
		assertThat(verdict().status()).isEqualTo("DOWN");
		sleep(SECOND);
		assertThat(verdict().consecutiveFailures()).isEqualTo(2);
		assertThat(verdict().isGood()).isTrue();
		sleep(SECOND);
		assertThat(verdict().problem()).isEqualTo("health indicator 'a' has not returned for 3.0 s");
		assertThat(this.warnings).containsExactly(
				"health indicator 'a' has not returned for 1.0 s: failed check 1 of 3 in a row",
				"health indicator 'a' has not returned for 2.0 s: failed check 2 of 3 in a row");
		assertThat(this.timeouts).containsExactly("a 1 s", "a 2 s", "a 3 s");
	}

	@Test
	void stuckMemberWithTimeoutShorterThanIntervalShouldCountPerTimeout() {
		this.rounds = rounds(10, 2, 3);
		begin("a");
		sleep(6 * SECOND);
		assertThat(verdict().problem()).isEqualTo("health indicator 'a' has not returned for 6.0 s");
	}

	@Test
	void stuckMemberWithTimeoutLongerThanIntervalShouldHaveThatTime() {
		this.rounds = rounds(1, 5, 1);
		begin("a");
		sleep(5 * SECOND - 1);
		assertThat(verdict().isGood()).isTrue();
		sleep(1);
		assertThat(verdict().isGood()).isFalse();
	}

	@Test
	void stuckMemberThatReturnsWellShouldBeForgiven() {
		begin("a");
		sleep(2 * SECOND);
		assertThat(verdict().consecutiveFailures()).isEqualTo(2);
		answer("a", UP);
		assertThat(verdict().consecutiveFailures()).isZero();
		assertThat(begin("a")).containsExactly("a");
	}

	@Test
	void lateBadAnswerShouldNotCountOnTopOfItsSilence() {
		begin("a");
		sleep(2 * SECOND);
		answer("a", DOWN);
		assertThat(verdict().consecutiveFailures()).isEqualTo(2);
		round("a", DOWN);
		assertThat(verdict().problem()).isEqualTo("health indicator 'a' is DOWN 3 times in a row: no disk");
	}

	@Test
	void silenceAfterBadAnswersShouldAddUp() {
		round("a", DOWN);
		round("a", DOWN);
		begin("a");
		sleep(SECOND);
		assertThat(verdict().problem()).isEqualTo("health indicator 'a' has not returned for 1.0 s");
	}

	@Test
	void pauseOfTheWholeProcessShouldBlameNobody() {
		begin("a");
		long next = this.rounds.next(this.now);
		this.now = next + 3600 * SECOND;
		this.warnings.addAll(this.rounds.pass(this.now, this::timedOut));
		assertThat(verdict()).isEqualTo(new HealthVerdict(this.now, "UNKNOWN", 0, null));
		assertThat(this.warnings).isEmpty();
		sleep(SECOND);
		assertThat(verdict().consecutiveFailures()).as("has its timeout from then on").isEqualTo(1);
	}

	@Test
	void smallLatenessShouldNotExtendTimeout() {
		begin("a");
		this.rounds.next(this.now);
		this.now += SECOND + SECOND / 5;
		this.warnings.addAll(this.rounds.pass(this.now, this::timedOut));
		assertThat(verdict().consecutiveFailures()).isEqualTo(1);
	}

	@Test
	void vanishedMemberShouldCountNoMoreAndNotBeAskedTwiceAtATime() {
		round("a", DOWN, "b", UP);
		round("a", DOWN, "b", UP);
		begin("a", "b");
		answer("b", UP);
		sleep(SECOND);
		assertThat(verdict().isGood()).isFalse();
		begin("b");
		assertThat(verdict().isGood()).as("the registry does not have it any more").isTrue();
		answer("b", UP);
		sleep(SECOND);
		assertThat(begin("a", "b")).as("its first evaluation still runs").containsExactly("b");
		answer("a", UP);
		sleep(SECOND);
		assertThat(begin("a")).containsExactly("a");
	}

	@Test
	void waitingForAThreadShouldNotCount() {
		this.group = Set.of("a");
		begin();
		pass(10 * SECOND);
		assertThat(verdict()).isEqualTo(new HealthVerdict(this.now, "UNKNOWN", 0, null));
		this.rounds.begun("a", this.now);
		pass(SECOND);
		assertThat(verdict().consecutiveFailures()).isEqualTo(1);
	}

	@Test
	void vanishedMemberShouldCountWhileItKeepsOthersWaiting() {
		begin("a");
		pass(SECOND);
		this.group = Set.of("b");
		begin();
		assertThat(verdict().consecutiveFailures()).as("it keeps the only thread").isEqualTo(1);
		pass(SECOND);
		pass(SECOND);
		assertThat(verdict().problem()).isEqualTo("health indicator 'a' has not returned for 3.0 s");
		this.rounds.begun("b", this.now);
		assertThat(verdict().isGood()).as("b has got a thread").isTrue();
	}

	@Test
	void searchThatHangsShouldCountAndBeNamed() {
		assertThat(this.rounds.begin(this.now)).isTrue();
		this.rounds.begun(HealthRounds.SEARCH, this.now);
		pass(SECOND);
		assertThat(this.rounds.begin(this.now)).as("it still lasts").isFalse();
		this.rounds.searching("db/");
		pass(SECOND);
		pass(SECOND);
		assertThat(verdict().problem())
			.isEqualTo("the search for the members of health contributor 'db' has not returned for 3.0 s");
		this.rounds.found(Set.of());
		assertThat(verdict().isGood()).isTrue();
	}

	@Test
	void onlyMembersThatMakeTheGroupBadShouldCount() {
		begin("a", "b");
		this.rounds.answered("a", DOWN);
		this.rounds.answered("b", DOWN);
		judge((statuses) -> new GroupStatus("FATAL", Set.of("b")));
		assertThat(verdict()).isEqualTo(new HealthVerdict(this.now, "FATAL", 1, null));
		assertThat(this.warnings).singleElement()
			.asString()
			.startsWith("health indicator 'b' is DOWN: no disk: failed check 1");
	}

	@Test
	void groupThatIsGoodAgainShouldForgiveItsMembers() {
		begin("a", "b");
		this.rounds.answered("a", DOWN);
		judge((statuses) -> new GroupStatus("DOWN", Set.of("a")));
		assertThat(verdict().consecutiveFailures()).isEqualTo(1);
		this.rounds.answered("b", UP);
		judge((statuses) -> new GroupStatus("UP", Set.of()));
		assertThat(verdict()).isEqualTo(new HealthVerdict(this.now, "UP", 0, null));
	}

	@Test
	void errorShouldFailWhateverTheGroupMakesOfTheOthers() {
		begin("a", "b");
		this.rounds.answered("a", HealthAnswer.error(new IllegalStateException("no answer")));
		this.rounds.answered("b", UP);
		judge((statuses) -> {
			assertThat(statuses).containsOnlyKeys("b");
			return new GroupStatus("UP", Set.of());
		});
		assertThat(verdict()).isEqualTo(new HealthVerdict(this.now, "DOWN", 1, null));
	}

	@Test
	void warningsOfOneMomentShouldBeFew() {
		String[] names = IntStream.range(0, 50).mapToObj(String::valueOf).toArray(String[]::new);
		begin(names);
		for (String name : names) {
			this.rounds.answered(name, DOWN);
		}
		judge(HealthGroup.BY_DEFAULT::status);
		assertThat(this.warnings).hasSize(10);
	}

	@Test
	void answerOfUnknownMemberShouldBeIgnored() {
		answer("ghost", DOWN);
		begin("a");
		answer("a", UP);
		answer("a", DOWN);
		assertThat(verdict().consecutiveFailures()).isZero();
	}

	@Test
	void nextShouldBeRoundOrOverdueAnswer() {
		this.rounds = rounds(10, 2, 3);
		begin("a");
		assertThat(this.rounds.next(this.now)).isEqualTo(this.now + 2 * SECOND);
		answer("a", UP);
		assertThat(this.rounds.next(this.now)).isEqualTo(this.now + 10 * SECOND);
		assertThat(this.rounds.next(this.now + 11 * SECOND)).as("never in the past").isEqualTo(this.now + 11 * SECOND);
	}

	@Test
	void nanoTimeMayOverflow() {
		this.now = Long.MAX_VALUE - SECOND / 2;
		this.rounds = rounds(1, 1, 3);
		begin("a");
		sleep(3 * SECOND);
		assertThat(verdict().problem()).isEqualTo("health indicator 'a' has not returned for 3.0 s");
	}

	@Test
	void verdictShouldAllowHeartbeatsWhileGoodAndFresh() {
		Duration validity = Duration.ofSeconds(2);
		HealthVerdict good = new HealthVerdict(this.now, "UP", 0, null);
		assertThat(good.allowsHeartbeat(this.now, validity)).isTrue();
		assertThat(good.allowsHeartbeat(this.now + 2 * SECOND, validity)).isTrue();
		assertThat(good.allowsHeartbeat(this.now + 2 * SECOND + 1, validity)).isFalse();
		HealthVerdict bad = new HealthVerdict(this.now, "DOWN", 3, "it is down");
		assertThat(bad.allowsHeartbeat(this.now, validity)).isFalse();
	}

	/**
	 * Whatever happens: unhealthy exactly when some member had its last threshold rounds
	 * all bad.
	 */
	@Test
	void verdictShouldFollowAnySequenceOfAnswers() {
		Random random = new Random(42);
		for (int run = 0; run < 200; run++) {
			int threshold = 1 + random.nextInt(4);
			this.rounds = rounds(1, 1, threshold);
			int[] bad = new int[3];
			for (int round = 0; round < 50; round++) {
				begin("0", "1", "2");
				boolean unhealthy = false;
				for (int member = 0; member < 3; member++) {
					boolean down = random.nextInt(10) < 6;
					answer(String.valueOf(member), down ? DOWN : UP);
					bad[member] = down ? bad[member] + 1 : 0;
					unhealthy |= bad[member] >= threshold;
				}
				assertThat(verdict().isGood()).isEqualTo(!unhealthy);
				assertThat(verdict().consecutiveFailures()).isEqualTo(Math.max(bad[0], Math.max(bad[1], bad[2])));
				sleep(SECOND);
			}
		}
	}

	private HealthRounds rounds(int interval, int timeout, int threshold) {
		return new HealthRounds(
				new HealthRounds.Limits(Duration.ofSeconds(interval), Duration.ofSeconds(timeout), threshold), this.now,
				HealthAnswer::detail);
	}

	private void timedOut(String name, long nanos) {
		this.timeouts.add(name + " " + nanos / SECOND + " s");
	}

	private List<String> begin(String... members) {
		this.group = new LinkedHashSet<>(List.of(members));
		List<String> toCheck = begin();
		toCheck.forEach((name) -> this.rounds.begun(name, this.now));
		return toCheck;
	}

	private List<String> begin() {
		assertThat(this.rounds.begin(this.now)).isTrue();
		this.rounds.begun(HealthRounds.SEARCH, this.now);
		return this.rounds.found(this.group);
	}

	private void answer(String name, HealthAnswer answer) {
		this.rounds.answered(name, answer);
		judge(HealthGroup.BY_DEFAULT::status);
	}

	private void judge(Function<Map<String, String>, GroupStatus> rules) {
		this.warnings.addAll(this.rounds.judged(rules.apply(this.rounds.statuses())));
	}

	private void round(Object... membersAndAnswers) {
		List<String> names = new ArrayList<>();
		for (int i = 0; i < membersAndAnswers.length; i += 2) {
			names.add((String) membersAndAnswers[i]);
		}
		begin(names.toArray(String[]::new));
		for (int i = 0; i < membersAndAnswers.length; i += 2) {
			answer((String) membersAndAnswers[i], (HealthAnswer) membersAndAnswers[i + 1]);
		}
		sleep(SECOND);
	}

	/**
	 * Let time pass as the evaluator does, waking up whenever there is something to do.
	 */
	private void sleep(long nanos) {
		long end = this.now + nanos;
		while (this.now - end < 0) {
			if (this.rounds.isRoundDue(this.now)) {
				begin(this.group.toArray(String[]::new));
			}
			long next = this.rounds.next(this.now);
			this.now = (next - end < 0 && next - this.now > 0) ? next : end;
			this.warnings.addAll(this.rounds.pass(this.now, this::timedOut));
		}
	}

	/**
	 * Let time pass without another round.
	 */
	private void pass(long nanos) {
		this.rounds.next(this.now);
		this.now += nanos;
		this.rounds.next(this.now);
		this.warnings.addAll(this.rounds.pass(this.now, this::timedOut));
	}

	private HealthVerdict verdict() {
		return this.rounds.verdict(this.now);
	}

}
