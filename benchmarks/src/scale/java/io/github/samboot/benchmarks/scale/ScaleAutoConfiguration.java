package io.github.samboot.benchmarks.scale;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.Sam;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Makes an application large, as system properties say: {@code scale.indicators},
 * {@code scale.threads}, {@code scale.data} in bytes. Compiled and put onto the class path
 * of the sample by {@code peers.py}.
 */
@AutoConfiguration
public class ScaleAutoConfiguration {

	/**
	 * Define health indicators that are always up.
	 * @return what defines them
	 */
	@Bean
	static BeanDefinitionRegistryPostProcessor scaleIndicators() {
		return new BeanDefinitionRegistryPostProcessor() {

			@Override
			public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
				for (int i = 0; i < Integer.getInteger("scale.indicators", 0); i++) {
					RootBeanDefinition definition = new RootBeanDefinition(HealthIndicator.class,
							() -> () -> Health.up().build());
					registry.registerBeanDefinition("scale" + i + "HealthIndicator", definition);
				}
			}

		};
	}

	/**
	 * Start threads that do nothing, and save data.
	 * @param sam where to save it
	 * @return what does so
	 */
	@Bean
	ApplicationRunner scaleRunner(Sam sam) {
		for (int i = 0; i < Integer.getInteger("scale.threads", 0); i++) {
			Thread thread = new Thread(null, ScaleAutoConfiguration::rest, "idle-" + i, 64 * 1024);
			thread.setDaemon(true);
			thread.start();
		}
		return (arguments) -> {
			int size = Integer.getInteger("scale.data", 0);
			if (size > 1) {
				// the sample reads its orders from it: there are none
				sam.dataStore(("{" + " ".repeat(size - 2) + "}").getBytes(StandardCharsets.US_ASCII));
			}
		};
	}

	private static void rest() {
		while (true) {
			LockSupport.park();
		}
	}

}
