package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import io.github.samboot.test.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThreadReport} and {@link VirtualThreads}.
 */
class ThreadReportTests {

	private static final String STUCK = "health indicator 'orders' has not returned for 3.0 s";

	private final CountDownLatch over = new CountDownLatch(1);

	@TempDir
	private Path parent;

	private Path file;

	@BeforeEach
	void createDirectory() throws IOException {
		Path directory = Files.createDirectory(this.parent.resolve("run"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		this.file = directory.resolve("threads-1");
	}

	@AfterEach
	void release() {
		this.over.countDown();
	}

	private String report(String message) throws IOException {
		ThreadReport.write(this.file, message, Map.of("orders", "com.example.OrdersIndicator"));
		assertThat(this.file.getParent()).isDirectoryNotContaining("glob:**virtual");
		return Files.readString(this.file);
	}

	private void start(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
		Await.until("a thread that waits", () -> thread.getState() == Thread.State.WAITING);
	}

	private void jam() {
		try {
			this.over.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void stuckHealthCheckShouldComeFirst() throws IOException {
		start("sam-health-check stock", this::jam);
		start("sam-health-check orders", this::jam);
		String report = report(STUCK);
		assertThat(report).startsWith("Culprit:   health indicator com.example.OrdersIndicator\n"
				+ "thread 'sam-health-check orders', WAITING, waits for ");
		String culprit = report.substring(0, report.indexOf("\n\n"));
		assertThat(culprit).contains(getClass().getName() + ".jam(").doesNotContain("stock");
		assertThat(report).containsSubsequence("Threads of the JVM: ", "thread 'sam-health-check orders'",
				"thread 'main'", "thread 'sam-health-check stock'");
	}

	@Test
	void deadlockShouldBeNamedWithItsOwners() throws Exception {
		Lock cup = new ReentrantLock();
		Lock saucer = new ReentrantLock();
		CyclicBarrier both = new CyclicBarrier(2);
		Thread one = lock("deadlock-report-a", cup, saucer, both);
		Thread other = lock("deadlock-report-b", saucer, cup, both);
		Await.until("a deadlock", () -> ManagementFactory.getThreadMXBean().findDeadlockedThreads() != null);
		String report = report("health indicator 'deadlock' is DOWN");
		one.interrupt();
		one.join(30_000);
		other.join(30_000);
		assertThat(report.substring(0, report.indexOf("\n\n"))).contains("Culprit:   thread 'deadlock-report-",
				"which thread 'deadlock-report-a' holds", "which thread 'deadlock-report-b' holds",
				getClass().getName());
	}

	private static Thread lock(String name, Lock first, Lock second, CyclicBarrier both) {
		Thread thread = new Thread(() -> {
			first.lock();
			try {
				both.await();
				second.lockInterruptibly();
				second.unlock();
			}
			catch (Exception ex) {
				// the end of the test
			}
			finally {
				first.unlock();
			}
		}, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	@Test
	void manyThreadsShouldNotMakeItLong() throws IOException {
		for (int i = 0; i < 400; i++) {
			Thread thread = new Thread(this::jam, "many " + "x".repeat(300) + i);
			thread.setDaemon(true);
			thread.start();
		}
		assertThat(report(STUCK).length()).isBetween(50_000, 192 * 1024);
	}

	@Test
	void virtualThreadsShouldBeShownWhereThereAreAny() throws Exception {
		if (Runtime.version().feature() < 21) {
			assertThat(report(STUCK)).doesNotContain("Virtual threads");
			return;
		}
		Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
		Class<?> type = Class.forName("java.lang.Thread$Builder");
		type.getMethod("name", String.class).invoke(builder, "virtual waiter");
		type.getMethod("start", Runnable.class).invoke(builder, (Runnable) this::jam);
		Await.until("the virtual thread in the report", () -> {
			try {
				return report(STUCK).contains("\"virtual waiter\" virtual");
			}
			catch (IOException ex) {
				return false;
			}
		});
		assertThat(report(STUCK)).containsSubsequence("Virtual threads:\n", "\"virtual waiter\" virtual",
				getClass().getName() + ".jam(");
	}

}
