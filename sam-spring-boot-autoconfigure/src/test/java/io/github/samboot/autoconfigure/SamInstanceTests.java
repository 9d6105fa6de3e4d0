package io.github.samboot.autoconfigure;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamInstance}.
 */
class SamInstanceTests {

	private final RecordedSupervision supervision = new RecordedSupervision();

	@Test
	void instanceShouldBeActiveFromRegisterOn() {
		SamInstance instance = new SamInstance(this.supervision);
		assertThat(instance.isActive()).isFalse();
		assertThat(instance.instanceId()).isEmpty();
		this.supervision.sam().register();
		assertThat(instance.isActive()).isTrue();
		assertThat(instance.instanceId()).hasValue(0);
		this.supervision.start();
		assertThat(instance.isActive()).isTrue();
	}

	@Test
	void spareShouldBeStandbyUntilItIsRegistered() {
		SamInstance instance = new SamInstance(this.supervision.asSpare());
		assertThat(instance.isStandby()).isTrue();
		assertThat(instance.isActive()).isFalse();
		this.supervision.sam().register();
		assertThat(instance.isStandby()).isFalse();
		assertThat(instance.isActive()).isTrue();
	}

	@Test
	void otherProcessesShouldNeverBeStandby() {
		assertThat(new SamInstance(this.supervision).isStandby()).isFalse();
		assertThat(new SamInstance(this.supervision.unsupervised()).isStandby()).isFalse();
	}

	@Test
	void longStartupShouldBeExtended() {
		new SamInstance(this.supervision).extendStartup(Duration.ofMinutes(2));
		assertThat(this.supervision.sam().calls()).contains("extend: PT2M");
	}

}
