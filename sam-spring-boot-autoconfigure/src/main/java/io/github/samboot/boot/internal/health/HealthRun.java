package io.github.samboot.boot.internal.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Health checking from one start to the next stop. Its thread applies the
 * {@link HealthRounds rules} and runs nothing of the application: {@link CheckThreads}
 * make the checks, {@link ApplicationCalls} the rest.
 */
final class HealthRun implements Runnable {

	private static final long BEGIN_POLL_NANOS = 5_000_000;

	private final HealthSetup setup;

	private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

	private final List<Answered> answers = new ArrayList<>();

	private final HealthLog log = new HealthLog();

	private final ApplicationCalls application;

	private final CheckThreads checks;

	private final HealthRounds rounds;

	private final Thread thread = CheckThreads.daemon(this, "sam-health");

	/** Until the first round has spoken nothing is wrong. */
	private volatile HealthVerdict verdict = new HealthVerdict(System.nanoTime(), "UNKNOWN", 0, null);

	private volatile boolean ended;

	private boolean threadMissing;

	private @Nullable String lastProblem;

	HealthRun(HealthSetup setup) {
		this.setup = setup;
		this.application = new ApplicationCalls(setup, this.log);
		this.checks = new CheckThreads(setup.threads());
		this.rounds = new HealthRounds(setup.limits(), System.nanoTime(), this.application::detail);
	}

	/**
	 * Start to check.
	 * @throws OutOfMemoryError if there is no thread for that
	 */
	void start() {
		this.thread.start();
	}

	/**
	 * Return the last verdict.
	 * @return the verdict
	 */
	HealthVerdict verdict() {
		return this.verdict;
	}

	void end() {
		this.ended = true;
		// by an event: an interrupt that hits a file channel closes it for everybody
		this.events.add(() -> {
		});
		this.checks.end();
		this.application.end();
		this.log.end();
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
				this.log.warn("A round of health checks failed", ex);
			}
		}
	}

	private void awaitBegin() {
		long end = System.nanoTime() + this.setup.limits().interval().toNanos();
		while (!this.ended && !this.application.mayBegin() && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(BEGIN_POLL_NANOS);
		}
		this.rounds.next(System.nanoTime());
	}

	private void step() throws InterruptedException {
		long now = System.nanoTime();
		Runnable event = this.events.poll(this.rounds.next(now) - now, TimeUnit.NANOSECONDS);
		while (event != null) {
			event.run();
			event = this.events.poll();
		}
		if (this.ended) {
			return;
		}
		now = System.nanoTime();
		this.log.warn(this.rounds.pass(now, this::timedOut));
		boolean roundDue = this.rounds.isRoundDue(now);
		if (roundDue) {
			if (this.rounds.begin(now)) {
				this.checks.execute("group", this::search);
			}
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
				this.log.warn("No thread can be started for health checks, they wait for one", ex);
			}
		}
	}

	private void search() {
		begun(HealthRounds.SEARCH);
		try {
			Map<String, HealthIndicator> found = this.setup.members()
				.members((name) -> this.events.add(() -> this.rounds.searching(name)));
			this.events.add(() -> {
				this.setup.observer().found(found);
				this.rounds.found(found.keySet())
					.forEach((name) -> this.checks.execute(name, () -> check(name, found.get(name))));
			});
		}
		catch (Throwable ex) {
			// a failed check of its own, or a broken registry would look healthy
			answered(HealthRounds.SEARCH, HealthAnswer.error(ex), System.nanoTime());
		}
	}

	private void check(String name, HealthIndicator indicator) {
		long begunAt = begun(name);
		HealthAnswer answer;
		try {
			answer = HealthAnswer.of(indicator.health(true));
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

	private void timedOut(String name, long duration) {
		if (!name.equals(HealthRounds.SEARCH)) {
			this.setup.observer().overdue(name, duration);
		}
	}

	/**
	 * The group says which answers are bad. If there is no thread to ask it, they wait.
	 */
	private void judge() {
		this.application.begin();
		GroupStatus status = this.answers.isEmpty() ? null : this.application.status(this.rounds.statuses());
		if (status != null) {
			this.log.warn(this.rounds.judged(status));
			this.answers.forEach((answered) -> observe(answered, status));
			this.answers.clear();
		}
	}

	private void observe(Answered answered, GroupStatus group) {
		boolean isStuck = answered.duration() > this.setup.limits().timeout().toNanos();
		String outcome = group.culprits().contains(answered.name()) ? "down" : "up";
		if (isStuck || answered.answer().isError()) {
			outcome = isStuck ? "stuck" : "error";
		}
		if (!answered.name().equals(HealthRounds.SEARCH)) {
			this.setup.observer().checked(answered.name(), outcome, answered.duration(), answered.answer());
		}
	}

	private void tell(boolean roundDue) {
		HealthVerdict verdict = this.rounds.verdict(System.nanoTime());
		this.verdict = verdict;
		String problem = verdict.problem();
		boolean news = (problem != null) && this.lastProblem == null;
		this.lastProblem = problem;
		if (news) {
			this.log.error("This application is unhealthy: " + problem);
		}
		// again in each round: a watchdog that was just replaced does not know it yet
		if (problem != null && (news || roundDue) && !this.ended) {
			this.setup.unhealthy().accept(problem);
		}
	}

	private record Answered(String name, HealthAnswer answer, long duration) {

	}

}
