package io.github.samboot.autoconfigure;

import io.github.samboot.autoconfigure.SamProperties.Standby;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamInstance}.
 */
class SamInstanceTests {

	private final RecordedSupervision supervision = new RecordedSupervision();

	@Test
	void instanceShouldBeActiveFromRegisterOn() {
		SamInstance instance = new SamInstance(this.supervision, Standby.NONE);
		assertThat(instance.isActive()).isFalse();
		assertThat(instance.instanceId()).isEmpty();
		this.supervision.sam().register();
		assertThat(instance.isActive()).isTrue();
		assertThat(instance.instanceId()).hasValue(0);
		this.supervision.start();
		assertThat(instance.isActive()).isTrue();
	}

	@Test
	void instanceShouldBeStandbyWhileItMayBeSpare() {
		SamInstance instance = new SamInstance(this.supervision, Standby.HOT);
		assertThat(instance.isStandby()).isTrue();
		this.supervision.sam().register();
		assertThat(instance.isStandby()).isFalse();
	}

	@Test
	void instanceShouldNotBeStandbyWithoutSparesOrWatchdog() {
		assertThat(new SamInstance(this.supervision, Standby.NONE).isStandby()).isFalse();
		assertThat(new SamInstance(this.supervision.unsupervised(), Standby.HOT).isStandby()).isFalse();
	}

}
