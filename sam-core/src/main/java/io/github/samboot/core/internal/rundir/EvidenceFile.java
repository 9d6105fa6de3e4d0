package io.github.samboot.core.internal.rundir;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What an instance notes about itself while it is well: its state, and its last log
 * lines. The file is in the run directory, so the watchdog can read it when the process
 * has been killed. (It is not mapped: a file that is cut short would be a fault in the
 * thread that logs. Nor is it a channel, which an interrupt of such a thread would
 * close.)
 */
public final class EvidenceFile implements Closeable {

	/** Begins the line that names the culprit, whoever has found it. */
	public static final String CULPRIT = "Culprit:   ";

	/** The name of a thread that checks health, before the name of what it checks. */
	public static final String HEALTH_CHECK_THREAD = "sam-health-check ";

	private static final String PREFIX = "evidence-";

	private static final String THREADS = "threads-";

	private static final int STATE_SIZE = 8 * 1024;

	private static final int LOG_SIZE = 32 * 1024;

	private final RandomAccessFile file;

	private int end;

	private EvidenceFile(RandomAccessFile file) {
		this.file = file;
	}

	/**
	 * Return the name of the file of a process.
	 * @param pid the process id
	 * @return the name, in the run directory
	 */
	public static String name(long pid) {
		return PREFIX + pid;
	}

	/**
	 * Return the name of the file in which a process tells what its threads do when it
	 * has failed.
	 * @param pid the process id
	 * @return the name, in the run directory
	 */
	public static String threads(long pid) {
		return THREADS + pid;
	}

	/**
	 * Make the file of a process. What processes have left that ended without an
	 * incident, such as spares, is removed.
	 * @param runDirectory the run directory
	 * @param pid the process id
	 * @return the file
	 * @throws IOException if it cannot be made
	 */
	public static EvidenceFile create(Path runDirectory, long pid) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			removeLeftovers(directory);
			return new EvidenceFile(directory.newFile(name(pid), STATE_SIZE + LOG_SIZE));
		}
	}

	private static void removeLeftovers(VerifiedDirectory directory) throws IOException {
		for (String name : directory.names()) {
			// what is being written has more behind the number
			String pid = name.substring(name.indexOf('-') + 1);
			boolean isEvidence = (name.startsWith(PREFIX) || name.startsWith(THREADS))
					&& pid.chars().allMatch(Character::isDigit);
			if (isEvidence && !mayLive(pid)) {
				directory.delete(name);
			}
		}
	}

	/**
	 * A zombie counts, too: the report of its end may not be written yet.
	 */
	private static boolean mayLive(String pid) {
		return new File("/proc/" + pid).exists() || !new File("/proc/self").exists();
	}

	/**
	 * Note the state, in place of what it was.
	 * @param text some lines
	 * @throws IOException if it cannot be written
	 */
	public synchronized void state(String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		byte[] area = new byte[Math.min(bytes.length + 1, STATE_SIZE)];
		System.arraycopy(bytes, 0, area, 0, area.length - 1);
		this.file.seek(0);
		this.file.write(area);
	}

	/**
	 * Note what was logged, in place of the oldest lines. A zero byte follows the newest.
	 * @param text one or more lines
	 * @throws IOException if it cannot be written
	 */
	public synchronized void log(String text) throws IOException {
		byte[] line = (text.strip().replace('\0', ' ') + "\n\0").getBytes(StandardCharsets.UTF_8);
		int from = Math.max(0, line.length - LOG_SIZE);
		int length = Math.min(line.length - from, LOG_SIZE - this.end);
		this.file.seek(STATE_SIZE + this.end);
		this.file.write(line, from, length);
		if (from + length < line.length) {
			this.file.seek(STATE_SIZE);
			this.file.write(line, from + length, line.length - from - length);
		}
		// the zero byte is overwritten by the next line
		this.end = (this.end + line.length - from - 1) % LOG_SIZE;
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

	/**
	 * Read the state that a process has noted.
	 * @param runDirectory the run directory
	 * @param pid the process id
	 * @return the lines, empty if there is none
	 * @throws IOException if there is no such file
	 */
	public static String readState(VerifiedDirectory runDirectory, long pid) throws IOException {
		String area = read(runDirectory, pid, 0, STATE_SIZE);
		return text(area.substring(0, Math.max(0, area.indexOf('\0'))));
	}

	/**
	 * Read the last log lines of a process.
	 * @param runDirectory the run directory
	 * @param pid the process id
	 * @param most how many at most
	 * @return the lines, oldest first
	 * @throws IOException if there is no such file
	 */
	public static String readLog(VerifiedDirectory runDirectory, long pid, int most) throws IOException {
		String ring = read(runDirectory, pid, STATE_SIZE, LOG_SIZE);
		int newest = Math.max(0, ring.indexOf('\0'));
		int oldest = newest;
		while (oldest < ring.length() && ring.charAt(oldest) == '\0') {
			oldest++;
		}
		String lines = ring.substring(oldest) + ring.substring(0, newest);
		int from = lines.length();
		// the oldest may be a part of a line
		for (int i = 0; i <= most && from >= 0; i++) {
			from = lines.lastIndexOf('\n', from - 1);
		}
		return text(lines.substring(from + 1));
	}

	/**
	 * Return the bytes, one in each character.
	 */
	private static String read(VerifiedDirectory runDirectory, long pid, int from, int length) throws IOException {
		try (FileChannel file = runDirectory.file(name(pid), StandardOpenOption.READ);
				DataInputStream in = new DataInputStream(Channels.newInputStream(file.position(from)))) {
			byte[] bytes = new byte[length];
			in.readFully(bytes);
			return new String(bytes, StandardCharsets.ISO_8859_1);
		}
	}

	private static String text(String bytes) {
		return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
	}

}
