package io.github.samboot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamProperties.HealthMode;
import io.github.samboot.boot.SamProperties.Standby;
import io.github.samboot.boot.internal.diagnostics.SamConfiguration;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamOptions.WatchdogLoss;
import io.github.samboot.core.Signal;
import io.github.samboot.core.WatchdogMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;

import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SamProperties}.
 */
public class SamPropertiesTests {

	private static final Log logger = LogFactory.getLog(SamPropertiesTests.class);

	@Test
	void bindWithoutPropertiesShouldUseDefaults() {
		SamProperties properties = bind(Map.of());
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.recoveryPolicy()).isEqualTo(RecoveryPolicy.RESTART);
		assertThat(properties.cmap()).isFalse();
		assertThat(properties.timeInterval()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.warnSignal()).isNull();
		assertThat(properties.gracePeriod()).isNull();
		assertThat(properties.shutdownTimeout()).isEqualTo(Duration.ofSeconds(60));
		assertThat(properties.health()).isEqualTo(new SamProperties.Health(HealthMode.HEALTH, "liveness", 3, null, true,
				new SamProperties.Progress(false, Duration.ofSeconds(60))));
		assertThat(properties.healthTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.standby()).isEqualTo(Standby.NONE);
		assertThat(properties.quorum().provider()).isEqualTo("corosync");
		assertThat(properties.watchdog().mode()).isEqualTo(WatchdogMode.AUTO);
		assertThat(properties.watchdog().onLoss()).isEqualTo(WatchdogLoss.REPLACE);
		assertThat(properties.watchdog().javaOptions()).isEmpty();
		assertThat(properties.watchdog().runPath()).isNull();
		assertThat(properties.incidents().path()).isNull();
		assertThat(properties.incidents().keep()).isEqualTo(20);
	}

	@Test
	void toOptionsWithoutPropertiesShouldGiveDefaultsOfStarter() {
		SamOptions options = bind(Map.of()).toOptions();
		assertThat(options.restart().limits())
			.isEqualTo(new RestartLimits(5, Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofMinutes(1)));
		assertThat(options.restart().startupTimeout()).isEqualTo(Duration.ofMinutes(5));
		assertThat(options.restart().endDescendants()).isFalse();
		assertThat(options.restart().cleanExitCodes()).containsExactlyInAnyOrder(0, 129, 130, 143);
		assertThat(options.ending().warnSignal()).as("the one in force").isNull();
		assertThat(options.standby().mode()).isEqualTo("none");
	}

	@Test
	void toOptionsShouldTakeEveryProperty() {
		SamOptions options = bind(Map.ofEntries(Map.entry("sam.recovery-policy", "quorum-quit"),
				Map.entry("sam.cmap", "true"), Map.entry("sam.time-interval", "2s"),
				Map.entry("sam.warn-signal", "sigusr1"), Map.entry("sam.grace-period", "500ms"),
				Map.entry("sam.shutdown-timeout", "5s"), Map.entry("sam.restart.max-restarts", "-1"),
				Map.entry("sam.restart.within", "1m"), Map.entry("sam.restart.delay", "2s"),
				Map.entry("sam.restart.max-delay", "3s"), Map.entry("sam.restart.clean-exit-codes", "0,3"),
				Map.entry("sam.restart.startup-timeout", "1m"), Map.entry("sam.restart.end-descendants", "true"),
				Map.entry("sam.quorum.provider", "test"), Map.entry("sam.quorum.await-daemon", "true"),
				Map.entry("sam.watchdog.on-loss", "exit"),
				Map.entry("sam.incidents.directory", System.getProperty("java.io.tmpdir")),
				Map.entry("sam.incidents.keep", "7"), Map.entry("sam.connections.hold", "true"),
				Map.entry("sam.connections.longest-hold", "3s")))
			.toOptions();
		assertThat(options.recoveryPolicy()).isEqualTo(RecoveryPolicy.QUORUM_QUIT);
		assertThat(options.cluster().cmap()).isTrue();
		assertThat(options.timeInterval()).isEqualTo(Duration.ofSeconds(2));
		assertThat(options.ending().warnSignal()).isEqualTo(Signal.SIGUSR1);
		assertThat(options.ending().gracePeriod()).isEqualTo(Duration.ofMillis(500));
		assertThat(options.ending().shutdownTimeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(options.restart().limits())
			.isEqualTo(new RestartLimits(-1, Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofSeconds(3)));
		assertThat(options.restart().cleanExitCodes()).containsExactlyInAnyOrder(0, 3);
		assertThat(options.restart().startupTimeout()).isEqualTo(Duration.ofMinutes(1));
		assertThat(options.restart().endDescendants()).isTrue();
		assertThat(options.cluster().quorumProvider()).isEqualTo("test");
		assertThat(options.cluster().awaitDaemon()).isTrue();
		assertThat(options.onLoss()).isEqualTo(WatchdogLoss.EXIT);
		assertThat(options.incidents().directory()).hasToString(System.getProperty("java.io.tmpdir"));
		assertThat(options.incidents().keep()).isEqualTo(7);
		assertThat(options.connections()).isEqualTo(new SamOptions.Connections(true, Duration.ofSeconds(3)));
	}

	@Test
	void bindWhenEmptyShouldMeanDefault() {
		SamProperties properties = bind(Map.of("sam.grace-period", "", "sam.health.timeout", "", "sam.time-interval",
				"", "sam.incidents.directory", "", "sam.watchdog.run-directory", ""));
		assertThat(properties.gracePeriod()).isNull();
		assertThat(properties.health().timeout()).isNull();
		assertThat(properties.timeInterval()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.incidents().path()).isNull();
		assertThat(properties.watchdog().runPath()).isNull();
	}

	@Test
	void trafficShouldBeGatedUnderQuorumPolicyOnly() {
		assertThat(bind(Map.of("sam.recovery-policy", "quorum-restart")).isTrafficGated()).isFalse();
		assertThat(bind(Map.of("sam.quorum.gate", "traffic")).isTrafficGated()).isFalse();
		assertThat(bind(Map.of("sam.quorum.gate", "traffic", "sam.recovery-policy", "quorum-quit")).isTrafficGated())
			.isTrue();
	}

	@Test
	void bindWhenYamlReadsOffAsFalseShouldMeanOff() {
		assertThat(bind(Map.of("sam.watchdog.mode", false)).watchdog().mode()).isEqualTo(WatchdogMode.OFF);
	}

	public static SamProperties bind(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		return SamConfiguration.read(environment, logger::warn);
	}

}
