package io.github.samboot.boot.internal.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.samboot.boot.SamQuorumEvent;
import io.github.samboot.boot.SamRecoveryImminentEvent;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.internal.process.DaemonThread;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.Ordered;

/**
 * Publishes what the watchdog tells as application events. On a thread of its own: the
 * watchdog's answers must not wait for anybody's event listener.
 */
public final class SamEventPublisher
		implements SamListener, ApplicationListener<ContextClosedEvent>, Ordered, DisposableBean {

	/** As long as a closing context waits for listeners of what came before. */
	private static final long HEARING_SECONDS = 1;

	private static final Log logger = LogFactory.getLog(SamEventPublisher.class);

	private final Supervision supervision;

	private final ApplicationContext context;

	private final boolean isSpokenForAbove;

	private final ThreadPoolExecutor executor;

	private volatile @Nullable Thread thread;

	public SamEventPublisher(Supervision supervision, ApplicationContext context) {
		this.supervision = supervision;
		this.context = context;
		ApplicationContext parent = context.getParent();
		this.isSpokenForAbove = parent != null
				&& parent.getBeanProvider(SamEventPublisher.class).getIfAvailable() != null;
		this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			this.thread = DaemonThread.create("sam-events", 0, task);
			return this.thread;
		}, new ThreadPoolExecutor.DiscardPolicy());
		this.executor.allowCoreThreadTimeOut(true);
		supervision.sam().addListener(this);
	}

	@Override
	public void quorumChanged(boolean quorate, List<Long> members) {
		if (!this.isSpokenForAbove && quorate) {
			logger.info("The cluster is quorate, with nodes " + members);
		}
		else if (!this.isSpokenForAbove) {
			logger.warn("The cluster lost quorum, nodes left here: " + members);
		}
		publish(new SamQuorumEvent(this.context, quorate, members));
	}

	@Override
	public void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
		if (!this.isSpokenForAbove) {
			logger.warn("The watchdog ends this instance (" + reason.id() + "): " + message + ". SIGKILL follows in "
					+ gracePeriod.toMillis() + " ms");
		}
		publish(new SamRecoveryImminentEvent(this.context, reason, message, gracePeriod));
	}

	private void publish(ApplicationEvent event) {
		this.executor.execute(() -> {
			try {
				tell(this.context, event);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener of " + event.getClass().getSimpleName() + " failed", ex);
			}
		});
	}

	/**
	 * Tell the listeners of one context on this thread, without those of its parent: SAM
	 * tells each context of a hierarchy for itself.
	 */
	static void tell(ApplicationContext context, ApplicationEvent event) {
		context
			.getBean(AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME,
					ApplicationEventMulticaster.class)
			.multicastEvent(event);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * What the watchdog said before its warn signal is heard before anything is closed:
	 * its answer comes behind that, and the listeners get their time.
	 */
	@Override
	public void onApplicationEvent(ContextClosedEvent closed) {
		boolean isOwn = closed.getApplicationContext() == this.context;
		boolean mayHaveNews = this.supervision.isSupervised() || this.thread != null;
		if (!isOwn || !mayHaveNews || Thread.currentThread() == this.thread) {
			return;
		}
		this.supervision.sam().status();
		CountDownLatch published = new CountDownLatch(1);
		this.executor.execute(published::countDown);
		try {
			if (!published.await(HEARING_SECONDS, TimeUnit.SECONDS)) {
				logger.warn("A listener of SAM's events is still busy, the application closes down meanwhile");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void destroy() {
		this.supervision.sam().removeListener(this);
		this.executor.shutdown();
	}

}
