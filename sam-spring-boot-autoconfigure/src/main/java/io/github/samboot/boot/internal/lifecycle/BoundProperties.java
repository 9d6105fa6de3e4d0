package io.github.samboot.boot.internal.lifecycle;

import io.github.samboot.boot.SamProperties;

import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;

/**
 * The configuration that the watchdog was told, on its way to the context: its bean is
 * the same object.
 *
 * @param properties the configuration
 */
public record BoundProperties(SamProperties properties) {

	static void publish(SamProperties properties, ConfigurableBootstrapContext bootstrapContext) {
		if (!bootstrapContext.isRegistered(BoundProperties.class)) {
			bootstrapContext.register(BoundProperties.class, InstanceSupplier.of(new BoundProperties(properties)));
			bootstrapContext.addCloseListener((closed) -> closed.getApplicationContext()
				.getBeanFactory()
				.registerSingleton("samBoundProperties", closed.getBootstrapContext().get(BoundProperties.class)));
		}
	}

}
