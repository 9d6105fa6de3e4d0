package io.github.samboot.boot.internal.lifecycle;

import org.springframework.context.SmartLifecycle;

/**
 * Waits for quorum behind the web server instead of before it, for
 * {@code sam.quorum.gate=traffic}: the actuator answers, listeners and schedulers are not
 * started yet.
 */
public final class SamStartLifecycle implements SmartLifecycle {

	/**
	 * Behind the web servers (Boot's last one is that of a separate management port, 512
	 * before the phase of graceful shutdown), before message listeners and schedulers.
	 */
	static final int PHASE = DEFAULT_PHASE - 1025;

	private final SamLifecycle lifecycle;

	private volatile boolean running;

	public SamStartLifecycle(SamLifecycle lifecycle) {
		this.lifecycle = lifecycle;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public void start() {
		this.lifecycle.startSupervision();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

}
