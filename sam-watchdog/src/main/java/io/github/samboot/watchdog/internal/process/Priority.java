package io.github.samboot.watchdog.internal.process;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.process.ProgramStart;

/**
 * The scheduling priority ("nice") of processes that have time. Lowering it is always
 * allowed, taking that back is not: without {@code CAP_SYS_NICE} or a limit
 * {@code RLIMIT_NICE} nothing is lowered.
 *
 * @param own that of this process
 * @param isFree whether processes that have time get a low priority here, as it can be
 * raised again
 */
public record Priority(int own, boolean isFree) {

	/** Nothing is lowered. */
	public static final Priority NORMAL = new Priority(0, false);

	private static final int LOW = 10;

	private static final int LOWEST = 19;

	private static final int NICE = 19;

	/** A spare has time. */
	private static final long PATIENCE_MILLIS = 5000;

	/**
	 * Find out what is allowed here.
	 * @return what can be done
	 */
	public static Priority find() {
		int own = ofThisProcess();
		boolean isFree = false;
		try {
			Process trial = ProgramStart.start(new ProcessBuilder("/bin/sh", "-c",
					"exec nice -n 1 /bin/sh -c 'renice " + own + " -p $$' >/dev/null 2>&1"));
			isFree = trial.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) && trial.exitValue() == 0;
			trial.destroyForcibly();
		}
		catch (IOException ex) {
			// there is no shell: nothing is lowered
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return new Priority(own, isFree && own <= LOWEST - LOW);
	}

	private static int ofThisProcess() {
		try {
			return Integer.parseInt(KnownProcess.stat(ProcessHandle.current().pid(), NICE));
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	/**
	 * Return what to put in front of a command that has time.
	 */
	List<String> low() {
		return this.isFree ? List.of("nice", "-n", String.valueOf(LOW)) : List.of();
	}

	/**
	 * Give a process the priority of this one, with all its threads.
	 * @param pid the process
	 */
	public void raise(long pid) {
		if (!this.isFree || !new File("/proc/" + pid).exists()) {
			return;
		}
		try {
			// twice, for threads that were started meanwhile by one still low
			String all = "renice " + this.own + " -p $(ls /proc/" + pid + "/task) >/dev/null 2>&1; ";
			ProgramStart.start(new ProcessBuilder("/bin/sh", "-c", all + all));
		}
		catch (IOException ex) {
			// it is only slower
		}
	}

}
