package io.github.samboot.boot.internal.health;

import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Finds platform threads that wait for each other for ever. The JVM does not look at
 * virtual threads.
 */
class DeadlockDetector implements HealthProbe {

	private static final Set<State> FOR_EVER = EnumSet.of(State.WAITING, State.BLOCKED);

	/** The name of the member of the health group. */
	static final String NAME = "deadlock";

	private final ThreadMXBean threads;

	DeadlockDetector() {
		this(ManagementFactory.getThreadMXBean());
	}

	DeadlockDetector(ThreadMXBean threads) {
		this.threads = threads;
	}

	/**
	 * Look for deadlocked threads.
	 * @return one sentence that names them, {@code null} if there are none
	 */
	@Nullable String find() {
		return find(null);
	}

	/**
	 * Look for deadlocked threads.
	 * @param thread must be one of them, and none may end its wait by itself;
	 * {@code null} for any deadlock
	 * @return one sentence that names them, {@code null} if there are none
	 */
	@Nullable String find(@Nullable Thread thread) {
		long[] ids = deadlocked();
		if (ids == null) {
			return null;
		}
		List<ThreadInfo> found = Arrays.stream(this.threads.getThreadInfo(ids)).filter(Objects::nonNull).toList();
		if (found.isEmpty()) {
			// they have ended meanwhile, or this is a native image
			return null;
		}
		boolean counts = thread == null || (found.stream().anyMatch((info) -> info.getThreadId() == thread.getId())
				&& found.stream().map(ThreadInfo::getThreadState).allMatch(FOR_EVER::contains));
		return counts ? found.stream().map(DeadlockDetector::describe).collect(Collectors.joining(", ")) : null;
	}

	private long @Nullable [] deadlocked() {
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
	public HealthAnswer ask() {
		String deadlock = find();
		return (deadlock != null) ? HealthAnswer.down(deadlock) : HealthAnswer.up();
	}

}
