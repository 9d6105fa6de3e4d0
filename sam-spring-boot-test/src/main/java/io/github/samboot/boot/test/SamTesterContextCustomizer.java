package io.github.samboot.boot.test;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.launch.LaunchState;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Lets a context be an instance that the watchdog of a {@link SamTester} supervises.
 */
class SamTesterContextCustomizer implements ContextCustomizer {

	private static final String REASON = "SamTester stands in for the watchdog";

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
		SimulatedInstance instance = SimulatedInstance.beingLoaded();
		if (instance == null) {
			instance = new SamTester(configuration).first();
		}
		instance.isLoadedInto(context);
		SimulatedInstance loaded = instance;
		context.getBeanFactory().registerSingleton(SamTester.class.getName(), loaded.tester());
		((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition(Supervision.class.getName(),
				new RootBeanDefinition(Supervision.class, () -> {
					SimulatedSam sam = loaded.sam();
					sam.initialize(context.getBean(SamProperties.class).toOptions());
					return new Supervision(() -> sam, () -> LaunchState.inert(REASON));
				}));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SamTesterContextCustomizer;
	}

	@Override
	public int hashCode() {
		return getClass().hashCode();
	}

}
