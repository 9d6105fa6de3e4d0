package io.github.samboot.boot.internal.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.github.samboot.autoconfigure.SamPropertiesTests;
import io.github.samboot.boot.ActiveInstanceOnly;
import io.github.samboot.boot.SamRegisteredEvent;
import io.github.samboot.boot.internal.standby.ActiveInstanceBeans;
import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SamLifecycle}.
 */
@ExtendWith(OutputCaptureExtension.class)
public class SamLifecycleTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	@Test
	void refreshShouldRegisterAndStart() {
		try (GenericApplicationContext context = context()) {
			context.refresh();
			assertThat(this.sam.calls()).containsExactly("initialize", "register", "start(true)", "started");
			assertThat(context.getBean(SamLifecycle.class).isRunning()).isTrue();
		}
	}

	@Test
	void refreshShouldRegisterBeforeAnyOtherLifecycleStarts() {
		List<String> seen = new ArrayList<>();
		try (GenericApplicationContext context = context()) {
			context.registerBean("earliest", OtherLifecycle.class,
					() -> new OtherLifecycle(Integer.MIN_VALUE + 1, () -> seen.add("other sees " + this.sam.state())));
			context.refresh();
		}
		assertThat(seen).containsExactly("other sees STARTED");
	}

	@Test
	void correctShouldEndStartupOnce() {
		try (GenericApplicationContext context = context()) {
			context.refresh();
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			assertThat(this.sam.calls()).doesNotContain("ready");
			becomeCorrect(context);
			becomeCorrect(context);
			assertThat(callsSinceStart()).containsExactly("participant live", "ready", "participant ready");
		}
	}

	@Test
	void correctOfChildContextShouldNotCount() {
		try (GenericApplicationContext context = context();
				GenericApplicationContext child = new GenericApplicationContext(context)) {
			context.refresh();
			child.refresh();
			becomeCorrect(child);
			assertThat(callsSinceStart()).isEmpty();
		}
	}

	@Test
	void brokenShouldBeReportedAtOnce() {
		try (GenericApplicationContext context = context()) {
			context.refresh();
			becomeCorrect(context);
			AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
			AvailabilityChangeEvent.publish(context, new IllegalStateException("cache is corrupt"),
					LivenessState.BROKEN);
			assertThat(this.sam.unhealthyMessages()).containsExactly("the application's liveness state is BROKEN",
					"the application's liveness state is BROKEN: java.lang.IllegalStateException: cache is corrupt");
		}
	}

	@Test
	void brokenShouldBeReportedWhateverItsCauseSaysOfItself() {
		try (GenericApplicationContext context = context()) {
			context.refresh();
			becomeCorrect(context);
			AvailabilityChangeEvent.publish(context, new SilentException(), LivenessState.BROKEN);
			assertThat(this.sam.unhealthyMessages())
				.containsExactly("the application's liveness state is BROKEN: " + SilentException.class.getName());
		}
	}

	private static final class SilentException extends RuntimeException {

		@Override
		public String toString() {
			throw new IllegalStateException("a cause that cannot be shown");
		}

	}

	@Test
	void closeShouldSayStoppingFirstAndStopNothing() {
		GenericApplicationContext context = context();
		context.refresh();
		becomeCorrect(context);
		context.registerBean("probe", Object.class);
		context.close();
		assertThat(callsSinceStart()).containsExactly("participant live", "ready", "participant ready", "stopping",
				"stopped");
		assertThat(this.sam.state()).as("a clean exit is up to the watchdog").isEqualTo(SamState.STARTED);
	}

	@Test
	void closeOfChildContextShouldNotCount() {
		try (GenericApplicationContext context = context()) {
			context.refresh();
			becomeCorrect(context);
			GenericApplicationContext child = new GenericApplicationContext(context);
			child.refresh();
			child.close();
			assertThat(this.sam.calls()).doesNotContain("stopping");
		}
	}

	@Test
	void stopAndStartOfContextShouldStopAndStartWithoutRegisteringAgain() {
		try (GenericApplicationContext context = context()) {
			context.refresh();
			becomeCorrect(context);
			context.stop();
			assertThat(this.sam.state()).isEqualTo(SamState.REGISTERED);
			context.start();
			assertThat(this.sam.state()).isEqualTo(SamState.STARTED);
			assertThat(callsSinceStart()).containsExactly("participant live", "ready", "participant ready", "stop",
					"stopped", "start", "started", "participant ready");
		}
	}

	@Test
	void stopBeforeStartupIsOverShouldLeaveTheWatchdogWaiting() {
		try (GenericApplicationContext context = context()) {
			context.refresh();
			context.stop();
			assertThat(this.sam.state()).isEqualTo(SamState.STARTED);
			context.start();
			becomeCorrect(context);
			assertThat(callsSinceStart()).containsExactly("participant live", "ready", "participant ready");
		}
	}

	@Test
	void failedStartShouldNotLookLikeWish() {
		GenericApplicationContext context = context();
		context.registerBean("bad", OtherLifecycle.class, () -> new OtherLifecycle(0, () -> {
			throw new IllegalStateException("port in use");
		}));
		assertThatThrownBy(context::refresh).rootCause().hasMessage("port in use");
		assertThat(this.sam.calls()).doesNotContain("stop", "stopping");
		assertThat(this.sam.state()).isEqualTo(SamState.STARTED);
	}

	@Test
	void nextContextAfterFailedStartShouldGoOnWithTheStartup() {
		failedStartShouldNotLookLikeWish();
		try (GenericApplicationContext context = context()) {
			context.refresh();
			becomeCorrect(context);
			assertThat(this.sam.calls()).containsOnlyOnce("register")
				.endsWith("started", "participant live", "ready", "participant ready");
		}
	}

	@Test
	void secondContextShouldNotRegisterNorStopFirst() {
		try (GenericApplicationContext context = context()) {
			context.refresh();
			becomeCorrect(context);
			List<String> before = this.sam.calls();
			List<SamRegisteredEvent> heard = new ArrayList<>();
			try (GenericApplicationContext second = context()) {
				second.addApplicationListener((ApplicationListener<SamRegisteredEvent>) heard::add);
				second.refresh();
				assertThat(heard).hasSize(1);
				becomeCorrect(second);
				AvailabilityChangeEvent.publish(second, LivenessState.BROKEN);
				second.stop();
				second.start();
			}
			assertThat(this.sam.calls()).isEqualTo(before);
			assertThat(this.sam.unhealthyMessages()).isEmpty();
		}
	}

	@Test
	void contextAfterClosedOneShouldTakeOver() {
		GenericApplicationContext first = context();
		first.refresh();
		becomeCorrect(first);
		first.close();
		List<SamRegisteredEvent> heard = new ArrayList<>();
		try (GenericApplicationContext second = context()) {
			second.addApplicationListener((ApplicationListener<SamRegisteredEvent>) heard::add);
			second.refresh();
			becomeCorrect(second);
			assertThat(heard).hasSize(1);
			assertThat(this.sam.listeners()).as("those of closed contexts").hasSize(1);
			assertThat(this.sam.calls()).containsOnlyOnce("register")
				.endsWith("stopping", "stopped", "started", "participant live", "ready", "participant ready");
		}
	}

	@Test
	void contextAfterClosedOneShouldWaitForTheNextWatchdogIfThereIsNoneNow() throws Exception {
		AtomicBoolean isLost = new AtomicBoolean();
		this.sam.onStart(() -> {
			if (isLost.get()) {
				throw new SamException(CsError.TRY_AGAIN, "The watchdog died and is being replaced");
			}
		});
		GenericApplicationContext first = context();
		first.refresh();
		first.close();
		isLost.set(true);
		this.sam.withConnection(WatchdogConnection.REPLACING);
		try (GenericApplicationContext second = context()) {
			Thread main = new Thread(second::refresh);
			main.start();
			await().until(() -> main.getState() == Thread.State.WAITING);
			isLost.set(false);
			this.sam.withConnection(WatchdogConnection.CONNECTED);
			this.sam.listeners().forEach((listener) -> listener.watchdogReplaced(4712));
			main.join(10_000);
			assertThat(second.isRunning()).isTrue();
		}
	}

	@Test
	void refreshBeforeInitializeShouldLeaveRegisteringToTheSupervisedApplication() {
		RecordingSam early = new RecordingSam();
		try (GenericApplicationContext context = context(early.supervision())) {
			context.refresh();
			assertThat(early.calls()).isEmpty();
		}
	}

	@Test
	void participantsShouldNotBeToldWithoutWatchdog() {
		this.sam.unsupervised();
		try (GenericApplicationContext context = context()) {
			context.refresh();
			becomeCorrect(context);
			assertThat(this.sam.calls()).containsExactly("initialize", "register", "start(true)", "ready");
		}
	}

	@Test
	void registeredEventShouldComeBeforeAnythingStarts() {
		List<String> seen = new ArrayList<>();
		try (GenericApplicationContext context = context()) {
			context.addApplicationListener((ApplicationListener<SamRegisteredEvent>) (event) -> seen
				.add(event.getInstanceId() + " " + event.isPromotion() + " " + this.sam.state()));
			context.registerBean("earliest", OtherLifecycle.class,
					() -> new OtherLifecycle(Integer.MIN_VALUE + 1, () -> seen.add("other")));
			context.refresh();
		}
		assertThat(seen).containsExactly("0 false REGISTERED", "other");
	}

	@Test
	void spareShouldHearOfItsPromotion() {
		List<SamRegisteredEvent> seen = new ArrayList<>();
		try (GenericApplicationContext context = context(this.sam.asSpare().supervision())) {
			context.addApplicationListener((ApplicationListener<SamRegisteredEvent>) seen::add);
			context.refresh();
		}
		assertThat(seen).singleElement().satisfies((event) -> assertThat(event.isPromotion()).isTrue());
	}

	@Test
	void beansOfTheActiveInstanceShouldBeCreatedAfterRegister() {
		List<SamState> seen = new ArrayList<>();
		try (GenericApplicationContext context = context()) {
			context.registerBean(ActiveInstanceBeans.class);
			context.registerBean(Exclusive.class, () -> new Exclusive(() -> seen.add(this.sam.state())));
			context.refresh();
			assertThat(seen).as("not before the wait for quorum").containsExactly(SamState.STARTED);
		}
	}

	@Test
	void lifecycleOfTheSamePhaseShouldWaitToo() {
		List<String> seen = new ArrayList<>();
		GenericApplicationContext context = new GenericApplicationContext();
		// an application's own beans come before those of auto-configurations
		context.registerBean("consumer", OtherLifecycle.class,
				() -> new OtherLifecycle(SamLifecycle.PHASE, () -> seen.add("consumer sees " + this.sam.state())));
		try (context) {
			register(context, this.supervision);
			context.refresh();
		}
		assertThat(seen).containsExactly("consumer sees STARTED");
	}

	@Test
	void whatIsNoLifecycleForSpringShouldBeNoneForSam() {
		List<String> seen = new ArrayList<>();
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(NoLifecycle.class);
			context.addBeanFactoryPostProcessor((factory) -> factory.addBeanPostProcessor(new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return name.equals("proxied") ? "without its interface" : bean;
				}

			}));
			context.registerBean("factory", LifecycleFactory.class,
					() -> new LifecycleFactory(() -> seen.add("factory sees " + this.sam.state())));
			register(context, this.supervision);
			context.refresh();
			assertThat(seen).containsExactly("factory sees STARTED");
		}
	}

	@Test
	void beansThatExistTooEarlyShouldBeNamedWithTheirUsers(CapturedOutput output) {
		try (GenericApplicationContext context = context(this.sam.asSpare().supervision())) {
			context.registerBean(ActiveInstanceBeans.class);
			context.registerBean("ledger", Exclusive.class, () -> new Exclusive(() -> {
			}));
			context.registerBean("accounts", Object.class, () -> {
				context.getBeanFactory().registerDependentBean("ledger", "accounts");
				return context.getBean("ledger");
			});
			context.refresh();
		}
		assertThat(output).contains("The bean 'ledger' has @ActiveInstanceOnly, but exists before register")
			.contains("accounts needs it");
	}

	@Test
	void nobodyShouldHaveToWaitForAWaitingSpare() throws Exception {
		CountDownLatch waits = new CountDownLatch(1);
		CountDownLatch promotion = new CountDownLatch(1);
		this.sam.onRegister(() -> {
			waits.countDown();
			awaitUnchecked(promotion);
		});
		try (GenericApplicationContext context = context()) {
			Thread main = new Thread(context::refresh);
			main.start();
			assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
			Thread other = new Thread(() -> becomeCorrect(context));
			other.start();
			other.join(10_000);
			assertThat(other.isAlive()).isFalse();
			promotion.countDown();
			main.join(10_000);
			assertThat(this.sam.calls()).contains("start(true)").doesNotContain("ready");
		}
	}

	private static void awaitUnchecked(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void beansOfASecondContextShouldBeCreatedToo() {
		List<SamState> seen = new ArrayList<>();
		try (GenericApplicationContext first = context(); GenericApplicationContext second = context()) {
			first.refresh();
			second.registerBean(ActiveInstanceBeans.class);
			second.registerBean(Exclusive.class, () -> new Exclusive(() -> seen.add(this.sam.state())));
			second.refresh();
			assertThat(seen).hasSize(1);
		}
	}

	@Test
	void interruptedSpareShouldLeaveNoInterruptBehind() {
		this.sam.asSpare();
		this.sam.onRegister(() -> {
			Thread.currentThread().interrupt();
			throw new SamException(CsError.INTERRUPT, "Interrupted while waiting in REGISTER");
		});
		try (GenericApplicationContext context = context()) {
			assertThatThrownBy(context::refresh).rootCause().hasMessageContaining("Interrupted while waiting");
			assertThat(Thread.interrupted()).isFalse();
		}
	}

	@Test
	void failureToRegisterShouldFailTheContext() {
		this.sam.onStart(() -> {
			throw new IllegalStateException("interrupted");
		});
		try (GenericApplicationContext context = context()) {
			assertThatThrownBy(context::refresh).rootCause().hasMessage("interrupted");
		}
	}

	public static void becomeCorrect(ApplicationContext context) {
		AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
	}

	private GenericApplicationContext context() {
		return context(this.supervision);
	}

	private GenericApplicationContext context(Supervision supervision) {
		GenericApplicationContext context = new GenericApplicationContext();
		register(context, supervision);
		return context;
	}

	private void register(GenericApplicationContext context, Supervision supervision) {
		context.registerBean(SupervisionParticipant.class, () -> new RecordedParticipant(this.sam::call));
		context.registerBean(SamLifecycle.class,
				() -> new SamLifecycle(supervision, context, context.getBeanProvider(SupervisionParticipant.class),
						context.getBeanProvider(ActiveInstanceBeans.class), SamPropertiesTests.bind(Map.of())));
	}

	private List<String> callsSinceStart() {
		List<String> calls = this.sam.calls();
		return calls.subList(calls.indexOf("started") + 1, calls.size());
	}

	@ActiveInstanceOnly
	static final class Exclusive {

		Exclusive(Runnable created) {
			created.run();
		}

	}

	static SupervisionParticipant heart() {
		return new RecordedParticipant((call) -> {
		});
	}

	private record RecordedParticipant(Consumer<String> calls) implements SupervisionParticipant {

		@Override
		public boolean sendsHeartbeats() {
			return true;
		}

		@Override
		public void started() {
			this.calls.accept("started");
		}

		@Override
		public void live() {
			this.calls.accept("participant live");
		}

		@Override
		public void ready() {
			this.calls.accept("participant ready");
		}

		@Override
		public void stopped() {
			this.calls.accept("stopped");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoLifecycle {

		@Bean
		@Nullable SmartLifecycle missing() {
			return null;
		}

		@Bean
		SmartLifecycle proxied() {
			return new OtherLifecycle(SamLifecycle.PHASE, () -> {
			});
		}

	}

	private static final class LifecycleFactory extends OtherLifecycle implements FactoryBean<String> {

		private LifecycleFactory(Runnable start) {
			super(SamLifecycle.PHASE, start);
		}

		@Override
		public String getObject() {
			return "";
		}

		@Override
		public Class<?> getObjectType() {
			return String.class;
		}

	}

	private static class OtherLifecycle implements SmartLifecycle {

		private final int phase;

		private final Runnable start;

		private boolean running;

		private OtherLifecycle(int phase, Runnable start) {
			this.phase = phase;
			this.start = start;
		}

		@Override
		public int getPhase() {
			return this.phase;
		}

		@Override
		public void start() {
			this.running = true;
			this.start.run();
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
