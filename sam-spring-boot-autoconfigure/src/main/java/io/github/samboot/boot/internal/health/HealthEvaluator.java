package io.github.samboot.boot.internal.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.github.samboot.boot.internal.health.HealthRounds.Limits;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checks the members of the health group. One thread applies the {@link HealthRounds
 * rules}, and calls nothing of the application: that is done by {@link CheckThreads
 * threads for checks} and {@link SideThread side threads}.
 */
final class HealthEvaluator {

	private static final long BEGIN_POLL_NANOS = 5_000_000;

	private static final Log logger = LogFactory.getLog(HealthEvaluator.class);

	private final Limits limits;

	private final HealthMembers members;

	private final BooleanSupplier begin;

	private final Consumer<String> unhealthy;

	private final HealthObserver observer;

	private final ThreadFactory threads;

	private volatile @Nullable HealthVerdict verdict;

	private boolean wanted;

	private @Nullable Run run;

	/**
	 * Create an evaluator.
	 * @param limits when a check has failed, and when the application has
	 * @param members the members of the group, looked for in every round
	 * @param begin whether the first round may begin; after one interval it does anyway
	 * @param unhealthy is told why the application is unhealthy, in every round in which
	 * it is
	 * @param observer measures; must not block
	 * @param threads makes the threads for checks
	 */
	HealthEvaluator(Limits limits, HealthMembers members, BooleanSupplier begin, Consumer<String> unhealthy,
			HealthObserver observer, ThreadFactory threads) {
		this.limits = limits;
		this.members = members;
		this.begin = begin;
		this.unhealthy = unhealthy;
		this.observer = observer;
		this.threads = threads;
	}

	/**
	 * Start to check, unless that was done.
	 * @return whether it was possible; if there was no thread, {@link #ensureStarted} is
	 * to be called
	 */
	synchronized boolean start() {
		this.wanted = true;
		return ensureStarted();
	}

	/**
	 * Start what could not be started before.
	 * @return whether nothing is missing
	 */
	synchronized boolean ensureStarted() {
		if (this.wanted && this.run == null) {
			Run run = new Run();
			try {
				run.thread.start();
			}
			catch (OutOfMemoryError ex) {
				return false;
			}
			this.run = run;
			// until the first round has spoken nothing is wrong
			this.verdict = new HealthVerdict(System.nanoTime(), "UNKNOWN", 0, null);
		}
		return true;
	}

	synchronized void stop() {
		Run run = this.run;
		this.wanted = false;
		this.run = null;
		this.verdict = null;
		if (run != null) {
			run.end();
		}
	}

	/**
	 * Return the last verdict.
	 * @return the verdict, {@code null} when not started
	 */
	@Nullable HealthVerdict verdict() {
		return this.verdict;
	}

	private synchronized void publish(Run run, HealthVerdict verdict) {
		if (this.run == run) {
			this.verdict = verdict;
		}
	}

	/**
	 * From one start to the next stop.
	 */
	private final class Run implements Runnable {

		private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

		private final List<Answered> answers = new ArrayList<>();

		private final CheckThreads checks = new CheckThreads(HealthEvaluator.this.threads);

		private final SideThread group = new SideThread("sam-health-group");

		private final SideThread details = new SideThread("sam-health-details");

		private final SideThread log = new SideThread("sam-health-log");

		private final Thread thread = CheckThreads.daemon(this, "sam-health");

		private final long timeout = HealthEvaluator.this.limits.timeout().toNanos();

		private final HealthRounds rounds = new HealthRounds(HealthEvaluator.this.limits, System.nanoTime(),
				this::detail);

		private volatile boolean ended;

		private long callsEnd;

		private boolean groupFailed;

		private boolean threadMissing;

		private @Nullable String lastProblem;

		void end() {
			this.ended = true;
			// by an event: an interrupt that hits a file channel closes it for everybody
			this.events.add(() -> {
			});
			this.checks.end();
			List.of(this.group, this.details, this.log).forEach(SideThread::end);
		}

		@Override
		public void run() {
			awaitBegin();
			while (!this.ended) {
				try {
					step();
				}
				catch (Throwable ex) {
					// nothing is worth ending this thread
					warn("A round of health checks failed", ex);
				}
			}
		}

		private void awaitBegin() {
			long end = System.nanoTime() + HealthEvaluator.this.limits.interval().toNanos();
			while (!this.ended && !mayBegin() && System.nanoTime() - end < 0) {
				LockSupport.parkNanos(BEGIN_POLL_NANOS);
			}
			this.rounds.next(System.nanoTime());
		}

		private boolean mayBegin() {
			this.callsEnd = System.nanoTime() + this.timeout / 2;
			try {
				return call(this.group, HealthEvaluator.this.begin::getAsBoolean);
			}
			catch (Throwable ex) {
				warn("It cannot be found out whether health checks may begin", ex);
				return true;
			}
		}

