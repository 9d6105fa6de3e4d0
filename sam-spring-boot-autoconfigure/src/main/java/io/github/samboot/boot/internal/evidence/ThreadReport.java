package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.boot.internal.health.DeadlockDetector;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of this JVM do: first those that are the cause, then the main thread
 * and those that use the processor.
 */
final class ThreadReport {

	private static final String HEARTBEAT = "sam-heartbeat";

	private static final long SAMPLE_NANOS = 50_000_000;

	private static final int MOST_THREADS = 300;

	private static final int MOST_FRAMES = 60;

	private static final int FIRST_FRAMES = 6;

	private static final int MOST_CHARACTERS = 160_000;

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private final Set<Long> deadlocked = new HashSet<>();

	private final List<ThreadInfo> infos;

	private final Map<Long, Long> used = new HashMap<>();

	private final String message;

	private ThreadReport(String message) {
		this.message = message;
		new DeadlockDetector().deadlocked().forEach((thread) -> this.deadlocked.add(thread.getThreadId()));
		long[] ids = this.threads.getAllThreadIds();
		sample(-1, ids);
		this.infos = Arrays.stream(this.threads.getThreadInfo(ids, true, true)).filter(Objects::nonNull).toList();
	}

	/**
	 * Write the report: for a start what is needed first, as the process may end at any
	 * moment.
	 * @param file where to
	 * @param message why this process is about to be ended, empty if that is not known
	 * @param types the classes of the members of the health group
	 */
	static void write(Path file, String message, Map<String, String> types) throws IOException {
		ThreadReport report = new ThreadReport(message);
		String culprit = report.culprit(types);
		replace(file, culprit + report.all());
		report.measure();
		replace(file, culprit + report.all() + VirtualThreads.describe(file));
	}

	private static void replace(Path file, String text) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(file.toAbsolutePath().getParent())) {
			directory.replace(file.getFileName().toString(), text.getBytes(StandardCharsets.UTF_8));
		}
	}

	private void sample(int sign, long[] ids) {
		for (long id : ids) {
			this.used.merge(id, sign * this.threads.getThreadCpuTime(id), Long::sum);
		}
	}

	private void measure() {
		LockSupport.parkNanos(SAMPLE_NANOS);
		sample(1, this.infos.stream().mapToLong(ThreadInfo::getThreadId).toArray());
	}

	/**
	 * Name the cause in a few lines, empty if it is in no thread.
	 */
	private String culprit(Map<String, String> types) {
		StringBuilder text = new StringBuilder();
		types.forEach((name, type) -> {
			if (this.message.startsWith("health indicator '" + name + "' ")) {
				text.append(EvidenceFile.CULPRIT).append("health indicator ").append(type).append('\n');
			}
		});
		for (ThreadInfo info : this.infos) {
			if (isCulprit(info) && text.length() < 1500) {
				text.append(text.isEmpty() ? EvidenceFile.CULPRIT : "").append(header(info));
				Arrays.stream(info.getStackTrace())
					.filter((frame) -> !isOfJdk(frame) || frame == info.getStackTrace()[0])
					.limit(FIRST_FRAMES)
					.forEach((frame) -> text.append("\tat ").append(frame).append('\n'));
			}
		}
		if (text.isEmpty() && this.message.startsWith("no heartbeat")
				&& this.infos.stream().noneMatch((info) -> info.getThreadName().startsWith(HEARTBEAT))) {
			text.append(EvidenceFile.CULPRIT + "there is no thread '" + HEARTBEAT + "': it has ended\n");
		}
		return text.isEmpty() ? "" : text.append('\n').toString();
	}

	private static boolean isOfJdk(StackTraceElement frame) {
		return frame.getClassName().startsWith("java.") || frame.getClassName().startsWith("jdk.");
	}

	private boolean isCulprit(ThreadInfo info) {
		boolean isCheck = info.getThreadName().startsWith(EvidenceFile.HEALTH_CHECK_THREAD) && this.message
			.contains("'" + info.getThreadName().substring(EvidenceFile.HEALTH_CHECK_THREAD.length()) + "'");
		boolean isExit = this.message.isEmpty() && Arrays.stream(info.getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals("java.lang.Runtime")
					&& frame.getMethodName().equals("exit"));
		return isCheck || isExit || this.deadlocked.contains(info.getThreadId());
	}

	private String all() {
		Comparator<ThreadInfo> order = Comparator.comparing((ThreadInfo info) -> !isCulprit(info))
			.thenComparing((info) -> !info.getThreadName().equals("main"))
			.thenComparing((info) -> -used(info));
		StringBuilder text = new StringBuilder("Threads of the JVM: ").append(this.infos.size()).append("\n\n");
		this.infos.stream().sorted(order).limit(MOST_THREADS).forEach((info) -> {
			if (text.length() < MOST_CHARACTERS) {
				describe(text, info);
			}
		});
		return text.toString();
	}

	private long used(ThreadInfo info) {
		return Math.max(0, this.used.getOrDefault(info.getThreadId(), 0L)) / 1_000_000;
	}

	private static String header(ThreadInfo info) {
		@Nullable String owner = info.getLockOwnerName();
		return "thread '" + info.getThreadName() + "', " + info.getThreadState()
				+ ((info.getLockName() != null) ? ", waits for " + info.getLockName() : "")
				+ ((owner != null) ? ", which thread '" + owner + "' holds" : "") + '\n';
	}

	private void describe(StringBuilder text, ThreadInfo info) {
		text.append(used(info)).append(" ms of the processor, ").append(header(info));
		StackTraceElement[] stack = info.getStackTrace();
		for (int i = 0; i < Math.min(stack.length, MOST_FRAMES); i++) {
			text.append("\tat ").append(stack[i]).append('\n');
			for (var monitor : info.getLockedMonitors()) {
				if (monitor.getLockedStackDepth() == i) {
					text.append("\t- holds ").append(monitor).append('\n');
				}
			}
		}
		text.append('\n');
	}

}
