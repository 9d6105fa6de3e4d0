package io.github.samboot.core.internal.process;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * One process, and not another one that got its id later: how each side knows the process
 * of the other. What the kernel says about it is in {@code proc(5)}. Thread-safe.
 */
public final class KnownProcess {

	private static final String CAUGHT = "\nSigCgt:\t";

	private static final int MASK_LENGTH = 16;

	/** The state of what is not there; the kernel's own letter for it. */
	public static final char DEAD = 'X';

	/** The state of a process that is there, or may be, and cannot be read. */
	public static final char UNKNOWN = '?';

	private static final int STATE = 3;

	private static final int THREADS = 20;

	private static final int START_TIME = 22;

	private static final String PROC = "/proc";

	/** A process is looked at every few milliseconds while its end is near. */
	private static final long ASK_AGAIN_AFTER = TimeUnit.MILLISECONDS.toNanos(250);

	private final String proc;

	private final long pid;

	/** In clock ticks since boot; empty if it could not be read. */
	private final String startTime;

	/** No process had this id; one that gets it later is another one. */
	private final boolean isNone;

	/** Whether it was asked for without {@code /proc}, and was there, and when. */
	private volatile boolean wasThere;

	private volatile long askedAt;

	private KnownProcess(String proc, long pid, String startTime) {
		this.proc = proc;
		this.pid = pid;
		this.startTime = startTime;
		this.isNone = startTime.isEmpty() && !exists();
	}

	/**
	 * Know the process that has this id now.
	 * @param pid the process id
	 * @return the process, which may be gone already
	 */
	public static KnownProcess of(long pid) {
		return of(PROC, pid);
	}

	static KnownProcess of(String proc, long pid) {
		return new KnownProcess(proc, pid, field(stat(proc + "/" + pid), START_TIME));
	}

