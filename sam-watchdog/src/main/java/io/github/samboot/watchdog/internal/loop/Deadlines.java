package io.github.samboot.watchdog.internal.loop;

import java.util.concurrent.TimeUnit;

import io.github.samboot.core.SupervisionState;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.cluster.ClusterWait;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.process.Orphans;
import io.github.samboot.watchdog.internal.rundir.Meeting;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is to be looked at when. Only the event loop's thread uses it.
 */
final class Deadlines {

	private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(60);

	private static final long DIRECTORY_CHECK = TimeUnit.SECONDS.toNanos(10);

	/** How often an adopted process is looked at; its connection tells of its end too. */
	private static final long ADOPTED_CHECK = TimeUnit.SECONDS.toNanos(1);

	private static final long ADOPTED_END_CHECK = TimeUnit.MILLISECONDS.toNanos(5);

	/** An application that has lost its connection need not come back. */
	private static final int MOST_CHECKS_AFTER_LOSS = 400;

	/** So that cmap is never a quarter of an interval behind the last beat. */
	private static final int CMAP_BEATS_PER_INTERVAL = 8;

	private static final long SHORTEST_CMAP_BEAT = TimeUnit.MILLISECONDS.toNanos(20);

	private final Course course;

	private final Crew crew;

	private final Succession succession;

	private final Meeting meeting;

	private final ClusterLink cluster;

	private final ClusterWait clusterWait;

	private final @Nullable Orphans orphans;

	private long nextDirectoryCheck = System.nanoTime();

	private long lastAdoptedCheck = System.nanoTime();

	private long nextCmapBeat = System.nanoTime();

	private int checksAfterLoss;

	Deadlines(Course course, Crew crew, Succession succession, Meeting meeting, ClusterLink cluster,
			ClusterWait clusterWait, @Nullable Orphans orphans) {
		this.course = course;
		this.crew = crew;
		this.succession = succession;
		this.meeting = meeting;
		this.cluster = cluster;
		this.clusterWait = clusterWait;
		this.orphans = orphans;
	}

	/**
	 * Whether the time interval of a silent application ends then.
	 */
	boolean isLastMoment(long wakeAt) {
		return wakeAt == this.course.supervision().intervalEnd();
	}

	long wakeAt(long now) {
		long wakeAt = this.course.supervision().wakeAt();
		if (wakeAt == Long.MIN_VALUE) {
			wakeAt = now + LONGEST_REST;
		}
		ApplicationProcess process = this.crew.active().process();
		if (process != null && process.isAdopted()) {
			wakeAt = earlier(wakeAt, nextAdoptedCheck());
		}
		if (this.crew.spare().seat().process() != null || this.orphans != null) {
			// the spare's files, and orphans, are looked at also if the time interval is
			// long
			wakeAt = earlier(wakeAt, this.nextDirectoryCheck + DIRECTORY_CHECK);
		}
		wakeAt = this.clusterWait.earlier(wakeAt);
		return publishesBeats() ? earlier(wakeAt, this.nextCmapBeat) : wakeAt;
	}

	private static long earlier(long first, long second) {
		return (first - second < 0) ? first : second;
	}

	private boolean publishesBeats() {
		return this.cluster.publishesBeats() && this.course.supervision().state() == SupervisionState.RUNNING;
	}

	/**
	 * Do what is due.
	 * @return whether it was more than to see that all is well
	 */
	boolean look() {
		long now = System.nanoTime();
		boolean isChanged = lookAtAdopted(now) | this.clusterWait.lookAtTime(now);
		if (publishesBeats() && now - this.nextCmapBeat >= 0) {
			// only the rules know of beats over the socket, and of a fresh interval after
			// a freeze
			long known = this.course.supervision().intervalEnd() - interval();
			this.cluster.beat(Math.max(this.crew.active().page().lastBeat(), known));
			this.nextCmapBeat = now + Math.max(interval() / CMAP_BEATS_PER_INTERVAL, SHORTEST_CMAP_BEAT);
		}
		long wakeAt = this.course.supervision().wakeAt();
		if (wakeAt != Long.MIN_VALUE && now - wakeAt >= 0) {
			isChanged |= timePassed(now);
		}
		if (now - this.nextDirectoryCheck >= 0) {
			this.nextDirectoryCheck = now + DIRECTORY_CHECK;
			lookAround();
			isChanged = true;
		}
		return isChanged;
	}

	private long interval() {
		return this.course.supervision().options().timeInterval().toNanos();
	}

	private boolean timePassed(long now) {
		Seat active = this.crew.active();
		long lastBeat = active.page().lastBeat();
		if (!this.course.supervision().hasProcess()) {
			// it may be time to launch
			this.succession.lookAtSpare();
		}
		ApplicationProcess process = active.process();
		boolean isSilent = lastBeat == 0 || now - lastBeat > interval();
		if (isSilent) {
			// it may have been stored while it was read
			lastBeat = active.page().lastBeat();
		}
		boolean isLookedAt = process != null && (isSilent || isEnding(this.course.supervision().state()));
		return this.course.apply(new Event.TimePassed(lastBeat, isLookedAt ? process.unusualState() : ""));
	}

	/**
	 * Whether an instance that is still there does not end as it should; its last health
	 * check may be newer than the time interval.
	 */
	private static boolean isEnding(SupervisionState state) {
		return state == SupervisionState.RECOVERING || state == SupervisionState.STOPPING
				|| state == SupervisionState.FAILED;
	}

	private void lookAround() {
		this.meeting.tryToEnsure(this.course.supervision());
		// mended if need be: no look at it is due while beats go over the socket
		this.crew.active().page().lastBeat();
		this.meeting.saveAgain(this.course.supervision());
		Event.SpareUnusable problem = this.crew.spare().look();
		if (problem != null) {
			this.course.apply(problem);
		}
		if (this.orphans != null) {
			this.orphans.look(pid(this.crew.active()), pid(this.crew.spare().seat()));
		}
	}

	private static long pid(Seat seat) {
		ApplicationProcess process = seat.process();
		return (process != null) ? process.pid() : 0;
	}

	private boolean lookAtAdopted(long now) {
		ApplicationProcess process = this.crew.active().process();
		if (process == null || !process.isAdopted() || now - nextAdoptedCheck() < 0) {
			return false;
		}
		this.lastAdoptedCheck = now;
		this.checksAfterLoss = (this.crew.active().client() == null) ? this.checksAfterLoss + 1 : 0;
		if (!process.isGone()) {
			return false;
		}
		this.succession.gone(process, ExitStatus.UNKNOWN);
		return true;
	}

	private long nextAdoptedCheck() {
		SupervisionState state = this.course.supervision().state();
		boolean isLost = this.crew.active().client() == null && this.checksAfterLoss < MOST_CHECKS_AFTER_LOSS;
		boolean isEndNear = isLost || state == SupervisionState.STOPPING || state == SupervisionState.RECOVERING;
		return this.lastAdoptedCheck + (isEndNear ? ADOPTED_END_CHECK : ADOPTED_CHECK);
	}

}
