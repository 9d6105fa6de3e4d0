package io.github.samboot.watchdog.internal.incident;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.process.KnownProcess;

/**
 * What the kernel knows about a process and about the machine, see {@code proc(5)}. The
 * process is not asked, so it may be stopped. Neither its arguments nor its environment
 * are read.
 */
final class KernelView {

	/** How the text begins if there is no such process. */
	static final String GONE = "State:     ?";

	private static final long SAMPLE = 200_000_000;

	private static final int MOST_THREADS = 300;

	private static final int MOST_SHOWN = 20;

	/** Fields of {@code stat}, as {@code proc(5)} counts them. */
	private static final int STATE = 3;

	private static final int USER_TIME = 14;

	private static final int SYSTEM_TIME = 15;

	/** Of a kernel with control groups of version 2, and of version 1. */
	private static final String[] LIMITS = { "memory.max", "memory.limit_in_bytes" };

	private static final String[] USAGES = { "memory.current", "memory.usage_in_bytes" };

	private static final String[] EVENTS = { "memory.events", "memory.oom_control" };

	private static final String MEMORY_GROUP = ":memory:";

	private KernelView() {
	}

	/**
	 * Describe a process; takes a moment, as the processor time of its threads is
	 * measured.
	 */
	static String of(long pid) {
		String proc = "/proc/" + pid;
		String status = read(proc + "/status");
		String[] files = new File(proc + "/fd").list();
		String limit = line(read(proc + "/limits"), "Max open files");
		int end = limit.indexOf(' ');
		StringBuilder text = new StringBuilder("State:     " + line(status, "State:") + "\nMemory:    resident "
				+ line(status, "VmRSS:") + ", at most " + line(status, "VmHWM:") + ", swapped "
				+ line(status, "VmSwap:") + "\nFiles:     " + ((files != null) ? files.length : 0) + " open of at most "
				+ ((end > 0) ? limit.substring(0, end) : "?") + '\n' + machine());
		threads(text, proc + "/task/", line(status, "Threads:"));
		return text.toString();
	}

	/**
	 * Return whether a thread of a process waits in a function of the kernel.
	 */
	static boolean isAnyThreadIn(long pid, String function) {
		String task = "/proc/" + pid + "/task/";
		String[] ids = new File(task).list();
		for (String id : (ids != null) ? ids : new String[0]) {
			if (read(task + id + "/wchan").contains(function)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether the busiest thread of a process collects garbage.
	 * @param view the description of the process
	 */
	static boolean isCollecting(String view) {
		String busiest = line(view, view.indexOf('\n', view.indexOf("\nThreads:") + 1) + 1);
		return busiest.contains("GC") && !busiest.contains("  0 ms  ");
	}

	/**
	 * Describe the machine, and the container that limits the memory of this process.
	 */
	static String machine() {
		return "Machine:   load " + read("/proc/loadavg").strip() + ", " + Runtime.getRuntime().availableProcessors()
				+ " processors, memory available " + line(read("/proc/meminfo"), "MemAvailable:")
				+ ", processor pressure " + line(read("/proc/pressure/cpu"), "some") + "\nContainer: memory "
				+ container(USAGES) + " of " + container(LIMITS) + " bytes, OOM kills " + oomKills() + '\n';
	}

	/**
	 * Return how often the kernel has killed for want of memory in this container.
	 * @return a number, "?" if it is not known
	 */
	static String oomKills() {
		return line(container(EVENTS), "oom_kill ");
	}

	private static String container(String[] names) {
		String groups = read("/proc/self/cgroup");
		String unified = line(groups, "0::");
		String memory = line(groups.substring(Math.max(0, groups.indexOf(MEMORY_GROUP) + 1)),
				MEMORY_GROUP.substring(1));
		String[] directories = { "/sys/fs/cgroup" + unified, "/sys/fs/cgroup", "/sys/fs/cgroup/memory" + memory,
				"/sys/fs/cgroup/memory" };
		for (String directory : directories) {
			for (String name : names) {
				String value = read(directory + "/" + name);
				if (!value.isEmpty()) {
					return value.strip();
				}
			}
		}
		return "?";
	}

	/**
	 * List threads, those first that use the processor.
	 */
	private static void threads(StringBuilder text, String task, String count) {
		String[] ids = new File(task).list();
		int most = (ids != null) ? Math.min(ids.length, MOST_THREADS) : 0;
		long[] used = new long[most];
		for (int i = 0; i < most; i++) {
			used[i] = -time(KnownProcess.stat(task + ids[i]));
		}
		LockSupport.parkNanos(SAMPLE);
		String[] stats = new String[most];
		for (int i = 0; i < most; i++) {
			String stat = KnownProcess.stat(task + ids[i]);
			stats[i] = KnownProcess.field(stat, STATE) + "  " + read(task + ids[i] + "/comm").strip() + "  "
					+ read(task + ids[i] + "/wchan").strip();
			used[i] += time(stat);
		}
		text.append("Threads:   ").append(count).append("; processor time within ").append(SAMPLE / 1_000_000);
		text.append(" ms, state, name, where the kernel holds it\n");
		for (int shown = 0; shown < Math.min(most, MOST_SHOWN); shown++) {
			int busiest = 0;
			for (int i = 1; i < most; i++) {
				busiest = (used[i] > used[busiest]) ? i : busiest;
			}
			if (!stats[busiest].isBlank()) {
				// a tick is 10 ms on all usual kernels
				text.append("  ").append(ids[busiest]).append("  ").append(used[busiest] * 10).append(" ms  ");
				text.append(stats[busiest]).append('\n');
			}
			used[busiest] = Long.MIN_VALUE;
		}
	}

	private static long time(String stat) {
		try {
			return Long.parseLong(KnownProcess.field(stat, USER_TIME))
					+ Long.parseLong(KnownProcess.field(stat, SYSTEM_TIME));
		}
		catch (NumberFormatException ex) {
			// it has ended
			return 0;
		}
	}

	/**
	 * Return the rest of the line that begins with a name.
	 */
	private static String line(String text, String name) {
		int from = ("\n" + text).indexOf("\n" + name);
		return (from < 0) ? "?" : line(text, from + name.length()).strip();
	}

	/**
	 * Return the rest of the line from a place on.
	 */
	static String line(String text, int from) {
		int to = text.indexOf('\n', from);
		return text.substring(from, (to >= 0) ? to : text.length()).stripTrailing();
	}

	static String read(String file) {
		byte[] bytes = new byte[4096];
		try (FileInputStream in = new FileInputStream(file)) {
			return new String(bytes, 0, Math.max(0, in.read(bytes)), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

}
