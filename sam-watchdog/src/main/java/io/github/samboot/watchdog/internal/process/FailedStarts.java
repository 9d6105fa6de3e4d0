package io.github.samboot.watchdog.internal.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import org.jspecify.annotations.Nullable;

/**
 * What failed starts may have left: the JDK forks first and starts its own thread for the
 * child afterwards. Where that thread cannot be started, the start fails and the child
 * runs. Nothing else is started before it is known to be gone. Thread-safe.
 */
final class FailedStarts {

	private static final int PARENT = 4;

	private static final long PATIENCE = 2_000_000_000;

	private static final long PAUSE = 5_000_000;

	/** Nonces of starts whose processes could not be looked for. */
	private final List<String> unknown = new ArrayList<>();

	private final List<ApplicationProcess> left = new ArrayList<>();

	/**
	 * A start has failed: end the process that was started all the same, if there is one.
	 * @param nonce what only its environment contains
	 * @param child the process, if that is known
	 * @param failure why the start failed
	 * @return the failure to report
	 */
	synchronized IOException end(String nonce, @Nullable Process child, Throwable failure) {
		String reason = (failure instanceof IOException) ? String.valueOf(failure.getMessage())
				: String.valueOf(failure);
		if (child != null) {
			this.left.add(new ApplicationProcess(child.pid(), child, FastStart.How.PLAIN));
		}
		else {
			this.unknown.add(nonce);
		}
		long start = System.nanoTime();
		look();
		long pid = this.left.isEmpty() ? 0 : this.left.get(0).pid();
		while (!this.left.isEmpty() && System.nanoTime() - start < PATIENCE) {
			LockSupport.parkNanos(PAUSE);
			look();
		}
		if (this.left.isEmpty() && pid != 0) {
			reason += "; process " + pid + " had been started already and was ended";
		}
		String obstacle = obstacle();
		return new IOException(obstacle.isEmpty() ? reason : reason + "; " + obstacle, failure);
	}

	/**
	 * Make sure that nothing is left.
	 * @throws IOException if there is something, or that cannot be found out
	 */
	synchronized void requireEnded() throws IOException {
		look();
		String obstacle = obstacle();
		if (!obstacle.isEmpty()) {
			throw new IOException(obstacle);
		}
	}

	private String obstacle() {
		if (!this.left.isEmpty()) {
			return "process " + this.left.get(0).pid() + ", which a failed start has left, still exists after "
					+ "SIGKILL; SAM starts nothing until it has ended";
		}
		return this.unknown.isEmpty() ? ""
				: "whether a failed start has left a process cannot be seen, as /proc "
						+ "cannot be read (are all file descriptors in use? see LimitNOFILE=, ulimit -n); SAM starts "
						+ "nothing until that is known";
	}

	private void look() {
		for (int i = this.unknown.size() - 1; i >= 0; i--) {
			if (find(this.unknown.get(i))) {
				this.unknown.remove(i);
			}
		}
		for (int i = this.left.size() - 1; i >= 0; i--) {
			if (this.left.get(i).isGone()) {
				this.left.remove(i);
			}
			else {
				// again, if it could not be looked up
				this.left.get(i).kill();
			}
		}
	}

	/**
	 * The JDK returns from the fork only after the child has its program and with it its
	 * environment: one look that sees everything is enough. Its zombie stays: the thread
	 * that would have waited for it is the one that is missing.
	 * @return whether it was found, or everything was seen
	 */
	private boolean find(String nonce) {
		long own = ProcessHandle.current().pid();
		List<Long> pids = KnownProcess.all();
		boolean isComplete = !pids.isEmpty();
		for (long pid : pids) {
			String parent = KnownProcess.stat(pid, PARENT);
			String environment = parent.equals(String.valueOf(own)) ? KnownProcess.environment(pid) : parent;
			if (environment.isEmpty()) {
				// gone or hidden, if anything can be read
				isComplete &= !KnownProcess.environment(own).isEmpty();
			}
			else if (environment.contains(nonce)) {
				this.left.add(ApplicationProcess.adopt(pid));
				return true;
			}
		}
		return isComplete;
	}

}
