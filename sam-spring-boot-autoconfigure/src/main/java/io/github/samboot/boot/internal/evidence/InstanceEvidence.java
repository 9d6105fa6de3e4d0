package io.github.samboot.boot.internal.evidence;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.samboot.boot.internal.health.HealthAnswer;
import io.github.samboot.boot.internal.health.HealthObserver;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.health.SideThread;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.lifecycle.SupervisionParticipant;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.process.ShutdownWatcher;
import io.github.samboot.core.internal.process.Quietly;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.core.internal.rundir.RunDirectory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.util.ClassUtils;

/**
 * Notes in the run directory, once a second, what the report of an incident shows if this
 * process ends: health, heartbeats, heap, and the last log lines. When it is warned, it
 * tells what its threads do.
 */
public final class InstanceEvidence implements SupervisionParticipant, HealthObserver, SamListener, DisposableBean {

	private static final Log logger = LogFactory.getLog(InstanceEvidence.class);

	/** There is one file per process: a second context would take it from the first. */
	private static final AtomicBoolean NOTING = new AtomicBoolean();

	private static final int MOST = 12;

	private static final int MOST_MEMBERS = 30;

	private final Supervision supervision;

	private final long pid = ProcessHandle.current().pid();

	private @Nullable EvidenceFile file;

	private boolean isOnDisk;

	/** Ends the noting of log lines. */
	private @Nullable Runnable lines;

	private final Thread exitWatcher = new Thread(this::tellExit, "sam-evidence");

	private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();

	/** Details are objects of the application, which may block. */
	private final SideThread details = new SideThread("sam-evidence-details");

	/** Writes log lines to a run directory that is not in memory. */
	private final SideThread disk = new SideThread("sam-evidence-lines");

	private final Map<String, String> types = new ConcurrentHashMap<>();

	private final Map<String, String> answers = new ConcurrentHashMap<>();

	private final Map<String, String> overdue = new ConcurrentHashMap<>();

	private final ArrayDeque<Long> lateness = new ArrayDeque<>();

	private final ArrayDeque<String> collections = new ArrayDeque<>();

	private long lastCollecting;

	/**
	 * Begin to note, if there is a watchdog.
	 * @param supervision how this process is supervised
	 * @param health tells of health checks and heartbeats
	 * @param logLines how many log lines the report is to show
	 */
	public InstanceEvidence(Supervision supervision, HealthSupervision health, int logLines) {
		this.supervision = supervision;
		if (!(supervision.sam() instanceof ProcessSam sam) || !NOTING.compareAndSet(false, true)) {
			return;
		}
		try {
			this.file = EvidenceFile.create(sam.runDirectory(), this.pid);
			if (logLines > 0) {
				this.isOnDisk = !RunDirectory.isInMemory(sam.runDirectory());
				this.lines = lines(target(this.file, !this.isOnDisk, this.disk));
			}
			Runtime.getRuntime().addShutdownHook(this.exitWatcher);
			health.addObserver(this);
			sam.addListener(this);
		}
		catch (IOException | RuntimeException ex) {
			NOTING.set(this.file != null);
			logger.info("Reports of incidents will show neither health nor log lines of this instance: " + ex);
		}
	}

	/**
	 * A disk may hang, and with it each thread that logs.
	 */
	static LogLine.Target target(EvidenceFile file, boolean isInMemory, SideThread disk) {
		return isInMemory ? file::log : (line) -> disk.run(() -> log(file, line));
	}

	private static void log(EvidenceFile file, String line) {
		try {
			file.log(line);
		}
		catch (IOException ex) {
			// the disk is full: its log goes elsewhere as before
		}
	}

	private static @Nullable Runnable lines(LogLine.Target target) {
		if (ClassUtils.isPresent("ch.qos.logback.classic.LoggerContext", null)) {
			LogbackLines lines = LogbackLines.into(target);
			if (lines != null) {
				return lines::end;
			}
		}
		return ClassUtils.isPresent("org.apache.logging.log4j.core.LoggerContext", null) ? Log4jLines.into(target)
				: null;
	}

