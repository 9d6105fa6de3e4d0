package io.github.samboot.watchdog.internal.incident;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.Incident;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.EvidenceFile;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance that has failed: its state and log lines, which it has
 * noted itself; what its threads do, which it tells as long as it can, or its JVM does
 * instead; and what the kernel knows of a process that tells nothing.
 */
final class Evidence {

	static final Evidence NONE = new Evidence(0, Path.of(""));

	private static final long ANSWER_MILLIS = 2000;

	private static final int MOST_LOOKS = 20;

	private static final long PAUSE = 25_000_000;

	private static final int MOST_BYTES = 192 * 1024;

	private static final int MOST_FRAMES = 6;

	private final long pid;

	private final Path runDirectory;

	private String kernel = "";

	private boolean isStopped;

	/** A process with much memory is taken apart for longer than the time interval. */
	private boolean isDying;

	private boolean hasAsked;

	Evidence(long pid, Path runDirectory) {
		this.pid = pid;
		this.runDirectory = runDirectory;
	}

	long pid() {
		return this.pid;
	}

	/**
	 * Look at the process while it is there. It ends sooner if the process does.
	 */
	void look() throws IOException {
		if (this.pid == 0) {
			return;
		}
		KnownProcess process = KnownProcess.of(this.pid);
		char state = Character.toUpperCase(process.state());
		this.isStopped = state == 'T';
		this.isDying = state == 'Z';
		String kernel = KernelView.of(this.pid);
		this.kernel = kernel.startsWith(KernelView.GONE) ? "" : kernel;
		try (VerifiedDirectory directory = runDirectory()) {
			for (int i = 0; i < MOST_LOOKS && isToTell(process, directory); i++) {
				LockSupport.parkNanos(PAUSE);
			}
			if (directory != null && isToTell(process, directory)) {
				this.hasAsked = true;
				String problem;
				try (OutputStream out = new BufferedOutputStream(
						Channels.newOutputStream(directory.newFile(EvidenceFile.threads(this.pid))))) {
					problem = ThreadDump.write(this.pid, ANSWER_MILLIS, out);
				}
				if (!problem.isEmpty()) {
					this.kernel = "Silent:    neither the application nor its JVM tells what its threads do: " + problem
							+ "\n" + this.kernel;
				}
			}
		}
	}

	private boolean isToTell(KnownProcess process, @Nullable VerifiedDirectory directory) {
		return !this.isStopped && !(directory != null && directory.has(EvidenceFile.threads(this.pid)))
				&& !process.isGone();
	}

