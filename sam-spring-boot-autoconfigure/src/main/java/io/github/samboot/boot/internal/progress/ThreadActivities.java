package io.github.samboot.boot.internal.progress;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Looks at threads.
 */
final class ThreadActivities {

	private static final int DEPTH = 64;

	private static final int MOST_OWNERS = 10;

	private static final String[] JDK = { "java.", "javax.", "jdk.", "sun.", "com.sun." };

	/**
	 * Who waits here waits for another process, above all on the network, or for work: a
	 * slow client or a slow database is not mended by a restart.
	 */
	private static final String[] OUTSIDE = { "sun.nio.ch.", "java.net.", "jdk.internal.net.", "java.lang.Process",
			"org.apache.tomcat.util.", "org.eclipse.jetty.io.", "org.eclipse.jetty.server.", "org.eclipse.jetty.util.",
			"io.netty.", "reactor.core.publisher.Blocking" };

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	/**
	 * Look at some threads.
	 * @param names tells them by their names
	 * @return what they do
	 */
	Collection<ThreadActivity> of(Predicate<String> names) {
		long[] ids = Arrays.stream(this.threads.getThreadInfo(this.threads.getAllThreadIds()))
			.filter((info) -> info != null && names.test(info.getThreadName()))
			.mapToLong(ThreadInfo::getThreadId)
			.toArray();
		return Arrays.stream(this.threads.getThreadInfo(ids, DEPTH))
			.filter(Objects::nonNull)
			.map(this::activity)
			.toList();
	}

	private ThreadActivity activity(ThreadInfo info) {
		long mark = mark(info);
		if (info.getLockName() != null && info.getLockName().startsWith("java.lang.VirtualThread@")) {
			// a carrier, which says no more of what it carries
			return new ThreadActivity(info.getThreadId(), mark, true, "a virtual thread");
		}
		String place = place(info);
		ThreadInfo last = info;
		for (int i = 0; i < MOST_OWNERS && last.getLockOwnerId() != -1; i++) {
			// what a thread waits for is what the owner of its lock does
			ThreadInfo owner = this.threads.getThreadInfo(last.getLockOwnerId(), DEPTH);
			if (owner == null) {
				return new ThreadActivity(info.getThreadId(), mark, false, "");
			}
			last = owner;
			mark = 31 * mark + mark(owner);
		}
		return new ThreadActivity(info.getThreadId(), mark, place != null && isEndless(last),
				Objects.requireNonNullElse(place, ""));
	}

	private long mark(ThreadInfo info) {
		return Objects.hash(this.threads.getThreadCpuTime(info.getThreadId()), info.getBlockedCount(),
				info.getWaitedCount());
	}

	private static boolean isEndless(ThreadInfo info) {
		return place(info) != null && switch (info.getThreadState()) {
			case BLOCKED, WAITING -> true;
			case RUNNABLE -> info.isInNative();
			default -> false;
		};
	}

	/**
	 * Return the first method that is not the JDK's.
	 * @return the method, {@code null} if there is none, as in a thread without work, or
	 * if the thread waits for another process
	 */
	private static @Nullable String place(ThreadInfo info) {
		for (StackTraceElement frame : info.getStackTrace()) {
			String type = frame.getClassName();
			if (Arrays.stream(OUTSIDE).anyMatch(type::startsWith)) {
				return null;
			}
			if (Arrays.stream(JDK).noneMatch(type::startsWith)) {
				return type + "." + frame.getMethodName();
			}
		}
		return null;
	}

}
