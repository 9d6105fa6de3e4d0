package io.github.samboot.autoconfigure;

import io.github.samboot.boot.SamInstance;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfiguration;
import io.github.samboot.boot.internal.lifecycle.SamEventPublisher;
import io.github.samboot.boot.internal.lifecycle.SamLifecycle;
import io.github.samboot.boot.internal.lifecycle.SamStartLifecycle;
import io.github.samboot.boot.internal.lifecycle.StandbyNotice;
import io.github.samboot.boot.internal.lifecycle.SupervisedInstance;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.lifecycle.SupervisionParticipant;
import io.github.samboot.boot.internal.standby.ActiveInstanceBeans;
import io.github.samboot.core.Sam;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} for SAM. Its beans have the names of their
 * types, since an application may have a bean of its own that is called sam, or
 * samProperties.
 */
@AutoConfiguration
@ImportRuntimeHints(SamAutoConfiguration.PropertiesHints.class)
public final class SamAutoConfiguration {

	@Bean("io.github.samboot.boot.SamProperties")
	@ConditionalOnMissingBean
	SamProperties samProperties(Environment environment) {
		// in a context that no SpringApplication runs, which has nothing to warn
		return SamConfiguration.read(environment, (warning) -> {
		});
	}

	@Bean("io.github.samboot.boot.internal.lifecycle.Supervision")
	@ConditionalOnMissingBean
	Supervision samSupervision(SamProperties properties) {
		return Supervision.ofContext(properties.toOptions());
	}

	@Bean("io.github.samboot.core.Sam")
	@ConditionalOnMissingBean
	Sam sam(Supervision supervision) {
		return supervision.sam();
	}

	@Bean("io.github.samboot.boot.SamInstance")
	@ConditionalOnMissingBean
	SamInstance samInstance(Supervision supervision) {
		return new SupervisedInstance(supervision);
	}

	@Bean("io.github.samboot.boot.internal.lifecycle.SamLifecycle")
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	SamLifecycle samLifecycle(Supervision supervision, ApplicationContext context,
			ObjectProvider<SupervisionParticipant> participants,
			ObjectProvider<ActiveInstanceBeans> activeInstanceBeans, SamProperties properties) {
		return new SamLifecycle(supervision, context, participants, activeInstanceBeans, properties);
	}

	@Bean("io.github.samboot.boot.internal.standby.ActiveInstanceBeans")
	static ActiveInstanceBeans samActiveInstanceBeans() {
		return new ActiveInstanceBeans();
	}

	@Bean("io.github.samboot.boot.internal.lifecycle.StandbyNotice")
	@ConditionalOnMissingBean
	StandbyNotice samStandbyNotice(Supervision supervision, SamProperties properties,
			ConfigurableListableBeanFactory beanFactory, ConfigurableEnvironment environment) {
		return new StandbyNotice(supervision, properties, beanFactory, environment);
	}

	@Bean("io.github.samboot.boot.internal.lifecycle.SamStartLifecycle")
	@ConditionalOnMissingBean
	@Conditional(OnSamSetting.TrafficIsGated.class)
	SamStartLifecycle samStartLifecycle(SamLifecycle lifecycle) {
		return new SamStartLifecycle(lifecycle);
	}

	@Bean("io.github.samboot.boot.internal.lifecycle.SamEventPublisher")
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	@Lazy(false)
	SamEventPublisher samEventPublisher(Supervision supervision, ApplicationContext context) {
		return new SamEventPublisher(supervision, context);
	}

	/** Spring does not see that a bean method binds them. */
	static class PropertiesHints extends BindableRuntimeHintsRegistrar {

		PropertiesHints() {
			super(SamProperties.class);
		}

	}

}
