package io.github.samboot.boot.test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.samboot.boot.ActiveInstanceOnly;
import io.github.samboot.boot.SamInstance;
import io.github.samboot.boot.SamRecoveryImminentEvent;
import io.github.samboot.boot.SamRegisteredEvent;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SupervisionState;
import jakarta.annotation.PreDestroy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SamTester}, as a user writes them.
 */
@SpringBootTest(properties = { "management.endpoint.health.group.liveness.include=livenessState,shop",
		"sam.restart.max-restarts=2" })
@AutoConfigureSamTester
class SamTesterTests {

	@Autowired
	private SamTester tester;

	@Autowired
	private Shop shop;

	@Autowired
	private ApplicationContext context;

	@Autowired
	private Sam sam;

	@Test
	void healthyApplicationShouldNotBeReplaced() {
		assertThat(this.tester.checkHealth()).isEmpty();
		assertThat(this.tester.status().state()).isEqualTo(SupervisionState.RUNNING);
		assertThat(this.tester.status().instanceId()).isZero();
	}

	@Test
	void indicatorThatIsDownShouldBeTheReason() {
		this.shop.problem = "no clerk";
		assertThat(this.tester.checkHealth()).hasValueSatisfying((failure) -> {
			assertThat(failure.reason()).isEqualTo(IncidentReason.UNHEALTHY);
			assertThat(failure.message())
				.isEqualTo("health indicator 'shop' is DOWN 3 times in a row: problem=no clerk");
		});
		assertThat(this.tester.status().state()).isEqualTo(SupervisionState.RECOVERING);
		this.tester.nextInstance();
		assertThat(this.tester.status().state()).isEqualTo(SupervisionState.RUNNING);
		assertThat(this.tester.status().incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.exit()).isEqualTo("exit code 143"));
		assertThat(this.tester.failure()).isEmpty();
	}

	@Test
	void indicatorThatIsDownForAMomentShouldBeNoReason() {
		this.shop.downFor.set(2);
		assertThat(this.tester.checkHealth()).isEmpty();
		assertThat(this.shop.downFor).hasNonPositiveValue();
	}

	@Test
	void livenessStateShouldBeAReasonAtOnce() {
		AvailabilityChangeEvent.publish(this.context, new IllegalStateException("fire"), LivenessState.BROKEN);
		assertThat(this.tester.failure()).hasValueSatisfying(
				(failure) -> assertThat(failure.message()).contains("BROKEN", "IllegalStateException: fire"));
	}

	@Test
	void recoveryMayBeAskedFor() {
		this.sam.recover("an operator");
		assertThat(this.tester.failure()).hasValueSatisfying((failure) -> {
			assertThat(failure.reason()).isEqualTo(IncidentReason.REQUESTED);
			assertThat(failure.message()).contains("an operator");
		});
	}

	@Test
	void dataShouldBeThereInTheNextInstance() {
		this.shop.sells("cake");
		ConfigurableApplicationContext next = this.tester.nextInstance();
		assertThat(((ConfigurableApplicationContext) this.context).isActive()).isFalse();
		assertThat(next.getBean(Shop.class)).isNotSameAs(this.shop);
		assertThat(next.getBean(Shop.class).sold).isEqualTo("cake");
		assertThat(next.getBean(SamInstance.class).instanceId()).hasValue(1);
		next.getBean(Shop.class).sells("pie");
		ConfigurableApplicationContext afterThat = this.tester.nextInstance();
		assertThat(next.isActive()).isFalse();
		assertThat(afterThat.getBean(Shop.class).sold).isEqualTo("pie");
		assertThat(this.tester.status().recoveries()).containsEntry(IncidentReason.PROCESS_EXIT, 2);
	}

	@Test
	void whatIsStoredWhileAKilledInstanceEndsShouldNotCount() {
		this.shop.sells("cake");
		this.shop.lastWords = "closed";
		assertThat(this.tester.nextInstance().getBean(Shop.class).sold).isEqualTo("cake");
	}

	@Test
	void whatIsStoredAfterTheWarnSignalShouldCount() {
		this.shop.sells("cake");
		this.shop.lastWords = "closed";
		this.sam.unhealthy("a reason");
		assertThat(this.tester.nextInstance().getBean(Shop.class).sold).isEqualTo("closed");
		assertThat(this.shop.warnings).containsExactly("a reason");
	}

	@Test
	void noInstanceShouldFollowBeyondTheRestartLimit() {
		this.tester.nextInstance();
		this.tester.nextInstance();
		assertThatIllegalStateException().isThrownBy(this.tester::nextInstance)
			.withMessageContainingAll("No instance follows", "Restart limit reached: 2 restarts");
	}

	@Test
	void spareShouldNeedHotStandby() {
		assertThatIllegalStateException().isThrownBy(this.tester::startSpare).withMessageContaining("sam.standby=hot");
	}

	/**
	 * With spares, and an indicator that may hang.
	 */
	@Nested
	@SpringBootTest(properties = { "management.endpoint.health.group.liveness.include=shop", "sam.standby=hot",
			"sam.health.timeout=50ms" })
	class WithSpare {

		@Test
		void spareShouldWaitBeforeAnythingIsStarted() {
			SamTesterTests.this.shop.sells("cake");
			ConfigurableApplicationContext spare = SamTesterTests.this.tester.startSpare();
			assertThat(spare.getBean(SamInstance.class).isStandby()).isTrue();
			assertThat(spare.getBean(SamInstance.class).instanceId()).isEmpty();
			assertThat(spare.getBeanFactory().containsSingleton("mailer")).isFalse();
			assertThat(spare.getBean(Clock.class).isRunning()).isFalse();
			assertThat(spare.getBean(Shop.class).sold).isNull();
			SamTesterTests.this.shop.sells("pie");
			ConfigurableApplicationContext next = SamTesterTests.this.tester.nextInstance();
			assertThat(next).isSameAs(spare);
			assertThat(next.getBean(SamInstance.class).isStandby()).isFalse();
			assertThat(next.getBean(SamInstance.class).instanceId()).hasValue(1);
			assertThat(next.getBeanFactory().containsSingleton("mailer")).isTrue();
			assertThat(next.getBean(Clock.class).isRunning()).isTrue();
			assertThat(next.getBean(Shop.class).sold).isEqualTo("pie");
		}

		@Test
		void spareThatIsNotNeededShouldEndWithTheTest() {
			assertThat(SamTesterTests.this.tester.startSpare().isActive()).isTrue();
		}

		@Test
		void instanceWithoutSpareShouldBeReplacedCold() {
			assertThat(SamTesterTests.this.tester.checkHealth()).isEmpty();
			assertThat(SamTesterTests.this.tester.nextInstance().getBean(SamInstance.class).instanceId()).hasValue(1);
		}

		@Test
		void indicatorThatHangsShouldBeTheReason() {
			CountDownLatch hang = new CountDownLatch(1);
			SamTesterTests.this.shop.hang = hang;
			assertThat(SamTesterTests.this.tester.checkHealth())
				.hasValueSatisfying((failure) -> assertThat(failure.message())
					.isEqualTo("health indicator 'shop' has not returned for 0.2 s"));
			hang.countDown();
		}

	}

	/**
	 * Nothing that an earlier test has done is seen by the next one.
	 */
	@Nested
	@TestMethodOrder(MethodName.class)
	class OneAfterTheOther {

		@Test
		void first() {
			assertThat(SamTesterTests.this.tester.nextInstance().getBean(SamInstance.class).instanceId()).hasValue(1);
		}

		@Test
		void second() {
			assertThat(SamTesterTests.this.context.getBean(SamInstance.class).instanceId()).hasValue(0);
			assertThat(SamTesterTests.this.tester.status().incidents()).isEmpty();
			assertThat(((ConfigurableApplicationContext) SamTesterTests.this.context).isActive()).isTrue();
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Shop shop(Sam sam) {
			return new Shop(sam);
		}

		@Bean
		@ActiveInstanceOnly
		Object mailer() {
			return new Object();
		}

		@Bean
		Clock clock() {
			return new Clock();
		}

	}

	static class Shop implements HealthIndicator {

		private final Sam sam;

		private final AtomicInteger downFor = new AtomicInteger();

		private final List<String> warnings = new CopyOnWriteArrayList<>();

		private volatile @Nullable String problem;

		private volatile @Nullable CountDownLatch hang;

		private volatile @Nullable String sold;

		private @Nullable String lastWords;

		Shop(Sam sam) {
			this.sam = sam;
		}

		void sells(String what) {
			this.sam.dataStore(what.getBytes(StandardCharsets.UTF_8));
		}

		@EventListener
		void restore(SamRegisteredEvent event) {
			byte[] data = this.sam.dataRestore();
			this.sold = (data.length != 0) ? new String(data, StandardCharsets.UTF_8) : null;
		}

		@EventListener
		void isWarned(SamRecoveryImminentEvent event) {
			this.warnings.add(event.getMessage());
		}

		@PreDestroy
		void close() {
			if (this.lastWords != null) {
				sells(this.lastWords);
			}
		}

		@Override
		public Health health() {
			CountDownLatch hang = this.hang;
			try {
				if (hang != null) {
					hang.await();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			String problem = this.problem;
			boolean isUp = this.downFor.getAndDecrement() <= 0 && problem == null;
			return (isUp ? Health.up() : Health.down()).withDetail("problem", String.valueOf(problem)).build();
		}

	}

	static class Clock implements SmartLifecycle {

		private volatile boolean running;

		@Override
		public void start() {
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
