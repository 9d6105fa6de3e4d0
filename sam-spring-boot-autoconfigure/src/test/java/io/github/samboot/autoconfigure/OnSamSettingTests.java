package io.github.samboot.autoconfigure;

import java.util.Map;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.connections.HeldConnectionsCustomizer;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.boot.internal.faststart.FastStart;
import io.github.samboot.boot.internal.gate.TrafficGate;
import io.github.samboot.boot.internal.lifecycle.SamStartLifecycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OnSamSetting}: a setting has its beans if, and only if, it is bound as
 * switched on.
 */
class OnSamSettingTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
				SamConnectionsAutoConfiguration.class, SamFastStartAutoConfiguration.class,
				SamProgressAutoConfiguration.class, SamGateAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(strings = { "true", "TRUE", "on", "yes", "1", " true ", "false", "off", "NO", "0", " off " })
	void flagsShouldCountAsTheyAreBound(String text) {
		with(Map.of("sam.connections.hold", text, "sam.fast-start.enabled", text, "sam.health.progress.enabled", text,
				"sam.health.deadlock-detection", text))
			.run((context) -> {
				SamProperties properties = context.getBean(SamProperties.class);
				int count = properties.connections().hold() ? 1 : 0;
				assertThat(context.getBeansOfType(HeldConnectionsCustomizer.class)).hasSize(count);
				assertThat(context.getBeansOfType(FastStart.class)).hasSize(properties.fastStart().enabled() ? 1 : 0);
				assertThat(context.containsBean("progressHealthIndicator"))
					.isEqualTo(properties.health().progress().enabled());
				assertThat(context.containsBean("deadlockHealthIndicator"))
					.isEqualTo(properties.health().deadlockDetection());
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "traffic", "TRAFFIC", " traffic ", "context" })
	void gateShouldCountAsItIsBound(String text) {
		with(Map.of("sam.quorum.gate", text, "sam.recovery-policy", "quorum-restart")).run((context) -> {
			int count = context.getBean(SamProperties.class).isTrafficGated() ? 1 : 0;
			assertThat(context.getBeansOfType(TrafficGate.class)).hasSize(count);
			assertThat(context.getBeansOfType(SamStartLifecycle.class)).as("what would start supervision")
				.hasSize(count);
		});
	}

	@Test
	void valueThatCannotBeReadShouldBeRefusedWithAllElseThatIsWrong() {
		with(Map.of("sam.connections.hold", "maybe", "sam.time-interval", "soon"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(SamConfigurationException.class,
						(failure) -> assertThat(failure.problems()).hasSize(2)));
	}

	/**
	 * What the watchdog was told counts.
	 */
	@Test
	void valueThatWasAddedLateShouldNotCount() {
		SamProperties told = SamPropertiesTests.bind(Map.of("sam.fast-start.enabled", "false"));
		with(Map.of("sam.fast-start.enabled", "true"))
			.withInitializer(
					(context) -> context.getBeanFactory().registerSingleton(SamProperties.class.getName(), told))
			.run((context) -> assertThat(context).doesNotHaveBean(FastStart.class));
	}

	private WebApplicationContextRunner with(Map<String, Object> properties) {
		return this.runner.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("settings", properties)));
	}

}
