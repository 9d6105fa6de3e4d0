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
		char state = state(this.pid);
		if (state == DEAD || state == 'x' || state == 'Z') {
			return true;
		}
		String startTime = stat(this.pid, START_TIME);
		return !startTime.isEmpty() && !this.startTime.isEmpty() && !startTime.equals(this.startTime);
	}

	/**
	 * Return what state the process with this id is in now, such as {@code S}.
	 * @param pid the process id
	 * @return its state, {@link #DEAD} if there is no such process, {@link #UNKNOWN} if
	 * there is one whose state cannot be read
	 */
	public static char state(long pid) {
		String field = stat(pid, STATE);
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
		String stat = read("/proc/" + pid + "/stat");
		// the second field is the name in parentheses, which may contain anything
		int from = stat.lastIndexOf(')') + 2;
		for (int i = STATE; i < number && from > 1; i++) {
			from = stat.indexOf(' ', from) + 1;
		}
		int to = (from > 1) ? stat.indexOf(' ', from) : -1;
		return (to > from) ? stat.substring(from, to) : "";
	}

	/**
	 * Needs no descriptor, as {@link ProcessHandle#of(long)} does.
	 */
	private static boolean exists(long pid) {
		return new File("/proc/" + pid).exists();
	}

	private static String read(String file) {
		try (FileInputStream in = new FileInputStream(file)) {
			return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

}
