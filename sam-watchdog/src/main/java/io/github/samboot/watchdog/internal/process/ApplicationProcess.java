package io.github.samboot.watchdog.internal.process;

import java.io.File;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.process.ProgramStart;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import org.jspecify.annotations.Nullable;

/**
 * The process of one instance: started here, or adopted. Signals go to this very process
 * and never to one that got its number later.
 */
public final class ApplicationProcess {

	private final KnownProcess process;

	private final @Nullable Process child;

	private final FastStart.How how;

	/** What has lowered its priority, if it is low. */
	private Priority priority = Priority.NORMAL;

	ApplicationProcess(long pid, @Nullable Process child, FastStart.How how) {
		this.process = KnownProcess.of(pid);
		this.child = child;
		this.how = how;
	}

	/**
	 * Start an instance, or a spare.
	 * @param command how
	 * @param address what it needs to find this watchdog
	 * @param standby {@code warm} or {@code hot} for a spare, else {@code none}
	 * @param priority says what can be done about the priority of a spare, which has time
	 * @param exitListener is told its end, on another thread
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	public static ApplicationProcess start(ApplicationCommand command, WatchdogAddress address, String standby,
			Priority priority, ExitListener exitListener) throws IOException {
		command.failedStarts().requireEnded();
		Process child = null;
		try {
			FastStart.How how = command.how();
			child = command.start(how, address, priority.low(), standby);
			ApplicationProcess process = waitFor(child, how, exitListener);
			process.priority = priority;
			return process;
		}
		catch (Throwable ex) {
			throw command.failedStarts().end(address.nonce(), child, ex);
		}
	}

	private static ApplicationProcess waitFor(Process child, FastStart.How how, ExitListener exitListener)
			throws IOException {
		ApplicationProcess process = new ApplicationProcess(child.pid(), child, how);
		try {
			DaemonThread.start("sam-wait", 128, new Waiter(child, process, exitListener));
		}
		catch (OutOfMemoryError ex) {
			// its end would not be noticed; the failed start ends it
			throw new IOException("No thread can be started that waits for it: " + ex.getMessage(), ex);
		}
		return process;
	}

	/**
	 * Adopt a process. Its end has to be asked for with {@link #isGone()}.
	 * @param pid its process id
	 * @return the process
	 */
	public static ApplicationProcess adopt(long pid) {
		return new ApplicationProcess(pid, null, FastStart.How.PLAIN);
	}

	/**
	 * Hears of the end of a process.
	 */
	public interface ExitListener {

		/**
		 * The process is gone.
		 * @param process the process
		 * @param status how it ended
		 */
		void exited(ApplicationProcess process, ExitStatus status);

	}

	/**
	 * Return the process id.
	 * @return the process id
	 */
	public long pid() {
		return this.process.pid();
	}

	/**
	 * Return how it was started.
	 * @return whether from what was prepared, or why not
	 */
	public FastStart.How how() {
		return this.how;
	}

	/**
	 * Take back that it was started at a low priority, once it has no more time.
	 */
	public void raise() {
		Priority low = this.priority;
		this.priority = Priority.NORMAL;
		low.raise(pid());
	}

	/**
	 * Return whether this is no child of the watchdog.
	 * @return whether its end has to be asked for
	 */
	public boolean isAdopted() {
		return this.child == null;
	}

	/**
	 * Return whether the process is gone: no process has its number, or only a zombie
	 * without any other thread, or another process.
	 * @return whether nothing of it runs; {@code false} in doubt
	 */
	public boolean isGone() {
		return this.process.isGone();
	}

	/**
	 * Return what keeps the process from running.
	 * @return part of a sentence, empty if nothing does
	 */
	public String obstacle() {
		return switch (this.process.state()) {
			case KnownProcess.DEAD, 'x', 'Z' -> "the process is gone";
			case 'T', 't' -> "the process is stopped";
			default -> "";
		};
	}

