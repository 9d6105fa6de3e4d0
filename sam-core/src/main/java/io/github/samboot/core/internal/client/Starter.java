package io.github.samboot.core.internal.client;

import java.lang.System.Logger.Level;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.WatchdogAddress;

/**
 * The watchdog that started this process. When that watchdog is gone, a process that it
 * started ends instead of running unsupervised: another instance may be active under
 * another watchdog. Processes that the application starts inherit its environment, and
 * run on.
 * <p>
 * The two are told apart by the secret in the environment. As long as the watchdog lives,
 * it knows which process it has started, and refuses all others. Once it is gone: if an
 * older process has the same secret, this one inherited it; if none has, this is the
 * process that the watchdog started. (A process that inherited the secret and is still
 * starting its JVM when the instance, its watchdog and all processes between have ended
 * is mistaken for the instance. It ends, because two active instances would be worse.)
 */
final class Starter {

	private static final int START_TIME = 22;

	/** The kernel closes the sockets of a process a moment before it is gone. */
	private static final long LONGEST_END_MILLIS = 2000;

	/** Standard output may be a pipe that is full. */
	private static final long LONGEST_LOG_MILLIS = 1000;

	private Starter() {
	}

	/**
	 * End this process if a watchdog started it that is gone now.
	 * @param address the address at which it was not accepted
	 * @param problem why it was not accepted
	 */
	static void endIfGone(WatchdogAddress address, SamException problem) {
		KnownProcess starter = KnownProcess.parse(System.getenv(WatchdogAddress.STARTER));
		if (starter == null || problem.error() == CsError.INTERRUPT || !isFromEnvironment(address)) {
			return;
		}
		if (isGone(starter, problem) && !isInherited(address)) {
			end("The watchdog that started this process (pid " + starter.pid()
					+ ") has ended, and no other one supervises it");
		}
	}

	/**
	 * The address of a watchdog that this process started itself is another one.
	 */
	private static boolean isFromEnvironment(WatchdogAddress address) {
		String value = System.getenv(WatchdogAddress.ENVIRONMENT);
		return value != null && value.startsWith(address.nonce() + ":");
	}

	private static boolean isGone(KnownProcess starter, SamException problem) {
		// a refusal comes from a watchdog that lives, another one or this one
		boolean isRefused = problem.error() == CsError.ACCESS || problem.error() == CsError.VERSION;
		return starter.isGoneWithin(isRefused ? 0 : LONGEST_END_MILLIS * 1_000_000);
	}

	/**
	 * Return whether a process that is older than this one has the same secret.
	 */
	private static boolean isInherited(WatchdogAddress address) {
		long own = ProcessHandle.current().pid();
		long ownStart = number(KnownProcess.stat(own, START_TIME));
		String entry = "\0" + WatchdogAddress.ENVIRONMENT + "=" + address.nonce() + ":";
		for (long pid : KnownProcess.all()) {
			if (pid == own || !KnownProcess.hasInEnvironment(pid, entry)) {
				continue;
			}
			long start = number(KnownProcess.stat(pid, START_TIME));
			if (start != 0 && start <= ownStart) {
				return true;
			}
		}
		return false;
	}

	private static long number(String field) {
		return field.isEmpty() ? 0 : Long.parseLong(field);
	}

	/**
	 * End this process at once, and say so once. Nothing it has begun is to be ended in
	 * an orderly way: the active instance may use the same files and services.
	 * @param why the beginning of the sentence for the log
	 */
	static synchronized void end(String why) {
		try {
			String line = why + ": this process (pid " + ProcessHandle.current().pid() + ") ends now with exit code "
					+ ProcessSam.EXIT_WATCHDOG_LOST
					+ ", as an instance that no watchdog supervises could run beside the active one";
			DaemonThread.start("sam-end", () -> ProcessSam.logger.log(Level.WARNING, line)).join(LONGEST_LOG_MILLIS);
		}
		catch (Throwable ex) {
			// it ends without a log line
		}
		finally {
			Runtime.getRuntime().halt(ProcessSam.EXIT_WATCHDOG_LOST);
		}
	}

}
