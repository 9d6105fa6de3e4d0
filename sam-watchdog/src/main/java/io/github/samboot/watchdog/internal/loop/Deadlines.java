package io.github.samboot.watchdog.internal.loop;

import java.util.concurrent.TimeUnit;

import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.Nanos;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.rundir.RunDirectoryGuard;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Lane;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import io.github.samboot.watchdog.internal.systemd.SystemdUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks what has to be checked at some time or other. Only the event loop's thread uses
 * it.
 */
final class Deadlines implements EventLoop.Timer {

	private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(60);

	/** An event about which the rules could not decide is tried again. */
	private static final long RETRY_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

	private static final long DIRECTORY_CHECK = TimeUnit.SECONDS.toNanos(10);

	/** It tries to connect again for longer than that at once. */
	private static final long CUT_OFF_CHECK = TimeUnit.MILLISECONDS.toNanos(200);

	/** How often an adopted process is looked at; its connection tells of its end too. */
	private static final long ADOPTED_CHECK = TimeUnit.SECONDS.toNanos(1);

	private static final long ADOPTED_END_CHECK = TimeUnit.MILLISECONDS.toNanos(5);

	/** An application that has lost its connection need not come back. */
	private static final int MOST_CHECKS_AFTER_LOSS = 400;

	/** So that cmap is never a quarter of an interval behind the last beat. */
	private static final int CMAP_BEATS_PER_INTERVAL = 8;

	private static final long SHORTEST_CMAP_BEAT = TimeUnit.MILLISECONDS.toNanos(20);

	private final Supervisor supervisor;

	private final Processes processes;

	private final ProcessEvents processEvents;

	private final RunDirectoryGuard directory;

	private final ClusterLink cluster;

	private final @Nullable SystemdUnit systemd;

	private long nextDirectoryCheck = System.nanoTime();

	private long lastAdoptedCheck = System.nanoTime();

	private long nextCmapBeat = System.nanoTime();

	private int checksAfterLoss;

	Deadlines(Supervisor supervisor, Processes processes, ProcessEvents processEvents, RunDirectoryGuard directory,
			ClusterLink cluster, @Nullable SystemdUnit systemd) {
		this.supervisor = supervisor;
		this.processes = processes;
		this.processEvents = processEvents;
		this.directory = directory;
		this.cluster = cluster;
		this.systemd = systemd;
	}

	/**
	 * Return whether the time interval of the application ends then, without a heartbeat.
	 */
	@Override
	public boolean isExact(long wakeAt) {
		return wakeAt == supervision().intervalEnd();
	}

	private Supervision supervision() {
		return this.supervisor.supervision();
	}

	@Override
	public long wakeAt(long now) {
		long wakeAt = supervision().wakeAt();
		if (wakeAt == Long.MIN_VALUE) {
			wakeAt = now + LONGEST_REST;
		}
		ApplicationProcess process = this.processes.active().process();
		if (process != null && process.isAdopted()) {
			wakeAt = Nanos.earlier(wakeAt, nextAdoptedCheck());
		}
		if (isCutOff()) {
			wakeAt = Nanos.earlier(wakeAt, this.nextDirectoryCheck);
		}
		if (this.processes.slot(Lane.SPARE).process() != null || this.processEvents.getsOrphans()) {
			// the spare's files, and orphans, are checked also if the time interval is
			// long
			wakeAt = Nanos.earlier(wakeAt, this.nextDirectoryCheck + DIRECTORY_CHECK);
		}
		wakeAt = this.processes.socket().earlier(this.cluster.earlier(wakeAt));
		if (this.systemd != null) {
			wakeAt = Nanos.earlier(wakeAt, this.systemd.wakeAt());
		}
		if (this.supervisor.hasWaiting()) {
			wakeAt = Nanos.earlier(wakeAt, now + RETRY_PAUSE);
		}
		return publishesBeats() ? Nanos.earlier(wakeAt, this.nextCmapBeat) : wakeAt;
	}

	/**
	 * Return whether the instance has to find the run directory again.
	 */
	private boolean isCutOff() {
		return this.processes.active().process() != null && this.processes.active().isDisconnected();
	}

	private boolean publishesBeats() {
		return this.cluster.publishesBeats() && supervision().state() == SupervisionState.RUNNING;
	}