	/**
	 * Open the run directory; {@code null} if it was cleared away, and may be that of
	 * another user by now.
	 */
	private @Nullable VerifiedDirectory runDirectory() {
		try {
			return VerifiedDirectory.open(this.runDirectory);
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Write all that is known, once.
	 */
	void write(OutputStream out, Incident incident, boolean isKilledBySam, String oomKills, int logLines)
			throws IOException {
		String threads = EvidenceFile.threads(incident.pid());
		String noted = EvidenceFile.name(incident.pid());
		try (VerifiedDirectory directory = runDirectory()) {
			StringBuilder text = new StringBuilder("\n");
			text.append(culprit(incident, directory, isKilledBySam, oomKills));
			text.append(this.kernel.isEmpty() ? KernelView.machine() : this.kernel);
			file(text, "hs_err_pid" + incident.pid() + ".log");
			file(text, "java_pid" + incident.pid() + ".hprof");
			if (directory != null && directory.has(noted)) {
				text.append('\n').append(EvidenceFile.readState(directory, incident.pid()));
				String log = EvidenceFile.readLog(directory, incident.pid(), logLines);
				text.append(log.isEmpty() ? "" : "\nLast log lines:\n" + log);
			}
			out.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
			if (directory != null && directory.has(threads)) {
				copy(directory, threads, out);
				directory.delete(threads);
			}
			if (directory != null && incident.exit() != null) {
				directory.delete(noted);
			}
		}
		if (incident.exit() != null && this.hasAsked) {
			// a JVM that was killed leaves it
			Files.deleteIfExists(Path.of("/tmp/.java_pid" + this.pid));
		}
	}

	private static void copy(VerifiedDirectory directory, String file, OutputStream out) throws IOException {
		byte[] buffer = new byte[8 * 1024];
		int left = MOST_BYTES;
		try (InputStream in = Channels.newInputStream(directory.file(file, StandardOpenOption.READ))) {
			for (int read = in.read(buffer); read > 0 && left > 0; read = in.read(buffer)) {
				int length = Math.min(read, left);
				left -= length;
				// what is cut is cut at the end of a line
				while (left == 0 && length > 0 && buffer[length - 1] != '\n') {
					length--;
				}
				out.write(buffer, 0, length);
			}
		}
	}

	private String culprit(Incident incident, @Nullable VerifiedDirectory directory, boolean isKilledBySam,
			String oomKills) throws IOException {
		String exit = (incident.exit() != null) ? incident.exit() : "";
		if (this.isStopped) {
			return EvidenceFile.CULPRIT
					+ "the process was stopped (SIGSTOP, SIGTSTP or a debugger): nothing in it ran\n";
		}
		if (exit.equals("SIGKILL") && (this.isDying || !isKilledBySam)) {
			String now = KernelView.oomKills();
			return EvidenceFile.CULPRIT + (now.equals(oomKills)
					? "SIGKILL that SAM has not sent: another process, or the machine's OOM killer (see dmesg)\n"
					: "the kernel's OOM killer, for the memory limit of the container: oom_kill was " + oomKills
							+ ", is " + now + '\n');
		}
		String crash = KernelView.read("hs_err_pid" + incident.pid() + ".log");
		if (crash.startsWith("#")) {
			int frame = crash.indexOf("# Problematic frame:");
			return EvidenceFile.CULPRIT + "the JVM crashed:" + KernelView.line(crash, crash.indexOf("\n#  ") + 2)
					+ ((frame >= 0)
							? KernelView.line(crash, frame + 1) + KernelView.line(crash, crash.indexOf("\n", frame) + 2)
							: "")
					+ '\n';
		}
		String told = (directory != null && directory.has(EvidenceFile.threads(incident.pid())))
				? fromThreads(directory, incident.pid()) : "";
		if (told.isEmpty() && this.hasAsked && KernelView.isCollecting(this.kernel)) {
			return EvidenceFile.CULPRIT
					+ "the garbage collector: it runs and nothing else does, so the heap is full or too small\n";
		}
		if (told.isEmpty() && exit.equals("exit code 3")) {
			return EvidenceFile.CULPRIT
					+ "probably java.lang.OutOfMemoryError: with -XX:+ExitOnOutOfMemoryError, which SAM sets,"
					+ " a JVM ends with code 3\n";
		}
		return told;
	}

	/**
	 * Return what the application names, or what is seen in the JVM's own dump: a
	 * deadlock, a health check that runs, or the main thread.
	 */
	private static String fromThreads(VerifiedDirectory directory, long pid) throws IOException {
		String found = "";
		int rank = 0;
		try (BufferedReader in = new BufferedReader(new InputStreamReader(
				Channels.newInputStream(directory.file(EvidenceFile.threads(pid), StandardOpenOption.READ)),
				StandardCharsets.ISO_8859_1))) {
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				int now = line.startsWith(EvidenceFile.CULPRIT) ? 4
						: line.startsWith("Found one Java-level deadlock") ? 3
								: line.startsWith("\"" + EvidenceFile.HEALTH_CHECK_THREAD) ? 2
										: line.startsWith("\"main\"") ? 1 : 0;
				if (now > rank) {
					rank = now;
					found = block(in, line, now);
				}
			}
		}
		return (rank == 0 || rank == 4) ? found : EvidenceFile.CULPRIT + "as far as the JVM tells:\n" + found;
	}

	private static String block(BufferedReader in, String first, int rank) throws IOException {
		StringBuilder block = new StringBuilder(first).append('\n');
		int frames = 0;
		for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
			boolean isFrame = line.startsWith("\tat ");
			boolean isOwn = isFrame
					&& (frames == 0 || !(line.startsWith("\tat java.") || line.startsWith("\tat jdk.")));
			if (rank >= 3 ? block.length() < 2000 : (isOwn && frames < MOST_FRAMES)) {
				block.append(line).append('\n');
			}
			frames += isFrame ? 1 : 0;
		}
		return block.toString();
	}

	private static void file(StringBuilder text, String name) {
		File file = new File(name);
		if (file.exists()) {
			text.append("File:      ").append(file.getAbsolutePath()).append('\n');
		}
	}

}
