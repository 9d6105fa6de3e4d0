package io.github.samboot.boot.internal.progress;

import java.util.Map;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * The task executors and schedulers of the application that have threads of their own.
 *
 * @param beanFactory has them
 */
public record TaskExecutors(ConfigurableListableBeanFactory beanFactory) implements ExecutorSource {

	@Override
	public void find(Map<Object, WatchedExecutor> found) {
		for (String name : this.beanFactory.getBeanNamesForType(ExecutorConfigurationSupport.class, false, false)) {
			// a lazy one that nothing needs is not created here
			Object bean = this.beanFactory.getSingleton(name);
			try {
				find(name, bean, found);
			}
			catch (IllegalStateException ex) {
				// not initialized: it has no threads, yet or ever
			}
		}
	}

	private static void find(String name, @Nullable Object bean, Map<Object, WatchedExecutor> found) {
		if (bean instanceof ThreadPoolTaskExecutor executor) {
			ThreadPoolExecutor pool = executor.getThreadPoolExecutor();
			found.computeIfAbsent(pool, (key) -> WatchedExecutor.of("Task executor '" + name + "'",
					pool::getCompletedTaskCount, () -> pool.getQueue().size(), executor.getThreadNamePrefix()));
		}
		else if (bean instanceof ThreadPoolTaskScheduler scheduler) {
			ScheduledThreadPoolExecutor pool = scheduler.getScheduledThreadPoolExecutor();
			found.computeIfAbsent(pool, (key) -> WatchedExecutor.of("Task scheduler '" + name + "'",
					pool::getCompletedTaskCount, () -> due(pool), scheduler.getThreadNamePrefix()));
		}
	}

	/**
	 * The first in the queue is the one that is due first.
	 */
	private static int due(ScheduledThreadPoolExecutor pool) {
		return (pool.getQueue().peek() instanceof Delayed task && task.getDelay(TimeUnit.NANOSECONDS) <= 0) ? 1 : 0;
	}

}
