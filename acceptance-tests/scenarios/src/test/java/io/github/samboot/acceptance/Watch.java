package io.github.samboot.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.samboot.test.ProcessTable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks at an application's processes and listeners all the time, and remembers what must
 * never be seen: two applications, or two listeners on one port.
 */
final class Watch implements AutoCloseable {

	private static final Duration PERIOD = Duration.ofMillis(50);

	private final String mark;

	private final int port;

	private final int atMost;

	private final Consumer<List<ProcessTable.Entry>> observer;

	private final Set<Long> pids = ConcurrentHashMap.newKeySet();

	private final Set<Long> watchdogs = ConcurrentHashMap.newKeySet();

	private final List<String> violations = new CopyOnWriteArrayList<>();

	private final Thread thread = new Thread(this::look, "watch");

	private volatile boolean ended;

	private volatile long worstLateness;

	/**
	 * Watch the processes of one launch.
	 * @param mark in the environment of all of them
	 * @param port what the application listens on, 0 for nothing
	 * @param atMost how many of them may be applications at one time: one, or with a
	 * spare, which listens on nothing, two
	 * @param observer is shown the processes each time
	 */
	Watch(String mark, int port, int atMost, Consumer<List<ProcessTable.Entry>> observer) {
		this.mark = mark;
		this.port = port;
		this.atMost = atMost;
		this.observer = observer;
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void look() {
		long due = System.nanoTime();
		while (!this.ended) {
			List<ProcessTable.Entry> processes = ProcessTable.withEnvironment(this.mark);
			for (ProcessTable.Entry process : processes) {
				this.pids.add(process.pid());
			}
			this.watchdogs.addAll(watchdogsAmong(processes));
			this.observer.accept(processes);
			List<ProcessTable.Entry> applications = applicationsAmong(processes);
			if (applications.size() > this.atMost) {
				this.violations.add("too many applications at once: " + applications);
			}
			int listeners = (this.port != 0) ? ProcessTable.listeners(this.port) : 0;
			if (listeners > 1) {
				this.violations.add(listeners + " listeners on port " + this.port + ": " + processes);
			}
			due += PERIOD.toNanos();
			long left = due - System.nanoTime();
			if (left < 0) {
				this.worstLateness = Math.max(this.worstLateness, -left);
				due = System.nanoTime();
				continue;
			}
			try {
				Thread.sleep(Duration.ofNanos(left).toMillis());
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	/**
	 * A child of a watchdog is the application, and looks like the watchdog until it has
	 * called exec.
	 */
	static Set<Long> watchdogsAmong(List<ProcessTable.Entry> processes) {
		List<ProcessTable.Entry> watchdogs = processes.stream().filter(ProcessTable.Entry::isWatchdog).toList();
		Set<Long> pids = watchdogs.stream().map(ProcessTable.Entry::pid).collect(Collectors.toSet());
		return watchdogs.stream()
			.filter((process) -> !pids.contains(process.parent()))
			.map(ProcessTable.Entry::pid)
			.collect(Collectors.toSet());
	}

	/**
	 * A child of an application is a program that it runs, and looks like the application
	 * until it has called exec.
	 */
	static List<ProcessTable.Entry> applicationsAmong(List<ProcessTable.Entry> processes) {
		List<ProcessTable.Entry> applications = new ArrayList<>(processes);
		applications.removeIf((process) -> !process.isJava() || process.isWatchdog());
		Set<Long> pids = applications.stream().map(ProcessTable.Entry::pid).collect(Collectors.toSet());
		applications.removeIf((process) -> pids.contains(process.parent()));
		return applications;
	}

	/**
	 * Return all processes that were ever seen.
	 * @return their ids
	 */
	Set<Long> pids() {
		return this.pids;
	}

	/**
	 * Return all watchdogs that were ever seen.
	 * @return their ids
	 */
	Set<Long> watchdogs() {
		return this.watchdogs;
	}

	/**
	 * Return how late this thread was at worst, which tells how loaded the machine is.
	 * @return the time
	 */
	Duration worstLateness() {
		return Duration.ofNanos(this.worstLateness);
	}

	void assertNeverTwo() {
		assertThat(this.violations).isEmpty();
	}

	@Override
	public void close() {
		this.ended = true;
		this.thread.interrupt();
		try {
			this.thread.join(60_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
