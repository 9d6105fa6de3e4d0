package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.process.Nanos;
import io.github.samboot.core.internal.process.ProgramStart;
import io.github.samboot.core.internal.rundir.Nonce;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Tries to get a new watchdog for this process until there is one. There is one thread
 * that does, however often a watchdog is lost, and never a second watchdog: neither
 * beside the last one nor beside one that did not take over.
 */
final class WatchdogReplacement implements Runnable {

	private static final long FIRST_PAUSE = 1000;

	private static final long LONGEST_PAUSE = 60_000;

	/** A killed process is gone within milliseconds. */
	private static final long END_WITHIN = TimeUnit.SECONDS.toNanos(1);

	private static final long LONGEST_LOOK = 100;

	/** A quorum provider that is frozen takes the watchdog ten seconds. */
	private static final long ANSWER_SECONDS = 20;

	private static final long ATTEMPT_MILLIS = 500;

	/** Neither a watchdog nor the kernel may keep a JVM from ending. */
	private static final long LAST_MILLIS = 3000;

	/**
	 * Several attempts, also on a machine that is busy or lacks something for a moment.
	 */
	private static final long SHORTEST_UNKNOWN_QUORUM = TimeUnit.SECONDS.toNanos(30);

	private static final long ENSURE_WITHIN = TimeUnit.SECONDS.toNanos(30);

	private final ProcessSam sam;

	private final AtomicBoolean running = new AtomicBoolean();

	private final AtomicBoolean gaveUp = new AtomicBoolean();

	/** As {@link System#nanoTime()}. */
	private volatile long lostAt;

	/** Held while a watchdog is met again, or started: the end waits for that. */
	private final ReentrantLock attempting = new ReentrantLock();

	/** Makes the command of a watchdog; {@code null} for that of the last one. */
	volatile @Nullable Callable<List<String>> command;

	/** Started, and not told yet all that the last one knew. */
	private volatile @Nullable SidecarProcess candidate;

	WatchdogReplacement(ProcessSam sam) {
		this.sam = sam;
	}