		private void step() throws InterruptedException {
			long now = System.nanoTime();
			Runnable event = this.events.poll(this.rounds.next(now) - now, TimeUnit.NANOSECONDS);
			while (event != null) {
				event.run();
				event = this.events.poll();
			}
			now = System.nanoTime();
			this.callsEnd = now + this.timeout / 2;
			warn(this.rounds.pass(now));
			boolean roundDue = this.rounds.isRoundDue(now);
			if (roundDue && this.rounds.begin(now)) {
				this.checks.execute("group", this::search);
			}
			if (roundDue) {
				ensureThread();
			}
			judge();
			tell(roundDue);
		}

		/**
		 * Without a thread nothing is checked, which says nothing about the application.
		 */
		private void ensureThread() {
			try {
				this.checks.ensureOne();
				this.threadMissing = false;
			}
			catch (OutOfMemoryError ex) {
				if (!this.threadMissing) {
					this.threadMissing = true;
					warn("No thread can be started for health checks, they wait for one", ex);
				}
			}
		}

		private void search() {
			begun(HealthRounds.SEARCH);
			try {
				Map<String, HealthProbe> found = HealthEvaluator.this.members
					.members((name) -> this.events.add(() -> this.rounds.searching(name)));
				this.events.add(() -> {
					HealthEvaluator.this.observer.found(found);
					this.rounds.found(found.keySet())
						.forEach((name) -> this.checks.execute(name, () -> check(name, found.get(name))));
				});
			}
			catch (Throwable ex) {
				// a failed check of its own, or a broken registry would look healthy
				answered(HealthRounds.SEARCH, HealthAnswer.error(ex), System.nanoTime());
			}
		}

		private void check(String name, HealthProbe probe) {
			long begunAt = begun(name);
			HealthAnswer answer;
			try {
				answer = probe.ask();
			}
			catch (Throwable ex) {
				answer = HealthAnswer.error(ex);
			}
			answered(name, answer, begunAt);
		}

		private long begun(String name) {
			long now = System.nanoTime();
			this.events.add(() -> this.rounds.begun(name, now));
			return now;
		}

		private void answered(String name, HealthAnswer answer, long begunAt) {
			Answered answered = new Answered(name, answer, System.nanoTime() - begunAt);
			this.events.add(() -> {
				this.rounds.answered(name, answer);
				this.answers.add(answered);
			});
		}

		/**
		 * The group says which answers are bad. If there is no thread to ask it, they
		 * wait.
		 */
		private void judge() {
			GroupStatus status = this.answers.isEmpty() ? null : groupStatus(this.rounds.statuses());
			if (status != null) {
				warn(this.rounds.judged(status));
				this.answers.forEach((answered) -> observe(answered, status));
				this.answers.clear();
			}
		}

		private @Nullable GroupStatus groupStatus(Map<String, String> statuses) {
			try {
				GroupStatus status = statuses.isEmpty() ? GroupStatus.byDefault(statuses)
						: call(this.group, () -> HealthEvaluator.this.members.status(statuses));
				this.groupFailed = false;
				return status;
			}
			catch (OutOfMemoryError ex) {
				return null;
			}
			catch (Throwable ex) {
				if (!this.groupFailed) {
					this.groupFailed = true;
					warn("The status of the health group cannot be found out; until it can, DOWN and OUT_OF_SERVICE "
							+ "count as bad", ex);
				}
				return GroupStatus.byDefault(statuses);
			}
		}

		private void observe(Answered answered, GroupStatus group) {
			String outcome = answered.answer().isError() ? "error"
					: group.culprits().contains(answered.name()) ? "down" : "up";
			boolean isStuck = answered.duration() > this.timeout;
			if (!answered.name().equals(HealthRounds.SEARCH)) {
				HealthEvaluator.this.observer.checked(answered.name(), isStuck ? "stuck" : outcome,
						answered.duration());
			}
		}

		private void tell(boolean roundDue) {
			HealthVerdict verdict = this.rounds.verdict(System.nanoTime());
			if (this.ended) {
				return;
			}
			publish(this, verdict);
			String problem = verdict.problem();
			boolean news = (problem != null) && this.lastProblem == null;
			this.lastProblem = problem;
			if (news) {
				this.log.run(() -> logger.error("This application is unhealthy: " + problem));
			}
			// again in each round: a watchdog that was just replaced does not know it yet
			if (problem != null && (news || roundDue)) {
				HealthEvaluator.this.unhealthy.accept(problem);
			}
		}

		private String detail(HealthAnswer answer) {
			try {
				return call(this.details, answer::detail);
			}
			catch (Throwable ex) {
				return "its details cannot be shown in time";
			}
		}

		/**
		 * All calls of one step together must not take longer than a verdict holds.
		 */
		private <T> T call(SideThread thread, Callable<T> code) throws Exception {
			return thread.call(code, this.callsEnd - System.nanoTime());
		}

		private void warn(String words, Throwable cause) {
			// what was asked when it ended is refused
			if (!this.ended) {
				this.log.run(() -> logger.warn(words, cause));
			}
		}

		private void warn(List<String> warnings) {
			for (String warning : warnings) {
				this.log.run(() -> logger.warn(Character.toUpperCase(warning.charAt(0)) + warning.substring(1)));
			}
		}

	}

	private record Answered(String name, HealthAnswer answer, long duration) {

	}

}
