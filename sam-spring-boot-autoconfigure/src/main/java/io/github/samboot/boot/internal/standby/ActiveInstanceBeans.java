package io.github.samboot.boot.internal.standby;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.boot.ActiveInstanceOnly;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartFactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.type.MethodMetadata;

/**
 * Holds back the beans with {@link ActiveInstanceOnly} when the context creates all
 * others, and creates them when told to.
 */
public final class ActiveInstanceBeans implements BeanFactoryPostProcessor {

	private static final String ANNOTATION = ActiveInstanceOnly.class.getName();

	private final List<String> names = new ArrayList<>();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private boolean created;

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			// what is written down now would look like the user's own @Lazy later
			return;
		}
		this.beanFactory = beanFactory;
		for (String name : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(name);
			// a lazy bean waits already, and possibly for ever
			if (isPlainSingleton(definition) && !definition.isLazyInit()
					&& isAnnotated(beanFactory, name, definition)) {
				holdBack(definition);
				this.names.add(name);
			}
		}
	}

	private static boolean isPlainSingleton(BeanDefinition definition) {
		boolean isScopedProxy = definition instanceof RootBeanDefinition root && root.getDecoratedDefinition() != null;
		return definition.isSingleton() && !definition.isAbstract() && !isScopedProxy;
	}

	private static boolean isAnnotated(ConfigurableListableBeanFactory beanFactory, String name,
			BeanDefinition definition) {
		if (definition instanceof AnnotatedBeanDefinition annotated) {
			// of the hundreds of beans that Spring brings along none has it
			boolean isSprings = annotated.getMetadata().getClassName().startsWith("org.springframework.");
			return isAnnotated(annotated) || (!isSprings && isAnnotated(beanFactory, name));
		}
		// registered by code, possibly by what was generated ahead of time
		String configuration = definition.getFactoryBeanName();
		return isAnnotated(beanFactory, name) || (configuration != null && isAnnotated(beanFactory, configuration));
	}

	private static boolean isAnnotated(AnnotatedBeanDefinition definition) {
		MethodMetadata method = definition.getFactoryMethodMetadata();
		// the metadata of a bean method's definition is that of its configuration class
		return definition.getMetadata().isAnnotated(ANNOTATION) || (method != null && method.isAnnotated(ANNOTATION));
	}

	private static boolean isAnnotated(ConfigurableListableBeanFactory beanFactory, String name) {
		return beanFactory.containsBeanDefinition(name)
				&& beanFactory.findAnnotationOnBean(name, ActiveInstanceOnly.class, false) != null;
	}

	private static void holdBack(BeanDefinition definition) {
		definition.setLazyInit(true);
		if (definition instanceof AbstractBeanDefinition concrete) {
			// would be begun in spite of that
			concrete.setBackgroundInit(false);
		}
	}

	/**
	 * Return which of the beans exist already, since a bean that was not held back needs
	 * them.
	 * @return their names, none after {@link #createBeans()}
	 */
	public synchronized List<String> createdTooEarly() {
		if (this.beanFactory == null || this.created) {
			return List.of();
		}
		return this.names.stream().filter(this.beanFactory::containsSingleton).toList();
	}

	/**
	 * Return which beans need one of them.
	 * @param name the name of the bean
	 * @return their names
	 */
	public List<String> usersOf(String name) {
		return (this.beanFactory != null) ? List.of(this.beanFactory.getDependentBeans(name)) : List.of();
	}

	/**
	 * Create the beans that were held back, in the order of their definitions. Does
	 * nothing the next time.
	 */
	public synchronized void createBeans() {
		if (this.beanFactory == null || this.created) {
			return;
		}
		List<String> late = new ArrayList<>(this.names);
		late.removeAll(createdTooEarly());
		this.created = true;
		for (String name : late) {
			create(this.beanFactory, name);
		}
		for (String name : late) {
			// as the context did for all singletons that were there
			if (this.beanFactory.getSingleton(name) instanceof SmartInitializingSingleton singleton) {
				singleton.afterSingletonsInstantiated();
			}
		}
	}

	private static void create(ConfigurableListableBeanFactory beanFactory, String name) {
		if (!beanFactory.isFactoryBean(name)) {
			beanFactory.getBean(name);
		}
		else if (beanFactory.getBean(BeanFactory.FACTORY_BEAN_PREFIX + name) instanceof SmartFactoryBean<?> factory
				&& factory.isEagerInit()) {
			beanFactory.getBean(name);
		}
	}

}
