package io.github.samboot.autoconfigure;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.metrics.SamMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the meters of SAM.
 */
@AutoConfiguration(after = { SamAutoConfiguration.class, SamHealthAutoConfiguration.class })
@ConditionalOnBean({ Supervision.class, HealthSupervision.class })
@ConditionalOnClass(MeterBinder.class)
public final class SamMetricsAutoConfiguration {

	@Bean("io.github.samboot.boot.internal.metrics.SamMetrics")
	@ConditionalOnMissingBean
	SamMetrics samMetrics(Supervision supervision, HealthSupervision health, SamProperties properties) {
		return new SamMetrics(supervision, health, properties);
	}

}
