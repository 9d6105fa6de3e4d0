package io.github.samboot.boot.internal.lifecycle;

import java.util.Map;

import io.github.samboot.autoconfigure.SamPropertiesTests;
import io.micrometer.core.instrument.push.PushMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StandbyNotice}.
 */
@ExtendWith(OutputCaptureExtension.class)
class StandbyNoticeTests {

	private static final String NOTICE = "A hot spare of this application will be started";

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	@Test
	void readyShouldSayOnceWhatASpareDoes(CapturedOutput output) {
		StandbyNotice notice = notice("hot");
		notice.ready();
		notice.ready();
		assertThat(output).containsOnlyOnce(NOTICE).contains("@PostConstruct", "@ActiveInstanceOnly");
	}

	@Test
	void readyShouldNameWhatTheApplicationHasTwice(CapturedOutput output) {
		this.beanFactory.registerBeanDefinition("meters", new RootBeanDefinition(PushMeterRegistry.class));
		notice("hot").ready();
		assertThat(output).contains(
				"@PostConstruct, and here meters (pushes its meters in addition to the first one). @ActiveInstanceOnly");
	}

	@Test
	void readyShouldSayNothingWithoutStandby(CapturedOutput output) {
		notice("none").ready();
		assertThat(output).isEmpty();
	}

	@Test
	void readyShouldNotSayItAgainAfterAPromotion(CapturedOutput output) {
		this.sam.asSpare().register();
		notice("hot").ready();
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void readyShouldHaveNothingToSayAboutWarmSpares(CapturedOutput output) {
		notice("warm").ready();
		assertThat(output).doesNotContain(NOTICE, "woven");
	}

	@Test
	void warmSparesShouldLoadNothingThatIsWovenLater(CapturedOutput output) {
		this.beanFactory.registerSingleton(ConfigurableApplicationContext.LOAD_TIME_WEAVER_BEAN_NAME, new Object());
		notice("warm").ready();
		assertThat(output).contains("Warm spares load no classes ahead: what loads before the context is not woven");
	}

	private StandbyNotice notice(String standby) {
		return new StandbyNotice(this.supervision, SamPropertiesTests.bind(Map.of("sam.standby", standby)),
				this.beanFactory, new StandardEnvironment());
	}

}
