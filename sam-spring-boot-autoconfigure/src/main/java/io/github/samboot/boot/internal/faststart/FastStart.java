package io.github.samboot.boot.internal.faststart;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.launch.PreparationCommand;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.boot.internal.lifecycle.SupervisionParticipant;
import io.github.samboot.boot.internal.standby.ClassList;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.process.DaemonThread;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * Once the application has been up for some time and does little, a process of its own
 * prepares later starts, at the lowest priority. It says line by line what it does.
 */
public final class FastStart implements SupervisionParticipant, DisposableBean {

	private static final Log logger = LogFactory.getLog(FastStart.class);

	/** Set for an instance that was started from what was prepared. */
	private static final String PROPERTY = "samboot.fast-start";

	private static final String ARCHIVE = "-XX:SharedArchiveFile=";

	private static final String CLASSES = "fast-start-classes";

	/** An archive depends on them. The heap is written by the first alone. */
	private static final List<String> FLAGS = List.of("UseCompressedOops", "UseSerialGC", "UseParallelGC", "UseG1GC",
			"UseZGC", "UseShenandoahGC", "UseCompactObjectHeaders");

	/** The line that says where the result lies. */
	private static final String ENTRY = "entry ";

	/** A file of an entry whose classes are linked. */
	private static final String LINKED = "linked";

	private static final int PREPARED = 0;

	private static final int LEFT_ALONE = 3;

	private final Supervision supervision;

	private final SamProperties.FastStart properties;

	private @Nullable Thread thread;

	private @Nullable Process process;

	private boolean isClosed;

	private volatile Progress progress = isUsed() ? new Progress(State.USED, entry())
			: new Progress(State.WAITING, null);

	private volatile @Nullable Duration startTime;

	/**
	 * Create the preparation.
	 * @param supervision how this process is supervised
	 * @param properties the configuration
	 */
	public FastStart(Supervision supervision, SamProperties.FastStart properties) {
		this.supervision = supervision;
		this.properties = properties;
	}