	@Override
	public void found(Map<String, HealthIndicator> members) {
		members.forEach((name, indicator) -> this.types.put(name, indicator.getClass().getName()));
		this.types.keySet().retainAll(members.keySet());
		this.answers.keySet().retainAll(members.keySet());
		this.overdue.keySet().retainAll(members.keySet());
	}

	@Override
	public void overdue(String contributor, long duration) {
		this.overdue.put(contributor, "; then no answer for " + duration / 1_000_000 + " ms");
	}

	@Override
	public void checked(String contributor, String outcome, long duration, HealthAnswer answer) {
		String text = outcome + ", " + answer.status() + " after " + duration / 1_000_000 + " ms at "
				+ Instant.now().truncatedTo(ChronoUnit.MILLIS);
		this.overdue.remove(contributor);
		this.details.run(() -> {
			String detail = answer.detail();
			this.answers.put(contributor, text + (detail.isEmpty() ? "" : ": " + detail));
		});
	}

	@Override
	public void heartbeats(List<Long> latenesses) {
		latenesses.forEach((nanos) -> add(this.lateness, nanos / 1_000_000));
		add(this.collections, collection());
		note(state());
	}

	private void note(String state) {
		try {
			if (this.file != null) {
				this.file.state(state);
			}
		}
		catch (IOException ex) {
			logger.debug("The state of this instance cannot be noted", ex);
		}
	}

	private static <T> void add(ArrayDeque<T> values, T value) {
		values.add(value);
		if (values.size() > MOST) {
			values.remove();
		}
	}

	private String collection() {
		long collecting = this.collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).sum();
		long kept = 0;
		for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
			MemoryUsage usage = (pool.getType() == MemoryType.HEAP) ? pool.getCollectionUsage() : null;
			kept += (usage != null) ? usage.getUsed() : 0;
		}
		String text = collecting - this.lastCollecting + " ms/" + kept / 1_000_000 + " MB";
		this.lastCollecting = collecting;
		return text;
	}

	private String state() {
		StringBuilder state = new StringBuilder();
		int members = 0;
		for (Map.Entry<String, String> type : new TreeMap<>(this.types).entrySet()) {
			String answer = this.answers.get(type.getKey());
			if (members++ < MOST_MEMBERS) {
				state.append("Health:    ").append(type.getKey()).append(" (").append(type.getValue()).append("): ");
				state.append((answer != null) ? answer : "no answer yet");
				state.append(this.overdue.getOrDefault(type.getKey(), "")).append('\n');
			}
		}
		return state + "Heartbeat: late by " + this.lateness + " ms, until " + Instant.now() + "\nHeap:      at most "
				+ Runtime.getRuntime().maxMemory() / 1_000_000
				+ " MB; collecting/kept by the last collection, each second: " + this.collections + '\n';
	}

	@Override
	public void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
		// a listener of the application may be the one that hangs
		tell(message);
	}

	/**
	 * A call of {@code System.exit} is in nobody's message.
	 */
	private void tellExit() {
		if (this.supervision.isActive() && !ShutdownWatcher.isCausedFromOutside(true)) {
			tell("");
		}
	}

	private void tell(String message) {
		if (this.supervision.sam() instanceof ProcessSam sam) {
			try {
				ThreadReport.write(sam.runDirectory().resolve(EvidenceFile.threads(this.pid)), message, this.types);
			}
			catch (IOException | RuntimeException ex) {
				logger.debug("What the threads do cannot be told", ex);
			}
		}
	}

	@Override
	public void destroy() throws IOException {
		this.supervision.sam().removeListener(this);
		this.details.end();
		if (!ShutdownWatcher.inProgress()) {
			Runtime.getRuntime().removeShutdownHook(this.exitWatcher);
		}
		if (this.lines != null) {
			this.lines.run();
		}
		EvidenceFile file = this.file;
		if (file != null) {
			NOTING.set(false);
			// what waits for the disk first
			if (!this.isOnDisk || !this.disk.run(() -> Quietly.close(file))) {
				file.close();
			}
		}
		this.disk.end();
	}

}
