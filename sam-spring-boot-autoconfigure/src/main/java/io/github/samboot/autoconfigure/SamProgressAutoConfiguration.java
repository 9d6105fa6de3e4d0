package io.github.samboot.autoconfigure;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.progress.CarrierThreads;
import io.github.samboot.boot.internal.progress.ExecutorSource;
import io.github.samboot.boot.internal.progress.JettyExecutors;
import io.github.samboot.boot.internal.progress.NettyExecutors;
import io.github.samboot.boot.internal.progress.ProgressHealthIndicator;
import io.github.samboot.boot.internal.progress.TaskExecutors;
import io.github.samboot.boot.internal.progress.TomcatExecutors;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * {@link AutoConfiguration Auto-configuration} for the health indicator that looks at the
 * executors of the application.
 */
@AutoConfiguration(after = SamAutoConfiguration.class)
@ConditionalOnBean(Supervision.class)
@Conditional(OnSamSetting.ProgressIsEnabled.class)
@Import({ TaskExecutors.class, CarrierThreads.class, TomcatExecutors.class, JettyExecutors.class,
		NettyExecutors.class })
public final class SamProgressAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "progressHealthIndicator")
	ProgressHealthIndicator progressHealthIndicator(SamProperties properties, ObjectProvider<ExecutorSource> sources) {
		return new ProgressHealthIndicator(properties.health().progress().timeout(), sources.orderedStream());
	}

}