	/**
	 * Know a process that another one has described.
	 * @param text what {@link #format()} has returned
	 * @return the process, which may be gone already; {@code null} if the text describes
	 * none
	 */
	public static @Nullable KnownProcess parse(@Nullable String text) {
		int dash = (text != null) ? text.indexOf('-') : -1;
		if (text == null || dash <= 0) {
			return null;
		}
		try {
			return new KnownProcess(PROC, Long.parseLong(text.substring(0, dash)), text.substring(dash + 1));
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * Describe this process to another one.
	 * @return its id and when it was started
	 */
	public String format() {
		return this.pid + "-" + this.startTime;
	}

	/**
	 * Return the ids of all processes that can be seen.
	 * @return the ids; none if {@code /proc} cannot be read
	 */
	public static List<Long> all() {
		List<Long> pids = new ArrayList<>();
		String[] names = new File(PROC).list();
		if (names != null) {
			for (String name : names) {
				if (Character.isDigit(name.charAt(0))) {
					pids.add(Long.valueOf(name));
				}
			}
		}
		return pids;
	}

	/**
	 * Find out why {@code /proc} does not tell of this process.
	 * @return the end of a sentence that says "because"; {@code null} if it does, or is
	 * not there
	 */
	public static @Nullable String findForeignProc() {
		Path self = Path.of(PROC, "self");
		String own = String.valueOf(ProcessHandle.current().pid());
		try {
			if (!Files.exists(self, LinkOption.NOFOLLOW_LINKS) || Files.readSymbolicLink(self).toString().equals(own)) {
				return null;
			}
		}
		catch (IOException ex) {
			// no process of that namespace
		}
		return PROC
				+ " is that of another PID namespace, where other processes have the ids of this one; mount it anew, "
				+ "as unshare --mount-proc does";
	}

	/**
	 * Return the environment with which a process was started.
	 * @param pid its process id
	 * @return the variables, each after a zero byte; empty if it is gone, or runs as
	 * another user
	 */
	public static String environment(long pid) {
		try (FileInputStream in = new FileInputStream(PROC + "/" + pid + "/environ")) {
			return "\0" + new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * Return what the kernel tells of a process in a file.
	 * @param pid its process id
	 * @param file the file, in the directory of the process
	 * @return each byte as a character; empty if it cannot be read
	 */
	public static String text(long pid, String file) {
		try (FileInputStream in = new FileInputStream(PROC + "/" + pid + "/" + file)) {
			return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * Return whether a text is in the environment with which a process was started,
	 * however large that is.
	 * @param pid its process id
	 * @param text the text, in which a zero byte is before each variable
	 * @return {@code false} too if it is gone, or runs as another user
	 */
	public static boolean hasInEnvironment(long pid, String text) {
		try (FileInputStream in = new FileInputStream(PROC + "/" + pid + "/environ")) {
			byte[] bytes = new byte[4096];
			String read = "\0";
			for (int length = in.read(bytes); length > 0; length = in.read(bytes)) {
				read += new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
				if (read.contains(text)) {
					return true;
				}
				read = read.substring(Math.max(0, read.length() - text.length()));
			}
		}
		catch (IOException ex) {
			// as if it had none
		}
		return false;
	}

	/**
	 * Return the command line of a process, byte for byte: Java has no text for it in the
	 * POSIX locale, and {@link ProcessHandle} drops empty arguments.
	 * @param pid its process id
	 * @return the program and its arguments; empty if it is a zombie
	 * @throws IOException if it cannot be read
	 */
	public static List<byte[]> commandLine(long pid) throws IOException {
		try (FileInputStream in = new FileInputStream(PROC + "/" + pid + "/cmdline")) {
			byte[] bytes = in.readAllBytes();
			List<byte[]> arguments = new ArrayList<>();
			int from = 0;
			for (int i = 0; i < bytes.length; i++) {
				if (bytes[i] == 0) {
					arguments.add(Arrays.copyOfRange(bytes, from, i));
					from = i + 1;
				}
			}
			return arguments;
		}
	}

	/**
	 * Return whether a process has a handler for a signal.
	 * @param pid the process id
	 * @param signal the number of the signal
	 * @return {@code false} in doubt: without a handler the signal may end the process
	 */
	public static boolean handles(long pid, int signal) {
		String status = text(pid, "status");
		try {
			int from = status.indexOf(CAUGHT) + CAUGHT.length();
			long mask = Long.parseUnsignedLong(status, from, from + MASK_LENGTH, 16);
			return status.contains(CAUGHT) && (mask >>> (signal - 1) & 1) != 0;
		}
		catch (IndexOutOfBoundsException | NumberFormatException ex) {
			return false;
		}
	}

	/**
	 * Return the process id.
	 * @return the process id
	 */
	public long pid() {
		return this.pid;
	}

	/**
	 * Return whether the process is gone: no process has its number, or only a zombie
	 * without any other thread, or another process. The state in {@code /proc/<pid>/stat}
	 * is that of the first thread: while another one lives, the process holds its ports,
	 * locks and memory.
	 * @return whether nothing of it runs; {@code false} in doubt
	 */
	public boolean isGone() {
		String stat = stat();
		return isAbsent(stat) || (hasEnded(stat) && isAlone(stat));
	}

	/**
	 * Wait for its end.
	 * @param nanos how long at most
	 * @return whether it is gone; an interrupt ends the wait, and stays set
	 */
	public boolean isGoneWithin(long nanos) {
		long since = System.nanoTime();
		while (!isGone()) {
			if (System.nanoTime() - since >= nanos) {
				return false;
			}
			try {
				Thread.sleep(5);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return isGone();
			}
		}
		return true;
	}

	/**
	 * Return what state the process is in now, such as {@code S}: that of its first
	 * thread or, if that has ended, of another one that is left.
	 * @return its state, {@link #DEAD} if it is not there, {@link #UNKNOWN} if it is, or
	 * may be, and its state cannot be read
	 */
	public char state() {
		String stat = stat();
		if (isAbsent(stat)) {
			return DEAD;
		}
		if (hasEnded(stat) && !isAlone(stat)) {
			stat = threadLeft();
		}
		String state = field(stat, STATE);
		return state.isEmpty() ? UNKNOWN : state.charAt(0);
	}

	/**
	 * Return which thread keeps a process whose first thread has ended.
	 * @return its id, name and state; empty if the first thread lives, or none does
	 */
	public String lastThread() {
		String stat = stat();
		if (isAbsent(stat) || !hasEnded(stat) || isAlone(stat)) {
			return "";
		}
		String thread = threadLeft();
		return thread.isEmpty() ? ""
				: thread.substring(0, thread.lastIndexOf(')') + 1) + ", state " + field(thread, STATE);
	}

	private boolean isAbsent(String stat) {
		if (this.isNone) {
			return true;
		}
		String startTime = field(stat, START_TIME);
		return startTime.isEmpty() ? !exists() : (!this.startTime.isEmpty() && !startTime.equals(this.startTime));
	}

	private static boolean hasEnded(String stat) {
		String state = field(stat, STATE);
		return state.equals("Z") || state.equals("X") || state.equals("x");
	}

	/**
	 * Whether the first thread is the only one: it stays until the others are gone.
	 */
	private static boolean isAlone(String stat) {
		String threads = field(stat, THREADS);
		return threads.equals("1") || threads.equals("0");
	}

	/**
	 * Return the line of a thread that has not ended, if possible of one that the kernel
	 * holds: that is the one to wait for.
	 */
	private String threadLeft() {
		String task = this.proc + "/" + this.pid + "/task";
		String[] threads = new File(task).list();
		String left = "";
		if (threads != null) {
			for (String thread : threads) {
				String stat = stat(task + "/" + thread);
				if (field(stat, STATE).equals("D")) {
					return stat;
				}
				if (!stat.isEmpty() && !hasEnded(stat)) {
					left = stat;
				}
			}
		}
		return left;
	}

	/**
	 * Return whether the process is there, or may be. Takes no descriptor;
	 * {@link ProcessHandle#of(long)} takes one, and sees nothing without {@code /proc}.
	 */
	private boolean exists() {
		if (new File(this.proc + "/" + this.pid).exists()) {
			return true;
		}
		// one that was seen and is not seen any more, by a process that still sees itself
		boolean isVisible = !this.startTime.isEmpty();
		return !(isVisible && new File(this.proc + "/self").exists()) && canBeSignalled();
	}

	/**
	 * Ask the kernel in another way: {@code /proc} may not be mounted, or hide processes.
	 */
	private boolean canBeSignalled() {
		if (!this.wasThere || System.nanoTime() - this.askedAt >= ASK_AGAIN_AFTER) {
			this.wasThere = !isUnknownToKill(this.pid);
			this.askedAt = System.nanoTime();
		}
		return this.wasThere;
	}

	private static boolean isUnknownToKill(long pid) {
		try {
			ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "kill -0 " + pid);
			builder.environment().put("LC_ALL", "C");
			Process kill = ProgramStart.start(builder);
			if (!kill.waitFor(1, TimeUnit.SECONDS)) {
				kill.destroyForcibly();
				return false;
			}
			byte[] message = kill.getErrorStream().readNBytes(1024);
			// any other failure, such as a missing permission, is no proof
			return kill.exitValue() != 0
					&& new String(message, StandardCharsets.ISO_8859_1).contains("No such process");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (IOException | OutOfMemoryError ex) {
			// no shell, no descriptor, no thread: it cannot be known
			return false;
		}
	}

	/**
	 * Return a field of {@code /proc/<pid>/stat} after the name.
	 * @param pid the process id
	 * @param number which one, counted from 1 as in {@code proc(5)}; 3 is the first
	 * @return the field, empty if it cannot be read
	 */
	public static String stat(long pid, int number) {
		return field(stat(PROC + "/" + pid), number);
	}

	/**
	 * Return a field of such a line.
	 * @param stat the line
	 * @param number which one, as above
	 * @return the field, empty if it is not there
	 */
	public static String field(String stat, int number) {
		// the second field is the name in parentheses, which may contain anything
		int from = stat.lastIndexOf(')') + 2;
		for (int i = STATE; i < number && from > 1; i++) {
			from = stat.indexOf(' ', from) + 1;
		}
		int to = (from > 1) ? stat.indexOf(' ', from) : -1;
		return (to > from) ? stat.substring(from, to) : "";
	}

	/**
	 * Return the whole line. The kernel gives it in one piece, and it is shorter than
	 * that.
	 * @param directory that of the process, or of one of its threads
	 * @return the line, empty if there is none
	 */
	public static String stat(String directory) {
		byte[] bytes = new byte[1024];
		try (FileInputStream in = new FileInputStream(directory + "/stat")) {
			int length = in.read(bytes);
			return new String(bytes, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

	private String stat() {
		return stat(this.proc + "/" + this.pid);
	}

}