	/**
	 * Return what the kernel says the process is doing, if that explains a silence.
	 * @return part of a sentence, empty if there is nothing to say
	 */
	public String unusualState() {
		String lastThread = this.process.lastThread();
		if (!lastThread.isEmpty()) {
			return "its first thread has ended, but not its thread " + lastThread;
		}
		return switch (this.process.state()) {
			case 'T' -> "the process is stopped by a signal";
			case 't' -> "the process is stopped by a tracer";
			case 'D' -> "the process waits in the kernel, state D";
			case 'Z' -> "the process is a zombie";
			default -> "";
		};
	}

	/**
	 * Send a signal, if the process is still there.
	 * @param signal the signal
	 * @throws IOException if it cannot be sent; where there is no shell for it, SIGTERM
	 * was sent instead
	 */
	public void send(Signal signal) throws IOException {
		send(signal, "/bin/sh");
	}

	void send(Signal signal, String shell) throws IOException {
		if (signal == Signal.SIGTERM || signal == Signal.SIGKILL) {
			destroy(signal == Signal.SIGKILL);
			return;
		}
		if (isGone()) {
			return;
		}
		try {
			// the JDK has no other signals
			kill(shell, signal);
		}
		catch (IOException ex) {
			destroy(false);
			throw new IOException(ex.getMessage() + "; SIGTERM was sent instead", ex);
		}
	}

	/**
	 * Pass a signal on that was sent to the watchdog, if the process has a handler for
	 * it. (Otherwise it might end it.)
	 * @param signal the signal
	 * @return whether it has
	 * @throws IOException if it cannot be sent
	 */
	public boolean passOn(Signal signal) throws IOException {
		boolean handles = !isGone() && KnownProcess.handles(pid(), signal.number());
		if (handles) {
			kill("/bin/sh", signal);
		}
		return handles;
	}

	/**
	 * Return how the process has ended.
	 * @return its status, {@code null} if it was not started here, or has not ended
	 */
	public @Nullable ExitStatus exitStatus() {
		return (this.child != null && !this.child.isAlive()) ? new ExitStatus(this.child.exitValue()) : null;
	}

	/**
	 * Send SIGKILL, if the process is still there.
	 */
	public void kill() {
		try {
			destroy(true);
		}
		catch (IOException ex) {
			// there is no better way
		}
	}

	private void destroy(boolean forcibly) throws IOException {
		if (this.child != null) {
			if (forcibly) {
				this.child.destroyForcibly();
			}
			else {
				this.child.destroy();
			}
			return;
		}
		Optional<ProcessHandle> handle = ProcessHandle.of(pid());
		if (isGone()) {
			return;
		}
		if (handle.isEmpty()) {
			if (new File("/proc/self").exists()
					&& KnownProcess.of(ProcessHandle.current().pid()).state() == KnownProcess.UNKNOWN) {
				// no shell either: a JDK that has none for its pipes may close others
				throw new IOException("the process cannot be looked up; are all file descriptors in use?");
			}
			// the JDK signals only what it finds in /proc
			kill("/bin/sh", forcibly ? Signal.SIGKILL : Signal.SIGTERM);
			return;
		}
		if (forcibly) {
			handle.get().destroyForcibly();
		}
		else {
			handle.get().destroy();
		}
	}

	/**
	 * The shell has kill built in.
	 */
	private void kill(String shell, Signal signal) throws IOException {
		ProgramStart.start(new ProcessBuilder(shell, "-c", "kill -" + signal.shortName() + " " + pid()));
	}

	/**
	 * Waits for a child. (CompletableFutures of the JDK would start a thread pool.)
	 */
	private record Waiter(Process child, ApplicationProcess process, ExitListener listener) implements Runnable {

		private static final long PAUSE = 50_000_000;

		@Override
		public void run() {
			while (true) {
				try {
					int code = this.child.waitFor();
					this.listener.exited(this.process, new ExitStatus(code));
					return;
				}
				catch (InterruptedException ex) {
					// nothing interrupts this thread; the child still has to be waited
					// for
				}
				catch (Throwable ex) {
					// no memory to tell it, and no other thread would
					LockSupport.parkNanos(PAUSE);
				}
			}
		}

	}

}
