package io.github.samboot.watchdog.internal.process;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.process.KnownProcess;
import org.jspecify.annotations.Nullable;

/**
 * What a failed start may leave behind: the JDK forks first and starts its own thread for
 * the child afterwards. Where that thread cannot be started, the start fails and the
 * child runs.
 */
final class FailedStart {

	private static final int PARENT = 4;

	private static final long PATIENCE = 2_000_000_000;

	private static final long PAUSE = 5_000_000;

	private FailedStart() {
	}

	/**
	 * End the process that was started all the same, if there is one.
	 * @param nonce what only its environment contains
	 * @param failure why the start failed
	 * @return the failure to report
	 */
	static IOException end(String nonce, Throwable failure) {
		String reason = (failure instanceof IOException) ? String.valueOf(failure.getMessage())
				: String.valueOf(failure);
		KnownProcess process = find(nonce);
		if (process != null) {
			reason += "; process " + process.pid() + " had been started already and "
					+ (end(process) ? "was ended" : "is still there after SIGKILL");
		}
		return new IOException(reason, failure);
	}

	/**
	 * The JDK returns from the fork only after the child has its program and with it its
	 * environment: looking once is enough.
	 */
	private static @Nullable KnownProcess find(String nonce) {
		String own = String.valueOf(ProcessHandle.current().pid());
		for (long pid : KnownProcess.all()) {
			if (!KnownProcess.stat(pid, PARENT).equals(own)) {
				continue;
			}
			KnownProcess process = KnownProcess.of(pid);
			if (KnownProcess.environment(pid).contains(nonce)) {
				return process;
			}
		}
		return null;
	}

	/**
	 * Its zombie stays: the thread that would have waited for it is the one that is
	 * missing.
	 */
	private static boolean end(KnownProcess process) {
		long start = System.nanoTime();
		while (!process.isGone()) {
			if (System.nanoTime() - start > PATIENCE) {
				return false;
			}
			// again, if it could not be looked up
			Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
			if (handle.isPresent()) {
				handle.get().destroyForcibly();
			}
			LockSupport.parkNanos(PAUSE);
		}
		return true;
	}

}
