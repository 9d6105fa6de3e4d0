package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;

import io.github.samboot.boot.SamInstance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamInstance}.
 */
class SupervisedInstanceTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	@Test
	void instanceShouldBeActiveFromRegisterOn() {
		SamInstance instance = new SupervisedInstance(this.supervision);
		assertThat(instance.isActive()).isFalse();
		assertThat(instance.instanceId()).isEmpty();
		this.sam.register();
		assertThat(instance.isActive()).isTrue();
		assertThat(instance.instanceId()).hasValue(0);
		this.sam.start(true);
		assertThat(instance.isActive()).isTrue();
	}

	@Test
	void spareShouldBeStandbyUntilItIsRegistered() {
		SamInstance instance = new SupervisedInstance(this.sam.asSpare().supervision());
		assertThat(instance.isStandby()).isTrue();
		assertThat(instance.isActive()).isFalse();
		this.sam.register();
		assertThat(instance.isStandby()).isFalse();
		assertThat(instance.isActive()).isTrue();
	}

	@Test
	void otherProcessesShouldNeverBeStandby() {
		assertThat(new SupervisedInstance(this.supervision).isStandby()).isFalse();
		assertThat(new SupervisedInstance(this.sam.unsupervised().supervision()).isStandby()).isFalse();
	}

	@Test
	void longStartupShouldBeExtended() {
		new SupervisedInstance(this.supervision).extendStartup(Duration.ofMinutes(2));
		assertThat(this.sam.calls()).contains("extend: PT2M");
	}

}
