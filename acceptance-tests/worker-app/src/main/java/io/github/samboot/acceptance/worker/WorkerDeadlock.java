package io.github.samboot.acceptance.worker;

import java.util.concurrent.CountDownLatch;

import io.github.samboot.core.Sam;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets the start of the first instance end in a deadlock with another thread.
 */
@Component
@ConditionalOnBooleanProperty("worker.deadlocks")
class WorkerDeadlock implements SmartLifecycle {

	private final Sam sam;

	private volatile boolean running;

	WorkerDeadlock(Sam sam) {
		this.sam = sam;
	}

	@Override
	public void start() {
		this.running = true;
		if (this.sam.instanceId() > 0) {
			return;
		}
		Object mine = new Object();
		Object other = new Object();
		CountDownLatch isHeld = new CountDownLatch(1);
		synchronized (mine) {
			Thread thread = new Thread(() -> {
				synchronized (other) {
					isHeld.countDown();
					synchronized (mine) {
						throw new IllegalStateException("not deadlocked");
					}
				}
			}, "other");
			thread.setDaemon(true);
			thread.start();
			try {
				isHeld.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			synchronized (other) {
				throw new IllegalStateException("not deadlocked");
			}
		}
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
