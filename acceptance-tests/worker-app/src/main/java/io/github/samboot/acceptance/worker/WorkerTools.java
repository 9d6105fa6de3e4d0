package io.github.samboot.acceptance.worker;

import io.github.samboot.boot.ActiveInstanceOnly;
import io.github.samboot.boot.SamRegisteredEvent;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * All that must not happen in a spare; each says so once.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("worker.tools")
@EnableScheduling
class WorkerTools {

	private boolean hasTicked;

	static void say(String what) {
		System.out.println(what + " in " + ProcessHandle.current().pid());
	}

	@Bean
	@ActiveInstanceOnly
	Object ledger() {
		say("ledger opened");
		return new Object();
	}

	@Bean
	SmartLifecycle earliestConsumer() {
		return new Consumer();
	}

	@EventListener
	void registered(SamRegisteredEvent event) {
		say("registered as " + event.getInstanceId() + (event.isPromotion() ? " by promotion" : ""));
	}

	@Scheduled(fixedRate = 100)
	void tick() {
		if (!this.hasTicked) {
			this.hasTicked = true;
			say("tick");
		}
	}

	/**
	 * As those of Spring Integration: nothing may start before it.
	 */
	private static final class Consumer implements SmartLifecycle {

		private volatile boolean running;

		@Override
		public int getPhase() {
			return Integer.MIN_VALUE;
		}

		@Override
		public void start() {
			say("consumer started");
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
