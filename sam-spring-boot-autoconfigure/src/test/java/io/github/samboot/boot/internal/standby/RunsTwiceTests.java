package io.github.samboot.boot.internal.standby;

import java.util.List;

import javax.sql.DataSource;

import io.micrometer.core.instrument.push.PushMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunsTwice}.
 */
class RunsTwiceTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner();

	@Test
	void inShouldNameWhatHasEffectsOutside() {
		this.runner.withUserConfiguration(Effects.class).run((context) -> {
			List<String> phrases = RunsTwice.in(context.getSourceApplicationContext().getBeanFactory());
			assertThat(phrases).containsExactly("archive (a second connection pool)",
					"dataSource (a second connection pool)", "meters (pushes its meters in addition to the first one)");
			assertThat(context.getBeanFactory().containsSingleton("archive")).isFalse();
		});
	}

	@Test
	void inShouldFindNothingInPlainApplication() {
		this.runner.withBean("greeting", String.class, () -> "hello")
			.run((context) -> assertThat(RunsTwice.in(context.getSourceApplicationContext().getBeanFactory()))
				.isEmpty());
	}

	@Configuration(proxyBeanMethods = false)
	@Lazy
	static class Effects {

		@Bean
		DataSource dataSource() {
			throw new IllegalStateException("must not be created");
		}

		@Bean
		PushMeterRegistry meters() {
			throw new IllegalStateException("must not be created");
		}

		@Bean
		Archive archive() {
			throw new IllegalStateException("must not be created");
		}

		@Bean
		String harmless() {
			return "nothing to see";
		}

	}

	static class Archive implements FactoryBean<DataSource> {

		@Override
		public @Nullable DataSource getObject() {
			return null;
		}

		@Override
		public Class<?> getObjectType() {
			return DataSource.class;
		}

	}

}
