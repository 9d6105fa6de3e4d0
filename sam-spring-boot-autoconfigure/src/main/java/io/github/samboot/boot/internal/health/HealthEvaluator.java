package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks the members of the health group. One thread applies the {@link HealthRounds
 * rules}; each question has a thread of its own as long as it lasts, so that a stuck
 * member holds up nobody else.
 */
final class HealthEvaluator {

	private static final long IDLE_SECONDS = 30;

	private static final long BEGIN_POLL_NANOS = 5_000_000;

	private static final String QUESTION_THREAD = "sam-health-check";

	private static final Log logger = LogFactory.getLog(HealthEvaluator.class);

	private final Duration interval;

	private final Duration timeout;

	private final int failureThreshold;

	private final Supplier<Map<String, HealthProbe>> members;

	private final BooleanSupplier begin;

	private final Consumer<String> unhealthy;

	private final Collection<HealthObserver> observers;

	private volatile @Nullable HealthVerdict verdict;

	private @Nullable Run run;

	/**
	 * Create an evaluator.
	 * @param interval the time from round to round
	 * @param timeout how long an answer may take
	 * @param failureThreshold how many bad rounds in a row are too many
	 * @param members the members of the group, asked for in every round
	 * @param begin whether the first round may begin; after one interval it does anyway
	 * @param unhealthy is told why the application is unhealthy, in every round in which
	 * it is
	 * @param observers those who measure
	 */
	HealthEvaluator(Duration interval, Duration timeout, int failureThreshold,
			Supplier<Map<String, HealthProbe>> members, BooleanSupplier begin, Consumer<String> unhealthy,
			Collection<HealthObserver> observers) {
		this.interval = interval;
		this.timeout = timeout;
		this.failureThreshold = failureThreshold;
		this.members = members;
		this.begin = begin;
		this.unhealthy = unhealthy;
		this.observers = observers;
	}

	synchronized void start() {
		if (this.run == null) {
			this.run = new Run();
			this.run.start();
		}
	}

	synchronized void stop() {
		if (this.run != null) {
			this.run.end();
			this.run = null;
			this.verdict = null;
		}
	}

	/**
	 * Return the last verdict.
	 * @return the verdict, {@code null} when not started
	 */
	@Nullable HealthVerdict verdict() {
		return this.verdict;
	}

	/**
	 * From one start to the next stop.
	 */
	private final class Run implements Runnable {

		private final BlockingQueue<Runnable> answers = new LinkedBlockingQueue<>();

		private final ThreadPoolExecutor questions = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS,
				TimeUnit.SECONDS, new SynchronousQueue<>(), (task) -> daemon(task, QUESTION_THREAD));

		private final Thread thread = daemon(this, "sam-health");

		private final HealthRounds rounds = new HealthRounds(HealthEvaluator.this.interval,
				HealthEvaluator.this.timeout, HealthEvaluator.this.failureThreshold, System.nanoTime());

		private volatile boolean ended;

		private @Nullable String lastProblem;

		void start() {
			// until the first round has spoken nothing is wrong
			HealthEvaluator.this.verdict = this.rounds.verdict(System.nanoTime());
			this.thread.start();
		}

		void end() {
			this.ended = true;
			// by an answer: an interrupt that hits a file channel closes it for everybody
			this.answers.add(() -> {
			});
			this.questions.shutdown();
		}

		@Override
		public void run() {
			awaitBegin();
			while (!this.ended) {
				try {
					step();
				}
				catch (InterruptedException ex) {
					// nobody has a reason to
				}
				catch (Throwable ex) {
					// nothing is worth ending this thread
					logDespiteAnything("A round of health checks failed", ex);
				}
			}
		}

		private void awaitBegin() {
			long end = System.nanoTime() + HealthEvaluator.this.interval.toNanos();
			while (!this.ended && !mayBegin() && System.nanoTime() - end < 0) {
				LockSupport.parkNanos(BEGIN_POLL_NANOS);
			}
			this.rounds.next(System.nanoTime());
		}

