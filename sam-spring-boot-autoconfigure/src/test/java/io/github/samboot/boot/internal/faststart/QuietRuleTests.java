package io.github.samboot.boot.internal.faststart;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the preparation begins.
 */
class QuietRuleTests {

	private final QuietRule rule = new QuietRule(Duration.ofMinutes(1));

	@Test
	void lessThanHalfACoreShouldBeQuiet() {
		assertThat(this.rule.isQuiet(Duration.ZERO, QuietRule.PERIOD)).isTrue();
		assertThat(this.rule.isQuiet(Duration.ofMillis(2499), QuietRule.PERIOD)).isTrue();
		assertThat(this.rule.isQuiet(Duration.ofMillis(2500), QuietRule.PERIOD)).isFalse();
		assertThat(this.rule.isQuiet(Duration.ofSeconds(10), QuietRule.PERIOD)).isFalse();
		// the machine was so busy that looking took longer
		assertThat(this.rule.isQuiet(Duration.ofSeconds(10), Duration.ofSeconds(21))).isTrue();
	}

	@Test
	void unknownProcessorTimeShouldBeQuiet() {
		assertThat(this.rule.isQuiet(Duration.ofNanos(-1).minus(Duration.ofNanos(-1)), QuietRule.PERIOD)).isTrue();
	}

	@Test
	void patienceShouldBeOverAfterTenTimesTheDelay() {
		assertThat(this.rule.isPatienceOver(Duration.ofMinutes(1))).isFalse();
		assertThat(this.rule.isPatienceOver(Duration.ofSeconds(599))).isFalse();
		assertThat(this.rule.isPatienceOver(Duration.ofMinutes(10))).isTrue();
	}

	@Test
	void noDelayShouldBeNoPatience() {
		assertThat(new QuietRule(Duration.ZERO).isPatienceOver(Duration.ZERO)).isTrue();
	}

	@Test
	void preparationShouldWaitForTheFirstQuietPeriod() throws Exception {
		Duration[] up = { Duration.ofMinutes(1) };
		Duration[] used = { Duration.ZERO };
		int[] periods = { 0 };
		this.rule.await(() -> up[0], () -> used[0], () -> {
			up[0] = up[0].plus(QuietRule.PERIOD);
			used[0] = used[0].plus(Duration.ofSeconds((periods[0]++ < 3) ? 4 : 1));
		});
		assertThat(periods[0]).isEqualTo(4);
	}

	@Test
	void applicationThatIsNeverQuietShouldBePreparedLater() throws Exception {
		Duration[] up = { Duration.ofMinutes(1) };
		this.rule.await(() -> up[0], () -> up[0], () -> up[0] = up[0].plus(QuietRule.PERIOD));
		assertThat(up[0]).isEqualTo(Duration.ofMinutes(10));
	}

}
