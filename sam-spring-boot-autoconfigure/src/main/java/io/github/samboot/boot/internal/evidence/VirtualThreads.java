package io.github.samboot.boot.internal.evidence;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.internal.process.DaemonThread;

/**
 * What virtual threads do. The JVM tells that from Java 21 on, all at once and into a
 * file only: that is ended when it becomes too long, or takes too long.
 */
final class VirtualThreads {

	private static final int MOST_BYTES = 2_000_000;

	private static final int MOST_CHARACTERS = 24_000;

	private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

	private VirtualThreads() {
	}

	/**
	 * Describe virtual threads.
	 * @param beside a file beside which there is room for another one
	 * @return some lines, empty before Java 21 and if there are none
	 */
	static String describe(Path beside) throws IOException {
		if (Runtime.version().feature() < 21) {
			return "";
		}
		Path file = beside.resolveSibling(beside.getFileName() + "-virtual");
		try {
			Thread dump = DaemonThread.start("sam-virtual-threads", () -> dump(file));
			long begin = System.nanoTime();
			while (dump.isAlive() && System.nanoTime() - begin < PATIENCE
					&& (!Files.exists(file) || Files.size(file) < MOST_BYTES)) {
				dump.join(5);
			}
			// its channel is closed by that
			dump.interrupt();
			dump.join(TimeUnit.NANOSECONDS.toMillis(PATIENCE));
			return Files.exists(file) ? virtual(file) : "";
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return "";
		}
		finally {
			Files.deleteIfExists(file);
		}
	}

	private static void dump(Path file) {
		try {
			// not in Java 17
			Class<?> type = Class.forName("com.sun.management.HotSpotDiagnosticMXBean");
			Class<?> format = Class.forName("com.sun.management.HotSpotDiagnosticMXBean$ThreadDumpFormat");
			Object bean = ManagementFactory.getPlatformMXBean(type.asSubclass(PlatformManagedObject.class));
			type.getMethod("dumpThreads", String.class, format)
				.invoke(bean, file.toAbsolutePath().toString(), format.getEnumConstants()[0]);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			// another JVM, or it was ended
		}
	}

	private static String virtual(Path file) throws IOException {
		StringBuilder text = new StringBuilder();
		try (BufferedReader in = Files.newBufferedReader(file)) {
			boolean isVirtual = false;
			for (String line = in.readLine(); line != null && text.length() < MOST_CHARACTERS; line = in.readLine()) {
				if (line.startsWith("#")) {
					isVirtual = line.contains("\" virtual");
				}
				if (isVirtual) {
					text.append(line).append('\n');
				}
			}
		}
		return text.isEmpty() ? "" : "Virtual threads:\n\n" + text;
	}

}
