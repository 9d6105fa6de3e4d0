package io.github.samboot.boot.test;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.health.HealthAnswer;
import io.github.samboot.boot.internal.health.HealthMembers;
import io.github.samboot.boot.internal.health.HealthRounds;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationContext;

/**
 * Checks the health group by SAM's own rules, in simulated time: only for an indicator
 * that does not return real time passes.
 */
final class HealthChecks {

	/** On a busy machine an answer may take longer than a test's timeout allows. */
	private static final long LEAST_PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private final HealthMembers members;

	private final HealthRounds rounds;

	private final long length;

	private final SimulatedWatchdog watchdog;

	private final Map<String, CompletableFuture<HealthAnswer>> asked = new LinkedHashMap<>();

	private boolean isJustAsked;

	HealthChecks(ApplicationContext context, SimulatedWatchdog watchdog) {
		this.members = context.getBean(HealthMembers.class);
		this.watchdog = watchdog;
		HealthRounds.Limits limits = HealthRounds.Limits.of(context.getBean(SamProperties.class));
		this.rounds = new HealthRounds(limits, watchdog.nanos(), HealthAnswer::detail);
		long longest = Math.max(limits.interval().toNanos(), limits.timeout().toNanos());
		this.length = limits.failureThreshold() * longest;
	}

	/**
	 * Check for as long as it takes until a failure makes the application unhealthy.
	 * @return why it is, {@code null} if it is not
	 */
	@Nullable String problem() {
		long end = this.watchdog.nanos() + this.length;
		String problem = null;
		while (problem == null && this.watchdog.nanos() - end <= 0) {
			long now = this.watchdog.nanos();
			this.rounds.pass(now, (name, nanos) -> {
			});
			if (this.rounds.isRoundDue(now) && this.rounds.begin(now)) {
				search(now);
			}
			long next = this.rounds.next(now);
			collect(next - now);
			this.rounds.judged(this.members.status(this.rounds.statuses()));
			problem = this.rounds.verdict(now).problem();
			if (problem == null) {
				this.watchdog.passes(next - now);
			}
		}
		return problem;
	}

	private void search(long now) {
		this.rounds.begun(HealthRounds.SEARCH, now);
		try {
			Map<String, HealthIndicator> found = this.members.members(this.rounds::searching);
			for (String name : this.rounds.found(found.keySet())) {
				this.rounds.begun(name, now);
				this.asked.put(name, ask(name, found.get(name)));
				this.isJustAsked = true;
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.rounds.answered(HealthRounds.SEARCH, HealthAnswer.error(ex));
		}
	}

	private static CompletableFuture<HealthAnswer> ask(String name, HealthIndicator indicator) {
		CompletableFuture<HealthAnswer> answer = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				answer.complete(HealthAnswer.of(indicator.health(true)));
			}
			catch (Throwable ex) {
				answer.complete(HealthAnswer.error(ex));
			}
		}, "sam-tester-health-" + name);
		thread.setDaemon(true);
		thread.start();
		return answer;
	}

	private void collect(long patience) {
		long end = System.nanoTime() + (this.isJustAsked ? Math.max(patience, LEAST_PATIENCE) : patience);
		this.isJustAsked = false;
		this.asked.entrySet().removeIf((entry) -> {
			try {
				long left = Math.max(0, end - System.nanoTime());
				this.rounds.answered(entry.getKey(), entry.getValue().get(left, TimeUnit.NANOSECONDS));
				return true;
			}
			catch (TimeoutException ex) {
				return false;
			}
			catch (Exception ex) {
				throw new IllegalStateException("Interrupted while health indicator '" + entry.getKey() + "' is asked",
						ex);
			}
		});
	}

}
