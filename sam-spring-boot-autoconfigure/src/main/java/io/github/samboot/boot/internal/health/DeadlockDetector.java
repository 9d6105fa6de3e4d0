package io.github.samboot.boot.internal.health;

import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Health component {@code deadlock}: DOWN while platform threads wait for each other for
 * ever. The JVM does not look at virtual threads.
 *
 * @param threads tells what the threads do
 */
public record DeadlockDetector(ThreadMXBean threads) implements HealthIndicator {

	private static final Set<State> FOR_EVER = EnumSet.of(State.WAITING, State.BLOCKED);

	/** The name of the member of the health group. */
	static final String NAME = "deadlock";

	/**
	 * Create a detector for this JVM.
	 */
	public DeadlockDetector() {
		this(ManagementFactory.getThreadMXBean());
	}

	/**
	 * Look for deadlocked threads.
	 * @return one sentence that names them, {@code null} if there are none
	 */
	@Nullable String find() {
		return find(null);
	}

	/**
	 * Look for deadlocked threads. For the JVM a deadlock is also one that ends by
	 * itself, as with {@code tryLock} and a timeout; here it is none.
	 * @param thread must be one of them; {@code null} for any deadlock
	 * @return one sentence that names them, {@code null} if there are none
	 */
	@Nullable String find(@Nullable Thread thread) {
		List<ThreadInfo> deadlocked = deadlocked();
		boolean counts = !deadlocked.isEmpty()
				&& (thread == null || deadlocked.stream().anyMatch((info) -> info.getThreadId() == thread.getId()));
		return counts ? deadlocked.stream().map(DeadlockDetector::describe).collect(Collectors.joining(", ")) : null;
	}

	/**
	 * Look for deadlocked threads.
	 * @return those that are, and what each waits for
	 */
	public List<ThreadInfo> deadlocked() {
		long[] ids = search();
		if (ids == null) {
			return List.of();
		}
		// those that have ended meanwhile are null, and all are in a native image
		Map<Long, ThreadInfo> found = Arrays.stream(this.threads.getThreadInfo(ids))
			.filter((info) -> info != null && FOR_EVER.contains(info.getThreadState()))
			.collect(Collectors.toMap(ThreadInfo::getThreadId, Function.identity(), (one, same) -> one, TreeMap::new));
		return found.values().stream().filter((info) -> isForEver(info, found)).toList();
	}

	/**
	 * Return whether the one it waits for waits for another, and so on, until it is one
	 * of them again.
	 */
	private static boolean isForEver(ThreadInfo thread, Map<Long, ThreadInfo> waiting) {
		Set<Long> seen = new HashSet<>();
		ThreadInfo next = thread;
		while (next != null && seen.add(next.getThreadId())) {
			next = waiting.get(next.getLockOwnerId());
		}
		return next != null;
	}

	private long @Nullable [] search() {
		try {
			return this.threads.findDeadlockedThreads();
		}
		catch (UnsupportedOperationException | Error ex) {
			if (ex instanceof VirtualMachineError) {
				throw ex;
			}
			// a native image has an error of its own for what it does not support
			return null;
		}
	}

	private static String describe(ThreadInfo thread) {
		return "thread '" + thread.getThreadName() + "' waits for '" + thread.getLockOwnerName() + "'";
	}

	@Override
	public Health health() {
		try {
			String deadlock = find();
			return ((deadlock != null) ? Health.down().withDetail("error", deadlock) : Health.up()).build();
		}
		catch (RuntimeException ex) {
			return Health.down(ex).build();
		}
	}

}