	/**
	 * Most looks only find that all is well: what they do not need is not touched, for it
	 * would have to be fetched into the processor's caches first.
	 */
	@Override
	public void look() {
		long now = System.nanoTime();
		if (this.supervisor.hasWaiting()) {
			this.supervisor.handleWaiting();
		}
		checkAdopted(now);
		try {
			lookAround(now);
		}
		finally {
			// no fault elsewhere may hide that the instance is silent
			lookAtSupervision(now);
		}
	}

	private void lookAround(long now) {
		this.cluster.lookAtTime(now);
		this.processes.socket().look(now);
		if (publishesBeats() && now - this.nextCmapBeat >= 0) {
			// only the rules know of beats over the socket, and of a fresh interval after
			// a freeze
			long known = supervision().intervalEnd() - interval();
			this.cluster.beat(Math.max(this.processes.active().page().lastBeat(), known));
			this.nextCmapBeat = now + Math.max(interval() / CMAP_BEATS_PER_INTERVAL, SHORTEST_CMAP_BEAT);
		}
	}

	private void lookAtSupervision(long now) {
		long wakeAt = supervision().wakeAt();
		if (wakeAt != Long.MIN_VALUE && now - wakeAt >= 0) {
			timePassed(now);
		}
		if (this.systemd != null) {
			this.systemd.tell(supervision());
		}
		if (isCutOff()) {
			this.nextDirectoryCheck = Nanos.earlier(this.nextDirectoryCheck, now + CUT_OFF_CHECK);
		}
		if (now - this.nextDirectoryCheck >= 0) {
			this.nextDirectoryCheck = now + DIRECTORY_CHECK;
			checkSurroundings();
		}
	}

	private long interval() {
		return supervision().options().timeInterval().toNanos();
	}

	private void timePassed(long now) {
		ProcessSlot active = this.processes.active();
		long lastBeat = active.page().lastBeat();
		if (!supervision().hasProcess()) {
			// it may be time to launch
			this.processEvents.checkSpare();
		}
		ApplicationProcess process = active.process();
		boolean isSilent = lastBeat == 0 || now - lastBeat > interval();
		if (isSilent) {
			// it may have been stored while it was read
			lastBeat = active.page().lastBeat();
		}
		boolean isLookedAt = process != null && (isSilent || shouldEndSoon(supervision().state()));
		this.supervisor.handle(new Event.TimePassed(lastBeat, isLookedAt ? process.unusualState() : ""));
	}

	/**
	 * Whether an instance that is still there does not end as it should; its last
	 * heartbeat may be newer than the time interval.
	 */
	private static boolean shouldEndSoon(SupervisionState state) {
		return state == SupervisionState.RECOVERING || state == SupervisionState.STOPPING
				|| state == SupervisionState.FAILED;
	}

	private void checkSurroundings() {
		this.processEvents.checkEnded();
		this.directory.tryToEnsure();
		// repaired if need be: it is not read otherwise while heartbeats use the socket
		this.processes.active().page().lastBeat();
		this.directory.saveAgain();
		Event.SpareUnusable problem = this.processes.spare().check();
		if (problem != null) {
			this.supervisor.handle(problem);
		}
		this.processEvents.removeZombies();
	}

	private void checkAdopted(long now) {
		ApplicationProcess process = this.processes.active().process();
		if (process == null || !process.isAdopted() || now - nextAdoptedCheck() < 0) {
			return;
		}
		this.lastAdoptedCheck = now;
		this.checksAfterLoss = (this.processes.active().client() == null) ? this.checksAfterLoss + 1 : 0;
		if (process.isGone()) {
			this.processEvents.ended(process, ExitStatus.UNKNOWN);
		}
	}

	private long nextAdoptedCheck() {
		SupervisionState state = supervision().state();
		boolean isLost = this.processes.active().client() == null && this.checksAfterLoss < MOST_CHECKS_AFTER_LOSS;
		boolean isEndNear = isLost || state == SupervisionState.STOPPING || state == SupervisionState.RECOVERING;
		return this.lastAdoptedCheck + (isEndNear ? ADOPTED_END_CHECK : ADOPTED_CHECK);
	}

}
