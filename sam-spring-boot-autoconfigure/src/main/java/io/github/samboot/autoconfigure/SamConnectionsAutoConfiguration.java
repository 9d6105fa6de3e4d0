package io.github.samboot.autoconfigure;

import io.github.samboot.boot.internal.connections.HeldConnectionsCustomizer;
import io.github.samboot.boot.internal.lifecycle.Supervision;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for a main web server whose connections outlive an instance
 * ({@code sam.connections.hold=true}).
 */
@AutoConfiguration(after = SamAutoConfiguration.class)
@ConditionalOnBean(Supervision.class)
@ConditionalOnClass(ConfigurableWebServerFactory.class)
@Conditional(OnSamSetting.ConnectionsAreHeld.class)
@ConditionalOnWebApplication
public final class SamConnectionsAutoConfiguration {

	@Bean("io.github.samboot.boot.internal.connections.HeldConnectionsCustomizer")
	@ConditionalOnMissingBean
	HeldConnectionsCustomizer samHeldConnectionsCustomizer(Environment environment, BeanFactory beanFactory) {
		return new HeldConnectionsCustomizer(environment, beanFactory);
	}

}