		private boolean mayBegin() {
			try {
				return HealthEvaluator.this.begin.getAsBoolean();
			}
			catch (Throwable ex) {
				logDespiteAnything("It cannot be found out whether health checks may begin", ex);
				return true;
			}
		}

		private void step() throws InterruptedException {
			long now = System.nanoTime();
			Runnable answer = this.answers.poll(this.rounds.next(now) - now, TimeUnit.NANOSECONDS);
			while (answer != null) {
				answer.run();
				answer = this.answers.poll();
			}
			if (this.ended) {
				return;
			}
			now = System.nanoTime();
			warn(this.rounds.pass(now));
			boolean roundDue = this.rounds.isRoundDue(now);
			if (roundDue) {
				Map<String, HealthProbe> members = currentMembers();
				// to find them may take its time, which is not theirs
				now = System.nanoTime();
				this.rounds.begin(members.keySet(), now).forEach((name) -> ask(name, members.get(name)));
			}
			judge(roundDue);
		}

		private Map<String, HealthProbe> currentMembers() {
			try {
				return HealthEvaluator.this.members.get();
			}
			catch (Throwable ex) {
				// a bad answer of its own, or a broken registry would look healthy
				String problem = text(ex);
				return Map.of("health-group", () -> HealthAnswer.down(problem));
			}
		}

		private void judge(boolean roundDue) {
			HealthVerdict verdict = this.rounds.verdict(System.nanoTime());
			if (this.ended) {
				return;
			}
			HealthEvaluator.this.verdict = verdict;
			String problem = verdict.problem();
			boolean news = (problem != null) && this.lastProblem == null;
			this.lastProblem = problem;
			if (news) {
				logger.error("This application is unhealthy: " + problem);
			}
			// again in each round: a watchdog that was just replaced does not know it yet
			if (problem != null && (news || roundDue)) {
				HealthEvaluator.this.unhealthy.accept(problem);
			}
		}

		private void ask(String name, @Nullable HealthProbe probe) {
			if (probe != null) {
				long askedAt = System.nanoTime();
				try {
					this.questions.execute(() -> answer(name, probe, askedAt));
				}
				catch (Throwable ex) {
					// no thread, for example; one that is never asked would count as
					// stuck
					answered(name, HealthAnswer.down("it could not be asked: " + text(ex)));
				}
			}
		}

		private void answer(String name, HealthProbe probe, long askedAt) {
			HealthAnswer answer = HealthAnswer.down("it has not answered");
			String outcome = "error";
			try {
				// so that a thread dump names a stuck one
				Thread.currentThread().setName(QUESTION_THREAD + " " + name);
				answer = probe.ask();
				outcome = answer.isBad() ? "down" : "up";
			}
			catch (Throwable ex) {
				answer = HealthAnswer.down(text(ex));
			}
			finally {
				answered(name, answer);
				long duration = System.nanoTime() - askedAt;
				String measured = (duration > HealthEvaluator.this.timeout.toNanos()) ? "stuck" : outcome;
				observe(name, measured, duration);
			}
		}

		private void answered(String name, HealthAnswer answer) {
			this.answers.add(() -> warn(this.rounds.answered(name, answer)));
		}

		private String text(Throwable problem) {
			try {
				return problem.toString();
			}
			catch (Throwable ex) {
				return problem.getClass().getName();
			}
		}

		private void observe(String name, String outcome, long duration) {
			for (HealthObserver observer : HealthEvaluator.this.observers) {
				try {
					observer.checked(name, outcome, duration);
				}
				catch (Throwable ex) {
					logDespiteAnything("A health check could not be measured", ex);
				}
			}
		}

		private void logDespiteAnything(String words, Throwable cause) {
			try {
				// what was asked when it ended is refused
				if (!this.ended) {
					logger.warn(words, cause);
				}
			}
			catch (Throwable ex) {
				// then without words
			}
		}

		private void warn(List<String> warnings) {
			for (String warning : warnings) {
				logger.warn(Character.toUpperCase(warning.charAt(0)) + warning.substring(1));
			}
		}

		private Thread daemon(Runnable task, String name) {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			thread.setContextClassLoader(HealthEvaluator.class.getClassLoader());
			return thread;
		}

	}

}
