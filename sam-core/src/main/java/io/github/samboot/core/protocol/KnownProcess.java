package io.github.samboot.core.protocol;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One process, and not another one that got its id later: how each side knows the process
 * of the other. What the kernel says about it is in {@code proc(5)}. Thread-safe.
 */
public final class KnownProcess {

	/** The state of what is not there; the kernel's own letter for it. */
	public static final char DEAD = 'X';

	/** The state of a process that cannot be read just now, for want of a descriptor. */
	public static final char UNKNOWN = '?';

	private static final int STATE = 3;

	private static final int START_TIME = 22;

	/** No process has it. */
	private static final String NEVER = "never";

	private final long pid;

	/** In clock ticks since boot; empty if it could not be read. */
	private final String startTime;

	private KnownProcess(long pid, String startTime) {
		this.pid = pid;
		this.startTime = startTime;
	}

	/**
	 * Know the process that has this id now.
	 * @param pid the process id
	 * @return the process, which may be gone already
	 */
	public static KnownProcess of(long pid) {
		String startTime = stat(pid, START_TIME);
		return new KnownProcess(pid, (startTime.isEmpty() && !exists(pid)) ? NEVER : startTime);
	}

	/**
	 * Return the process id.
	 * @return the process id
	 */
	public long pid() {
		return this.pid;
	}

	/**
	 * Return whether the process is gone: no process has its number, or only a zombie, or
	 * another process.
	 * @return whether nothing of it runs; {@code false} in doubt
	 */
	public boolean isGone() {
		char state = state();
		return state == DEAD || state == 'x' || state == 'Z';
	}

	/**
	 * Return what state the process is in now, such as {@code S}.
	 * @return its state, {@link #DEAD} if it is not there, {@link #UNKNOWN} if it is and
	 * its state cannot be read
	 */
	public char state() {
		String stat = stat(this.pid);
		String startTime = field(stat, START_TIME);
		boolean isOther = !startTime.isEmpty() && !this.startTime.isEmpty() && !startTime.equals(this.startTime);
		return isOther ? DEAD : state(this.pid, stat);
	}

	/**
	 * Return what state the process with this id is in now.
	 * @param pid the process id
	 * @return its state, as {@link #state()} returns it
	 */
	public static char state(long pid) {
		return state(pid, stat(pid));
	}

	private static char state(long pid, String stat) {
		String field = field(stat, STATE);
		if (!field.isEmpty()) {
			return field.charAt(0);
		}
		return exists(pid) ? UNKNOWN : DEAD;
	}

	/**
	 * Return a field of {@code /proc/<pid>/stat} after the name.
	 * @param pid the process id
	 * @param number which one, counted from 1 as in {@code proc(5)}; 3 is the first
	 * @return the field, empty if it cannot be read
	 */
	public static String stat(long pid, int number) {
		return field(stat(pid), number);
	}

	private static String field(String stat, int number) {
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
	 */
	private static String stat(long pid) {
		byte[] bytes = new byte[1024];
		try (FileInputStream in = new FileInputStream("/proc/" + pid + "/stat")) {
			int length = in.read(bytes);
			return new String(bytes, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * Takes no descriptor; {@link ProcessHandle#of(long)} takes one.
	 */
	private static boolean exists(long pid) {
		return new File("/proc/" + pid).exists();
	}

}