	@Override
	public synchronized void ready() {
		if (this.startTime != null) {
			return;
		}
		// a spare has waited most of the time
		Duration time = ProcessSam.get().isPromoted() ? Duration.ZERO
				: Duration.ofMillis(System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
		this.startTime = time;
		String used = System.getProperty(PROPERTY);
		Duration plain = (used == null) ? time
				: Duration.ofMillis(Long.parseLong(used.substring(0, used.indexOf(':'))));
		if (!isUsed() || isLinked()) {
			this.thread = DaemonThread.start("sam-fast-start", () -> prepare(plain));
		}
		if (isUsed() && !time.isZero()) {
			logger.info("Fast start: this instance was up in " + seconds(time) + (plain.isZero()
					? " from what was prepared" : ", " + seconds(plain) + " without what was prepared"));
		}
	}

	/**
	 * Return whether this JVM goes without the archive it was started with. Such a start
	 * is slower than a plain one.
	 */
	private static boolean isRefused() {
		return System.getProperty(PROPERTY) != null && !System.getProperty("java.vm.info", "").contains("sharing");
	}

	/**
	 * Return whether classes are linked in the archive: an agent that was attached has
	 * not seen them as they were loaded.
	 */
	private static boolean isLinked() {
		Path entry = entry();
		return entry != null && Files.exists(entry.resolve(LINKED));
	}

	private void prepare(Duration plain) {
		try {
			if (!isRefused()) {
				long up = System.nanoTime();
				Thread.sleep(this.properties.delay().toMillis());
				new QuietRule(this.properties.delay()).await(() -> Duration.ofNanos(System.nanoTime() - up),
						FastStart::processorTime, () -> Thread.sleep(QuietRule.PERIOD.toMillis()));
			}
			if (!this.supervision.isSupervised() || !this.supervision.isActive()
					|| (isUsed() && !ClassList.hasAgent())) {
				return;
			}
			this.progress = new Progress(State.PREPARING, null);
			Path directory = ProcessSam.get().runDirectory();
			Path classes = directory.resolve(CLASSES);
			ClassList.record(classes, true);
			try {
				run(PreparationCommand.of(directory, this.properties.path(), classes, plain, isRefused(), flags()));
			}
			finally {
				Files.deleteIfExists(classes);
			}
		}
		catch (InterruptedException ex) {
			// the context closes
		}
		catch (Exception | LinkageError ex) {
			this.progress = new Progress(State.FAILED, null);
			logger.info("Fast start: nothing was prepared, later instances start as this one did: " + ex);
		}
	}

	/** Negative, and always the same, where it is unknown. */
	private static Duration processorTime() {
		return Duration.ofNanos(ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime());
	}

	/**
	 * Return the flags of this JVM on which an archive depends.
	 */
	static List<String> flags() {
		HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
		List<String> flags = new ArrayList<>();
		for (String name : FLAGS) {
			try {
				boolean isSet = Boolean.parseBoolean(vm.getVMOption(name).getValue());
				// before 25 it is one of those that have to be unlocked
				boolean isKnown = !name.equals("UseCompactObjectHeaders") || Runtime.version().feature() >= 25;
				if (isSet || (isKnown && !name.endsWith("GC"))) {
					flags.add("-XX:" + (isSet ? "+" : "-") + name);
				}
			}
			catch (IllegalArgumentException ex) {
				// this JVM has no such flag
			}
		}
		return flags;
	}

	private void run(ProcessBuilder builder) throws IOException, InterruptedException {
		logger.info("Fast start: begins to prepare later starts in " + this.properties.path()
				+ ", at lowest priority (sam.fast-start.enabled)");
		long begin = System.nanoTime();
		Process process = start(builder.redirectErrorStream(true).redirectInput(new File("/dev/null")));
		if (process == null) {
			return;
		}
		Path entry = null;
		try (BufferedReader lines = process.inputReader(Charset.defaultCharset())) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.startsWith(ENTRY)) {
					entry = Path.of(line.substring(ENTRY.length()));
					continue;
				}
				logger.info("Fast start: " + line + " (" + seconds(Duration.ofNanos(System.nanoTime() - begin)) + ")");
			}
			int code = process.waitFor();
			this.progress = new Progress(
					(code == PREPARED) ? State.PREPARED : (code == LEFT_ALONE) ? State.LEFT_ALONE : State.FAILED,
					entry);
		}
		finally {
			process.destroy();
		}
	}

	private synchronized @Nullable Process start(ProcessBuilder builder) throws IOException {
		this.process = this.isClosed ? null : builder.start();
		return this.process;
	}

	@Override
	public synchronized void destroy() {
		this.isClosed = true;
		if (this.thread != null) {
			this.thread.interrupt();
		}
		if (this.process != null) {
			this.process.destroy();
		}
	}

	/**
	 * Return how things are.
	 * @return the description
	 */
	public Description describe() {
		Duration startTime = this.startTime;
		Progress progress = this.progress;
		Path entry = progress.entry();
		return new Description(progress.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
				(entry != null) ? size(entry) : null, (entry != null) ? age(entry) : null,
				(startTime != null && !startTime.isZero()) ? startTime.toString() : null);
	}

	private static @Nullable Long size(Path entry) {
		try (Stream<Path> files = Files.walk(entry)) {
			return files.mapToLong((file) -> file.toFile().length()).sum();
		}
		catch (IOException | UncheckedIOException ex) {
			return null;
		}
	}

	private static String age(Path entry) {
		return Duration.ofMillis(System.currentTimeMillis() - entry.resolve("entry").toFile().lastModified())
			.truncatedTo(ChronoUnit.SECONDS)
			.toString();
	}

	/**
	 * Return whether this instance was started from what was prepared.
	 * @return whether it was
	 */
	public static boolean isUsed() {
		return System.getProperty(PROPERTY) != null && !isRefused();
	}

	/** Where the archive lies. */
	private static @Nullable Path entry() {
		return ManagementFactory.getRuntimeMXBean()
			.getInputArguments()
			.stream()
			.filter((argument) -> argument.startsWith(ARCHIVE))
			.map((argument) -> Path.of(argument.substring(ARCHIVE.length())).getParent())
			.findFirst()
			.orElse(null);
	}

	private static String seconds(Duration time) {
		return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
	}

	private enum State {

		WAITING, PREPARING, PREPARED, USED, LEFT_ALONE, FAILED

	}

	/**
	 * One value, so that a state is never shown with what belongs to the one before it.
	 *
	 * @param state how things are
	 * @param entry what was prepared, or what this instance was started from
	 */
	private record Progress(State state, @Nullable Path entry) {

	}

	/**
	 * What the endpoint shows.
	 *
	 * @param state {@code waiting}, {@code preparing}, {@code prepared}, {@code used} by
	 * this instance, {@code left alone} or {@code failed}
	 * @param size the size of what was prepared in bytes
	 * @param age how long ago that was
	 * @param lastStart how long the start of this instance took, unless it was a spare
	 */
	@JsonInclude(Include.NON_NULL)
	public record Description(String state, @Nullable Long size, @Nullable String age, @Nullable String lastStart) {

	}

}
