package io.github.samboot.boot.internal.progress;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Decides from one look after another whether an executor is stuck: work has waited and
 * nothing was finished for the timeout, and most of its threads were stuck all the time.
 * Knows no clock and no executor.
 */
final class ProgressTracker {

	/**
	 * No gap between two looks counts for more than this part of the timeout: in a longer
	 * one this process may have been stopped, by a debugger or with its machine.
	 */
	private static final int LOOKS_PER_TIMEOUT = 4;

	private final long timeout;

	private long last;

	private long completed = -1;

	private long stuckFor;

	private Map<Long, Long> marks = Map.of();

	ProgressTracker(long timeoutNanos) {
		this.timeout = timeoutNanos;
	}

	/**
	 * Take a look into account.
	 * @param now the current time in nanoseconds
	 * @param completed how many tasks the executor has finished, always the same if that
	 * is not known
	 * @param waiting how many tasks wait
	 * @param threads looks at the threads of the executor, which costs something
	 * @return what is wrong, {@code null} unless the executor is stuck
	 */
	@Nullable String look(long now, long completed, int waiting, Supplier<Collection<ThreadActivity>> threads) {
		long elapsed = Math.min(now - this.last, this.timeout / LOOKS_PER_TIMEOUT);
		this.last = now;
		if (waiting == 0 || completed != this.completed) {
			this.completed = completed;
			this.marks = Map.of();
			this.stuckFor = 0;
			return null;
		}
		Collection<ThreadActivity> all = threads.get();
		Map<Long, Long> stuck = new HashMap<>();
		Map<Long, Long> unchanged = new HashMap<>();
		Map<String, Integer> places = new HashMap<>();
		for (ThreadActivity thread : all) {
			if (thread.stuck()) {
				stuck.put(thread.id(), thread.mark());
				places.merge(thread.place(), 1, Integer::sum);
				if (Long.valueOf(thread.mark()).equals(this.marks.get(thread.id()))) {
					unchanged.put(thread.id(), thread.mark());
				}
			}
		}
		boolean isMost = unchanged.size() * 2 > all.size();
		this.stuckFor = isMost ? this.stuckFor + elapsed : 0;
		this.marks = isMost ? unchanged : stuck;
		return (this.stuckFor >= this.timeout) ? describe(waiting, all.size(), places) : null;
	}

	private String describe(int waiting, int threads, Map<String, Integer> places) {
		Map.Entry<String, Integer> most = places.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
		return "has finished nothing for " + this.stuckFor / 1_000_000_000 + " s while " + waiting
				+ ((waiting == 1) ? " task waits: " : " tasks wait: ") + most.getValue() + " of " + threads
				+ ((threads == 1) ? " thread waits in " : " threads wait in ") + most.getKey();
	}

}
