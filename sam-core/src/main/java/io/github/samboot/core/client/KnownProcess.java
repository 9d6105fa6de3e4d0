package io.github.samboot.core.client;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One process, and not another one that got its id later.
 *
 * @param pid the process id
 * @param startTime when it was started, as {@code proc(5)} has it; empty if it was gone
 * already, or where there is no such file system
 */
record KnownProcess(long pid, String startTime) {

	private static final int STATE = 3;

	private static final int START_TIME = 22;

	static KnownProcess of(long pid) {
		return new KnownProcess(pid, field(stat(pid), START_TIME));
	}

	/**
	 * Return whether it has ended, even if nobody has asked for its exit status yet.
	 */
	boolean isGone() {
		if (this.startTime.isEmpty()) {
			return ProcessHandle.of(this.pid).filter(ProcessHandle::isAlive).isEmpty();
		}
		String stat = stat(this.pid);
		String state = field(stat, STATE);
		if (state.isEmpty()) {
			// for want of a descriptor nobody is declared dead
			return ProcessHandle.of(this.pid).isEmpty();
		}
		return state.equals("Z") || state.equals("X") || !field(stat, START_TIME).equals(this.startTime);
	}

	private static String stat(long pid) {
		try (FileInputStream in = new FileInputStream("/proc/" + pid + "/stat")) {
			return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * Return a field, counted from 1. The second is the name in parentheses, which may
	 * contain anything.
	 */
	private static String field(String stat, int number) {
		int from = stat.lastIndexOf(')') + 2;
		for (int i = STATE; i < number && from > 1; i++) {
			from = stat.indexOf(' ', from) + 1;
		}
		int to = (from > 1) ? stat.indexOf(' ', from) : -1;
		return (to > from) ? stat.substring(from, to) : "";
	}

}
