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
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * {@link AutoConfiguration Auto-configuration} for the health indicator that looks at the
 * executors of the application.
 */
@AutoConfiguration(after = SamAutoConfiguration.class)
@ConditionalOnBean(Supervision.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBooleanProperty("sam.health.progress.enabled")
public final class SamProgressAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "progressHealthIndicator")
	ProgressHealthIndicator progressHealthIndicator(SamProperties properties, ObjectProvider<ExecutorSource> sources) {
		return new ProgressHealthIndicator(properties.health().progress().timeout(), sources.orderedStream());
	}

	@Bean
	TaskExecutors samTaskExecutors(ConfigurableListableBeanFactory beanFactory) {
		return new TaskExecutors(beanFactory);
	}

	@Bean
	@ConditionalOnThreading(Threading.VIRTUAL)
	CarrierThreads samCarrierThreads() {
		return new CarrierThreads();
	}

	/**
	 * Tomcat.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(TomcatWebServer.class)
	static class TomcatConfiguration {

		@Bean
		TomcatExecutors samTomcatExecutors() {
			return new TomcatExecutors();
		}

	}

	/**
	 * Jetty.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JettyWebServer.class)
	static class JettyConfiguration {

		@Bean
		JettyExecutors samJettyExecutors() {
			return new JettyExecutors();
		}

	}

	/**
	 * Reactor Netty.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ReactorResourceFactory.class, LoopResources.class })
	static class NettyConfiguration {

		@Bean
		NettyExecutors samNettyExecutors(ObjectProvider<ReactorResourceFactory> resources, SamProperties properties) {
			return new NettyExecutors(resources, properties.connections().hold());
		}

	}

}
