package io.github.samboot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;

/**
 * Publishes what the watchdog tells as application events. On a thread of its own: the
 * watchdog's answers must not wait for anybody's event listener.
 */
final class SamEventPublisher implements SamListener, DisposableBean {

	private static final Log logger = LogFactory.getLog(SamEventPublisher.class);

	private final ApplicationContext context;

	private final ThreadPoolExecutor executor;

	SamEventPublisher(Supervision supervision, ApplicationContext context) {
		this.context = context;
		this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "sam-events");
			thread.setDaemon(true);
			return thread;
		}, new ThreadPoolExecutor.DiscardPolicy());
		this.executor.allowCoreThreadTimeOut(true);
		supervision.sam().addListener(this);
	}

	@Override
	public void quorumChanged(boolean quorate, List<Long> members) {
		if (quorate) {
			logger.info("The cluster is quorate, with nodes " + members);
		}
		else {
			logger.warn("The cluster lost quorum, nodes left here: " + members);
		}
		publish(new SamQuorumEvent(this.context, quorate, members));
	}

	@Override
	public void promoted(int instanceId) {
		logger.info("This spare process is now the active instance " + instanceId);
		publish(new SamPromotedEvent(this.context, instanceId));
	}

	@Override
	public void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
		logger.warn("The watchdog ends this instance (" + reason.id() + "): " + message + ". SIGKILL follows in "
				+ gracePeriod.toMillis() + " ms");
		publish(new SamRecoveryImminentEvent(this.context, reason, message, gracePeriod));
	}

	private void publish(ApplicationEvent event) {
		this.executor.execute(() -> {
			try {
				this.context.publishEvent(event);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener of " + event.getClass().getSimpleName() + " failed", ex);
			}
		});
	}

	@Override
	public void destroy() {
		this.executor.shutdown();
	}

}
