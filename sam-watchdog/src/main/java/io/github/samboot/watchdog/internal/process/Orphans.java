package io.github.samboot.watchdog.internal.process;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import io.github.samboot.watchdog.internal.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * Processes that have lost their parent and became children of this one, which is process
 * 1 of its container. Once they have ended they stay zombies until their parent takes
 * note, and the JDK does so for the processes only that it has started. Used by one
 * thread.
 */
public final class Orphans {

	/** That needs JNA, which costs more memory than a few zombies do. */
	static final int MANY = 8;

	private static final int PARENT = 4;

	private static final int WNOHANG = 1;

	private final long pid;

	private final Supplier<NativeCalls> loading;

	private final Log log;

	private List<Long> zombies = List.of();

	private @Nullable NativeCalls calls;

	private boolean isImpossible;

	/**
	 * Create the list.
	 * @param pid the process id of this process
	 * @param calls loads the system calls
	 * @param log takes what is to be said
	 */
	public Orphans(long pid, Supplier<NativeCalls> calls, Log log) {
		this.pid = pid;
		this.loading = calls;
		this.log = log;
	}

	/**
	 * Look for zombies, and take note of those that were there at the last look. The JDK
	 * takes note of its own children at once, and must: the exit code is given only once.
	 * @param own children whose exit code is needed
	 */
	public void look(List<Long> own) {
		if (this.isImpossible) {
			return;
		}
		List<Long> before = this.zombies;
		this.zombies = zombies(own);
		List<Long> left = new ArrayList<>(this.zombies);
		left.retainAll(before);
		if (left.isEmpty() || (this.calls == null && left.size() < MANY)) {
			return;
		}
		NativeCalls calls = this.calls;
		try {
			if (calls == null) {
				calls = this.loading.get();
				this.calls = calls;
				this.log.info("As process 1 the watchdog removes zombies: " + left.size()
						+ " processes had lost their parent and have ended.");
			}
			for (Long zombie : left) {
				calls.call(NativeCalls.C, "waitpid", zombie.intValue(), null, WNOHANG);
			}
		}
		catch (SamException | LinkageError ex) {
			this.isImpossible = true;
			this.log.warn(left.size() + " processes, such as " + left.get(0) + ", had lost their parent and have ended,"
					+ " but stay zombies: as process 1 the watchdog cannot remove them ("
					+ ((ex instanceof SamException problem) ? problem.reason() : ex)
					+ "). Start the container with an init process (docker run --init).");
		}
	}

	private List<Long> zombies(List<Long> own) {
		List<Long> zombies = new ArrayList<>();
		String parent = Long.toString(this.pid);
		for (Long each : KnownProcess.all()) {
			if (KnownProcess.stat(each, PARENT).equals(parent) && !own.contains(each)
					&& KnownProcess.of(each).state() == 'Z') {
				zombies.add(each);
			}
		}
		return zombies;
	}

}
