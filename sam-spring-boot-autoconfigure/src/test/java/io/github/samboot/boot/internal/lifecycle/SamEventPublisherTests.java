package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.samboot.boot.SamQuorumEvent;
import io.github.samboot.boot.SamRecoveryImminentEvent;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SamEventPublisher}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SamEventPublisherTests {

	private final RecordingSam sam = RecordingSam.initialized();

	private final Supervision supervision = this.sam.supervision();

	private final LinkedBlockingQueue<ApplicationEvent> events = new LinkedBlockingQueue<>();

	@Test
	void shouldPublishWhatTheWatchdogTells() throws Exception {
		try (GenericApplicationContext context = context()) {
			SamListener listener = this.sam.listeners().get(0);
			listener.quorumChanged(false, List.of(1L, 2L));
			listener.recoveryImminent(IncidentReason.UNHEALTHY, "orders is DOWN", Duration.ofSeconds(3));
			assertThat(next()).isInstanceOfSatisfying(SamQuorumEvent.class, (event) -> {
				assertThat(event.isQuorate()).isFalse();
				assertThat(event.getMembers()).containsExactly(1L, 2L);
				assertThat(event.getSource()).isSameAs(context);
			});
			assertThat(next()).isInstanceOfSatisfying(SamRecoveryImminentEvent.class, (event) -> {
				assertThat(event.getReason()).isEqualTo(IncidentReason.UNHEALTHY);
				assertThat(event.getMessage()).isEqualTo("orders is DOWN");
				assertThat(event.getGracePeriod()).hasSeconds(3);
			});
		}
	}

	@Test
	void slowListenerShouldNotHoldUpTheWatchdogsMessages() {
		CountDownLatch slow = new CountDownLatch(1);
		try (GenericApplicationContext context = context()) {
			context.addApplicationListener((ApplicationListener<SamQuorumEvent>) (event) -> awaitUnchecked(slow));
			SamListener listener = this.sam.listeners().get(0);
			listener.quorumChanged(false, List.of());
			listener.quorumChanged(true, List.of());
			slow.countDown();
			await().until(() -> this.events.size() == 2);
		}
	}

	@Test
	void failingListenerShouldNotEndTheEvents() throws Exception {
		try (GenericApplicationContext context = context()) {
			context.addApplicationListener((ApplicationListener<SamQuorumEvent>) (event) -> {
				throw new IllegalStateException("test");
			});
			SamListener listener = this.sam.listeners().get(0);
			listener.quorumChanged(true, List.of());
			listener.recoveryImminent(IncidentReason.REQUESTED, "please", Duration.ZERO);
			await().until(() -> this.events.stream().anyMatch(SamRecoveryImminentEvent.class::isInstance));
		}
	}

	@Test
	void closedContextShouldHearNothing() {
		GenericApplicationContext context = context();
		SamListener listener = this.sam.listeners().get(0);
		context.close();
		assertThat(this.sam.listeners()).isEmpty();
		listener.quorumChanged(true, List.of());
		assertThat(this.events).isEmpty();
	}

	@Test
	void closingContextShouldFirstHearWhatTheWatchdogSaid() {
		CountDownLatch heard = new CountDownLatch(1);
		List<String> order = new CopyOnWriteArrayList<>();
		GenericApplicationContext context = context();
		context.addApplicationListener((ApplicationListener<SamQuorumEvent>) (event) -> {
			awaitUnchecked(heard);
			order.add("stopped writing");
		});
		context.registerBean("writer", DisposableBean.class, () -> () -> order.add("destroyed"));
		context.getBean("writer");
		this.sam.listeners().get(0).quorumChanged(false, List.of());
		Thread closing = new Thread(context::close);
		closing.start();
		await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
		heard.countDown();
		await().until(() -> !closing.isAlive());
		assertThat(order).containsExactly("stopped writing", "destroyed");
	}

	@Test
	void listenerThatClosesTheContextShouldNotWaitForItself() {
		GenericApplicationContext context = context();
		context.addApplicationListener((ApplicationListener<SamQuorumEvent>) (event) -> context.close());
		this.sam.listeners().get(0).quorumChanged(false, List.of());
		await().atMost(Duration.ofMillis(900)).until(() -> !context.isActive());
	}

	@Test
	void everyContextOfAHierarchyShouldHearOnceAndOneShouldSpeak(CapturedOutput output) throws Exception {
		try (GenericApplicationContext parent = context(); GenericApplicationContext child = context(parent)) {
			for (SamListener listener : this.sam.listeners()) {
				listener.quorumChanged(false, List.of(1L));
			}
			assertThat(List.of(next().getSource(), next().getSource())).containsExactlyInAnyOrder(parent, child);
			assertThat(this.events).isEmpty();
			assertThat(output).containsOnlyOnce("The cluster lost quorum");
		}
	}

	private GenericApplicationContext context() {
		return context(null);
	}

	private GenericApplicationContext context(@Nullable ApplicationContext parent) {
		GenericApplicationContext context = new GenericApplicationContext(parent);
		context.addApplicationListener((event) -> {
			if (event.getClass().getSimpleName().startsWith("Sam")) {
				this.events.add(event);
			}
		});
		context.registerBean(SamEventPublisher.class, () -> new SamEventPublisher(this.supervision, context));
		context.refresh();
		return context;
	}

	private ApplicationEvent next() throws InterruptedException {
		ApplicationEvent event = this.events.poll(10, TimeUnit.SECONDS);
		assertThat(event).isNotNull();
		return event;
	}

	private static void awaitUnchecked(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
