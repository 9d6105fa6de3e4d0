package io.github.samboot.watchdog.internal.incident;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.core.internal.rundir.IncidentFiles;
import io.github.samboot.watchdog.internal.log.Log;

/**
 * Writes each incident as one JSON and one text file. Disks can be slow, so this happens
 * on a thread of its own: reports never delay a recovery.
 */
public final class IncidentReports {

	private static final long LONGEST_WAIT_MILLIS = 3000;

	/** A disk that hangs must not cost all the memory. */
	private static final int MOST_WAITING = 128;

	/** About one process. */
	private static final int MOST_ACTIONS = 8;

	private static final int MOST_PROCESSES = 4;

	private static final int MOST_LOOKS = 6;

	private static final long LOOKS_WITHIN = TimeUnit.MINUTES.toNanos(1);

	private final Log log;

	private final ThreadPoolExecutor writer = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS,
			new ArrayBlockingQueue<>(MOST_WAITING), (task) -> DaemonThread.create("sam-report", 128, task));

	/** What was done about the last processes. */
	private final List<Action> actions = new ArrayList<>();

	private long pid;

	private long looksSince;

	private int looks;

	/** Of the last process that was looked at. */
	private volatile Evidence evidence = Evidence.NONE;

	private volatile String oomKills = "";

	/**
	 * Create a writer.
	 * @param log takes the problems
	 */
	public IncidentReports(Log log) {
		this.log = log;
		this.writer.allowCoreThreadTimeOut(true);
	}

	/**
	 * Note what was done about an instance.
	 * @param pid its process id
	 * @param what what was done
	 */
	public void note(long pid, String what) {
		this.pid = pid;
		note(what);
	}

	/**
	 * Note what was done next.
	 * @param what what was done
	 */
	public void note(String what) {
		List<Action> own = actions(this.pid);
		if (own.size() >= MOST_ACTIONS) {
			// SIGKILL may be repeated for ever
			this.actions.remove(own.get(MOST_ACTIONS / 2));
		}
		else if (this.actions.size() >= MOST_ACTIONS * MOST_PROCESSES) {
			this.actions.remove(0);
		}
		this.actions.add(new Action(System.currentTimeMillis(), this.pid, what));
	}

	private List<Action> actions(long pid) {
		List<Action> actions = new ArrayList<>();
		for (Action action : this.actions) {
			if (action.pid() == pid) {
				actions.add(action);
			}
		}
		return actions;
	}

	/**
	 * Write a report, or replace it by one that knows more.
	 * @param options say where to
	 * @param runDirectory where to otherwise
	 * @param incident the incident
	 */
	public void write(SamOptions.Incidents options, Path runDirectory, Incident incident) {
		List<String> actions = new ArrayList<>();
		for (Action action : actions(incident.pid())) {
			// without a process nothing was done about it
			if (action.pid() != 0) {
				actions.add(action.toString());
			}
		}
		execute(new Report(options, runDirectory, incident, actions, this));
	}

	/**
	 * Look at a process that has been warned, while it is there. In a storm of restarts
	 * only the first processes are looked at.
	 * @param pid its process id
	 * @param runDirectory the run directory
	 */
	public void look(long pid, Path runDirectory) {
		long now = System.nanoTime();
		if (now - this.looksSince > LOOKS_WITHIN) {
			this.looksSince = now;
			this.looks = 0;
		}
		if (this.looks++ < MOST_LOOKS) {
			execute(new Look(this, new Evidence(pid, runDirectory)));
		}
	}

	/**
	 * Return what was seen of a process; only once.
	 */
	Evidence evidence(long pid, Path runDirectory) {
		Evidence seen = this.evidence;
		this.evidence = Evidence.NONE;
		return (seen.pid() == pid) ? seen : new Evidence(pid, runDirectory);
	}

	/**
	 * Return how often the kernel had killed for want of memory, and count anew.
	 */
	String oomKills() {
		String before = this.oomKills;
		this.oomKills = KernelView.oomKills();
		return before;
	}

	Log log() {
		return this.log;
	}

	/** In this order: an earlier report of an incident does not replace a later one. */
	private boolean execute(Runnable task) {
		BlockingQueue<Runnable> waiting = this.writer.getQueue();
		while (!waiting.offer(task)) {
			waiting.poll();
		}
		try {
			this.writer.prestartCoreThread();
			return true;
		}
		catch (OutOfMemoryError ex) {
			this.log.warn("No thread can be started that writes the report of an incident (" + ex.getMessage()
					+ "); it is written with the next one.");
			return false;
		}
	}

	/**
	 * Load what a report takes of this program while all is well. (What it takes of the
	 * JDK would cost too much memory.)
	 * @throws ClassNotFoundException never, if this program is whole
	 */
	public void preload() throws ClassNotFoundException {
		Path nowhere = Path.of("");
		Incident none = new Incident(0, 0, IncidentReason.REQUESTED, "", Instant.EPOCH, null, null, null);
		note(0, "");
		this.actions.clear();
		new Report(SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART).build().incidents(), nowhere, none,
				List.of(), this);
		new Look(this, Evidence.NONE).run();
		// without a name, for which an Instant needs 50 classes
		Class.forName(IncidentFiles.class.getName());
		EvidenceFile.name(0);
		ThreadDump.write(0, 0, OutputStream.nullOutputStream());
		oomKills();
	}

	/**
	 * Wait until all reports are written, but not for long: the last one tells why the
	 * watchdog quits.
	 */
	public void awaitWritten() {
		try {
			FutureTask<Boolean> last = new FutureTask<>(() -> true);
			if (execute(last)) {
				last.get(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
			}
		}
		catch (Throwable ex) {
			// a disk hangs, or there is no memory: the watchdog ends all the same
		}
	}

	/**
	 * Looks at a process.
	 */
	private record Look(IncidentReports reports, Evidence evidence) implements Runnable {

		@Override
		public void run() {
			this.reports.evidence = this.evidence;
			try {
				this.evidence.look();
			}
			catch (Throwable ex) {
				// there is less in the report
			}
		}

	}

	/**
	 * Something that was done about an incident.
	 *
	 * @param millis when
	 * @param pid about which process, or after its end
	 * @param what what was done
	 */
	record Action(long millis, long pid, String what) {

		@Override
		public String toString() {
			return Instant.ofEpochMilli(this.millis) + " " + this.what;
		}

	}

}
