package io.github.samboot.watchdog.internal.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.internal.process.KnownProcess;

/**
 * Processes that have lost their parent and became children of this one, which is process
 * 1 of its namespace.
 */
public final class Orphans {

	private Orphans() {
	}

	/**
	 * Return an orphan that has ended and stays a zombie.
	 * @return its process id, 0 if there is none or that cannot be found out
	 */
	public static long zombie() {
		long own = ProcessHandle.current().pid();
		try {
			// the main thread starts no processes: all its children were given to it
			String children = Files.readString(Path.of("/proc/self/task/" + own + "/children"));
			for (String child : children.trim().split(" ")) {
				if (!child.isEmpty() && KnownProcess.state(Long.parseLong(child)) == 'Z') {
					return Long.parseLong(child);
				}
			}
		}
		catch (IOException | NumberFormatException ex) {
			// a kernel without that file
		}
		return 0;
	}

}