	/**
	 * Load what a replacement takes while all is well: the jar may be another one by
	 * then.
	 * @param state takes part in it
	 */
	static void prepare(ClientState state) {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			for (Class<?> type : List.of(WatchdogReplacement.class, SidecarProcess.class, KnownProcess.class,
					ProgramStart.class, RunDirectory.class, VerifiedDirectory.class, SamException.class,
					SamListener.class)) {
				lookup.ensureInitialized(type);
			}
			// and what these use in turn, by using it
			Nonce.create();
			RunDirectory.isPrivate(Path.of("/proc/self"));
			state.wantsWatchdog();
			Payload.options(state.optionsForAnother());
			Payload.number(0);
			Payload.start(false, true);
			new CompletableFuture<>().orTimeout(1, TimeUnit.MILLISECONDS);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	long watchdogPid() {
		Contact contact = this.sam.link.contact();
		return (contact != null) ? contact.watchdog().pid() : 0;
	}

	void start() {
		if (!this.running.compareAndSet(false, true)) {
			return;
		}
		try {
			DaemonThread.start("sam-replacement", 256, this);
		}
		catch (Throwable ex) {
			// the caller's thread has nothing else to do any more
			run();
		}
	}

	@Override
	public void run() {
		do {
			this.lostAt = System.nanoTime();
			watchQuorum();
			tellLost();
			tryUntilThereIsOne();
			this.running.set(false);
			// it may have been lost again while that was not seen yet
		}
		while (this.sam.link.state() == WatchdogConnection.REPLACING && this.sam.current().wantsWatchdog()
				&& this.running.compareAndSet(false, true));
	}

	private void tryUntilThereIsOne() {
		long pause = FIRST_PAUSE;
		while (true) {
			try {
				if (!this.sam.current().wantsWatchdog()) {
					break;
				}
				if (attempt()) {
					return;
				}
			}
			catch (Throwable ex) {
				// no thread, no memory, a class that is gone: this is no time to give up
				boolean isFinal = ex instanceof SamException problem && problem.error() == CsError.VERSION;
				tellFailed(ex, pause, isFinal);
				if (isFinal) {
					return;
				}
				sleep(pause);
				pause = Math.min(2 * pause, LONGEST_PAUSE);
			}
		}
		// under the lock, so that it is not said of an application that starts again
		synchronized (this.sam.lock) {
			if (!this.sam.link.isConnected() && !this.sam.current().wantsWatchdog()) {
				this.sam.link.lost(WatchdogConnection.NONE);
			}
		}
	}

	/**
	 * An attempt may hang, and the next one may be far.
	 */
	private void watchQuorum() {
		if (!this.sam.current().needsQuorum()) {
			return;
		}
		long longest = longestUnknownQuorum();
		try {
			DaemonThread.start("sam-quorum", () -> {
				sleep(TimeUnit.NANOSECONDS.toMillis(longest) + 1);
				endIfQuorumIsUnknown(false);
			});
		}
		catch (OutOfMemoryError ex) {
			// no thread: each attempt that fails looks at the time, too
		}
	}

	private void endIfQuorumIsUnknown(boolean isFinal) {
		boolean isOver = isFinal || System.nanoTime() - this.lostAt >= longestUnknownQuorum();
		if (isOver && this.sam.current().needsQuorum() && !this.sam.link.isConnected()
				&& this.gaveUp.compareAndSet(false, true)) {
			this.sam.events.exitWithoutQuorum();
		}
	}

	/**
	 * Return how long after a loss of quorum an instance may run that does not end by
	 * itself.
	 */
	private long longestUnknownQuorum() {
		SamOptions options = this.sam.current().options();
		return Math.max(SHORTEST_UNKNOWN_QUORUM,
				Nanos.of(options.timeInterval()) + Nanos.of(options.effectiveGracePeriod()));
	}

	/**
	 * Try once.
	 * @return {@code false} if no watchdog is wanted any more
	 */
	private boolean attempt() throws Exception {
		Contact last = this.sam.link.contact();
		if (this.sam.link.isConnected() || last == null) {
			return true;
		}
		boolean hasOne = resumesWith(last) || resumesWithSidecar(last);
		if (hasOne) {
			long pid = watchdogPid();
			this.sam.listeners.log(Level.INFO, "The watchdog with pid {0} supervises this application now",
					String.valueOf(pid));
			this.sam.listeners.tell((listener) -> listener.watchdogReplaced(pid));
		}
		return hasOne;
	}

	/**
	 * Only the connection may be gone, not the watchdog: it then still watches over this
	 * process, and there must not be another one beside it.
	 * @return {@code false} if the watchdog is gone
	 */
	private boolean resumesWith(Contact last) throws IOException {
		long deadline = System.nanoTime() + END_WITHIN;
		long look = 5;
		while (!last.watchdog().isGone()) {
			this.attempting.lock();
			try {
				return this.sam.link.isConnected() || resume(this.sam.link.meet(last, this.sam.events), true);
			}
			catch (IOException | SamException ex) {
				if (System.nanoTime() - deadline > 0) {
					throw ex;
				}
			}
			finally {
				this.attempting.unlock();
			}
			sleep(look);
			look = Math.min(2 * look, LONGEST_LOOK);
		}
		return false;
	}

	/**
	 * Start a watchdog that takes over.
	 * @return {@code false} if none is wanted any more
	 */
	private boolean resumesWithSidecar(Contact last) throws Exception {
		SidecarProcess sidecar = launch(last);
		if (sidecar == null) {
			return false;
		}
		boolean isInCharge = false;
		try {
			sidecar.awaitListening();
			isInCharge = resume(Contact.make(sidecar.address(), this.sam.events), false);
			return isInCharge;
		}
		finally {
			if (!isInCharge) {
				// it watches over this process already: it would kill it, and several
				// would start an instance each
				sidecar.end();
			}
			this.candidate = null;
		}
	}

	private @Nullable SidecarProcess launch(Contact last) throws Exception {
		this.attempting.lock();
		try {
			if (!this.sam.current().wantsWatchdog()) {
				return null;
			}
			Path directory = this.sam.link.ensureRunDirectory();
			Callable<List<String>> another = this.command;
			List<String> command = (another != null) ? another.call() : last.welcome().watchdogCommand();
			if (!RunDirectory.isPrivate(directory)) {
				// a class path cannot be held open: only root or this user can take the
				// directory away in the moments until the new process has opened its jar
				throw new IOException("The run directory " + directory + " was taken away");
			}
			if (!this.sam.current().wantsWatchdog()) {
				// a jar was copied meanwhile, and the end waits for a moment only
				return null;
			}
			SidecarProcess sidecar = SidecarProcess.launch(command, directory, this.sam.current().instanceId());
			this.candidate = sidecar;
			return sidecar;
		}
		finally {
			this.attempting.unlock();
		}
	}

	/**
	 * Tell a watchdog all that the last one knew of this process.
	 * @param isLast whether it is the last one, which has to hear of the end, too
	 * @return {@code false} if none is wanted any more
	 */
	private boolean resume(Contact contact, boolean isLast) {
		Connection connection = contact.connection();
		boolean isInCharge = false;
		try {
			connection.send(MessageType.INITIALIZE, Payload.options(this.sam.current().optionsForAnother()))
				.within(ANSWER_SECONDS);
			connection.send(MessageType.REGISTER, Payload.NOTHING).promptly();
			List<Connection.Answer> answers;
			synchronized (this.sam.lock) {
				if (!this.sam.current().wantsWatchdog() && !(isLast && this.sam.current().isExpected())) {
					return false;
				}
				// first, so that whatever changes from now on is told as well
				this.sam.link.use(contact);
				this.candidate = null;
				answers = repeatTo(connection);
				if (this.sam.state() == SamState.STARTED) {
					this.sam.link.beat();
				}
			}
			connection.tell(MessageType.DATA_STORED, Payload.NOTHING);
			if (!this.sam.current().wantsWatchdog()) {
				// it began to close down just before the new watchdog could be told
				this.sam.link.tell(MessageType.STOPPING, Payload.NOTHING);
			}
			for (Connection.Answer answer : answers) {
				answer.promptly();
			}
			isInCharge = true;
			return true;
		}
		catch (SamException ex) {
			if (!this.sam.link.uses(connection) || !this.sam.current().ends()) {
				throw ex;
			}
			// told, it may itself have ended this process: it has to start the next one
			isInCharge = true;
			return true;
		}
		finally {
			if (!isInCharge) {
				synchronized (this.sam.lock) {
					// first, so that its end is not taken for the loss of a watchdog
					if (this.sam.link.uses(connection)) {
						this.sam.link.lost(WatchdogConnection.REPLACING);
					}
				}
				connection.close();
			}
		}
	}

	/**
	 * Tell a watchdog with which this process is registered all else that the last one
	 * knew. Does not wait.
	 * @return the answers, to come
	 */
	private List<Connection.Answer> repeatTo(Connection connection) {
		ClientState state = this.sam.current();
		List<Connection.Answer> answers = new ArrayList<>();
		long startupLeft = (state.startupEnd() != 0) ? state.startupEnd() - System.nanoTime() : 0;
		if (startupLeft > 0) {
			answers.add(connection.send(MessageType.EXTEND_STARTUP, Payload.number(startupLeft)));
		}
		if (state.sam() == SamState.STARTED) {
			answers.add(connection.send(MessageType.START, Payload.start(state.startupContinues(), true)));
		}
		else if (state.supervision() == ClientState.Supervision.STOPPED) {
			answers.add(connection.send(MessageType.STOP, Payload.NOTHING));
		}
		ClientState.Report report = state.report();
		if (report != null && report.type() == MessageType.UNHEALTHY) {
			connection.tell(report.type(), report.payload());
		}
		else if (report != null && (!report.isAnnounced() || state.ends())) {
			Connection.Answer answer = connection.send(report.type(), report.payload());
			if (report.type() != MessageType.RECOVER) {
				// that is refused where nothing can be recovered yet, as without quorum
				answers.add(answer);
			}
		}
		return answers;
	}

	/**
	 * This process ends: a watchdog that was not told yet does not know that it wanted
	 * to. One that was told may be the reason for the end, and starts the next instance.
	 * @param isHeard whether there was a connection over which the end was told
	 */
	void abandon(boolean isHeard) {
		if (this.sam.current().wantsWatchdog()) {
			// decided by ensure()
			return;
		}
		try {
			boolean isOver = this.attempting.tryLock(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS);
			if (isOver) {
				this.attempting.unlock();
			}
			SidecarProcess candidate = this.candidate;
			Contact last = this.sam.link.contact();
			if (candidate != null) {
				// one that is blocked in the kernel does nothing any more either
				candidate.process().destroyForcibly().waitFor(LAST_MILLIS, TimeUnit.MILLISECONDS);
			}
			else if (isOver && !isHeard && last != null && this.sam.current().isExpected()) {
				// it may be stopped
				DaemonThread.start("sam-last-words", 256, () -> tryToResumeWith(last)).join(LAST_MILLIS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (OutOfMemoryError ex) {
			// no thread: it takes this end for a failure
		}
		// where the watchdog was told, the reader of its connection waits for its end
		if (this.sam.link.hasNoWatchdogWithin(isHeard ? 0 : END_WITHIN)) {
			this.sam.link.deleteLeftRunDirectory();
		}
	}

	private void tryToResumeWith(Contact last) {
		try {
			resumesWith(last);
		}
		catch (IOException | SamException ex) {
			// it takes this end for a failure
		}
	}

	/**
	 * This process is about to end, and another one is to follow it: that takes a
	 * watchdog that knows it.
	 */
	void ensure() {
		Contact last = this.sam.link.contact();
		ClientState state = this.sam.current();
		if (last == null || !state.ends() || !state.wantsWatchdog() || !last.watchdog().isGone()) {
			return;
		}
		synchronized (this.sam.lock) {
			if (!this.sam.link.isConnected()) {
				this.sam.link.lost(WatchdogConnection.REPLACING);
			}
		}
		start();
		long deadline = System.nanoTime() + ENSURE_WITHIN;
		while (this.running.get() && System.nanoTime() - deadline < 0) {
			sleep(5);
		}
	}

	private void tellLost() {
		try {
			this.sam.listeners.log(Level.WARNING,
					"The connection to the watchdog (pid {0}) has ended; this application stays up, and starts a new watchdog if that one is gone",
					String.valueOf(watchdogPid()));
			this.sam.listeners.tell(SamListener::watchdogLost);
		}
		catch (Throwable ex) {
			// a watchdog is more important than words
		}
	}

	private void tellFailed(Throwable problem, long pause, boolean isFinal) {
		try {
			synchronized (this.sam.lock) {
				if (!this.sam.link.isConnected()) {
					this.sam.link
						.lost(isFinal ? WatchdogConnection.IRREPLACEABLE : WatchdogConnection.REPLACEMENT_FAILED);
				}
			}
			String reason = (problem instanceof Error) ? problem.toString() : String.valueOf(problem.getMessage());
			String next = isFinal ? "It has to be restarted" : "Next attempt in " + pause + " ms";
			this.sam.listeners.log(Level.ERROR,
					"No new watchdog could be started ({0}); this application is not supervised. {1}", reason, next);
			this.sam.listeners.tell((listener) -> listener.watchdogReplacementFailed(reason));
			endIfQuorumIsUnknown(isFinal);
		}
		catch (Throwable ex) {
			// there is no memory even for words
		}
	}

	private static void sleep(long milliseconds) {
		try {
			Thread.sleep(milliseconds);
		}
		catch (InterruptedException ex) {
			// nothing interrupts this thread; if something does, it is tried earlier
		}
	}

}
