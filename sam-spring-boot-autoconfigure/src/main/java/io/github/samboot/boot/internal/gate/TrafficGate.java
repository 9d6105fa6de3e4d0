package io.github.samboot.boot.internal.gate;

import java.time.Duration;
import java.util.List;

import io.github.samboot.boot.SamQuorumEvent;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.lifecycle.SupervisionParticipant;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamState;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Whether requests may enter. Opens when the cluster is quorate and supervision has
 * started; closes the moment that quorum is lost. Readiness follows, so that whoever
 * sends requests learns of it. Thread-safe.
 */
public final class TrafficGate
		implements SamListener, SupervisionParticipant, ApplicationListener<SamQuorumEvent>, DisposableBean {

	/**
	 * How long a refused client should wait. Regaining quorum takes Corosync a few
	 * seconds.
	 */
	static final String RETRY_AFTER_SECONDS = "5";

	static final String REFUSAL = "Out of service: this node is not in the quorate part of its cluster.\n";

	private final Supervision supervision;

	private final boolean guards;

	private final ApplicationContext context;

	private volatile boolean started;

	private volatile boolean lost;

	private volatile boolean doomed;

	private boolean refuses;

	/**
	 * Create a gate, closed unless there is nothing to wait for.
	 * @param supervision how this process is supervised
	 * @param guards whether quorum is needed at all
	 * @param context the context whose readiness follows
	 */
	public TrafficGate(Supervision supervision, boolean guards, ApplicationContext context) {
		this.supervision = supervision;
		this.guards = guards;
		this.context = context;
		supervision.sam().addListener(this);
	}

	@Override
	public void destroy() {
		this.supervision.sam().removeListener(this);
	}

	/**
	 * Return whether requests may enter.
	 * @return whether the gate is open
	 */
	public boolean isOpen() {
		return !this.guards || !this.supervision.isSupervised() || (hasStarted() && !this.lost);
	}

	private boolean hasStarted() {
		if (!this.started && this.supervision.sam().state() == SamState.STARTED) {
			// by another context of this process
			this.started = true;
		}
		return this.started;
	}

	@Override
	public void started() {
		this.started = true;
	}

	@Override
	public void quorumChanged(boolean quorate, List<Long> members) {
		this.lost = this.doomed || !quorate;
	}

	/**
	 * Quorum that comes back does not save an instance that was told to end.
	 */
	@Override
	public void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
		if (reason == IncidentReason.QUORUM_LOST) {
			this.doomed = true;
			this.lost = true;
		}
	}

	/**
	 * Not done where the gate closes: listeners of availability may be slow.
	 */
	@Override
	public synchronized void onApplicationEvent(SamQuorumEvent event) {
		if (!this.guards) {
			return;
		}
		ApplicationAvailability availability = this.context.getBeanProvider(ApplicationAvailability.class)
			.getIfAvailable();
		boolean accepts = availability != null && availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
		if (accepts && !isOpen()) {
			this.refuses = true;
			AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC);
		}
		else if (this.refuses && isOpen()) {
			this.refuses = false;
			AvailabilityChangeEvent.publish(this.context, ReadinessState.ACCEPTING_TRAFFIC);
		}
	}

}
