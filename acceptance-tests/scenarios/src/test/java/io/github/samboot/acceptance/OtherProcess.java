package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;

/**
 * What is done to another process by system calls that Java lacks.
 */
final class OtherProcess {

	static final int SIGHUP = 1;

	static final int SIGINT = 2;

	static final int SIGKILL = 9;

	static final int SIGTERM = 15;

	static final int SIGCONT = 18;

	static final int SIGSTOP = 19;

	private static final NativeLibrary LIBRARY = NativeLibrary.getInstance("c");

	private static final long PIDFD_OPEN = 434;

	private static final long PIDFD_GETFD = 438;

	private static final int BOTH = 2;

	private OtherProcess() {
	}

	/**
	 * Send a signal, at once: a program that does it takes its time.
	 * @param pid the process; it is no fault if it is gone
	 * @param signal the number of the signal
	 */
	static void signal(long pid, int signal) {
		LIBRARY.getFunction("kill").invokeInt(new Object[] { (int) pid, signal });
	}

	/**
	 * Return the descriptors of accepted connections.
	 * @param pid a process that listens on a unix-domain socket
	 * @return the descriptors
	 */
	static List<Integer> connections(long pid) {
		List<Integer> found = new ArrayList<>();
		try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
			List<String> sockets = Files.readAllLines(Path.of("/proc/net/unix"));
			for (Path descriptor : descriptors) {
				String target = target(descriptor);
				if (target.startsWith("socket:[")) {
					String inode = target.substring("socket:[".length(), target.length() - 1);
					// only what was accepted has the path and is connected
					if (sockets.stream().anyMatch((line) -> line.contains(" 03 " + inode + " /"))) {
						found.add(Integer.valueOf(descriptor.getFileName().toString()));
					}
				}
			}
		}
		catch (IOException ex) {
			// it has ended
		}
		return found;
	}

	private static String target(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).toString();
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * Cut a connection. The process learns of it as it would of any broken one.
	 * @param pid the process
	 * @param descriptor its descriptor
	 * @return whether it was cut
	 */
	static boolean cut(long pid, int descriptor) {
		Function syscall = LIBRARY.getFunction("syscall");
		Function close = LIBRARY.getFunction("close");
		int process = syscall.invokeInt(new Object[] { PIDFD_OPEN, pid, 0L });
		if (process < 0) {
			return false;
		}
		int copy = syscall.invokeInt(new Object[] { PIDFD_GETFD, (long) process, (long) descriptor, 0L });
		boolean cut = copy >= 0 && LIBRARY.getFunction("shutdown").invokeInt(new Object[] { copy, BOTH }) == 0;
		if (copy >= 0) {
			close.invokeInt(new Object[] { copy });
		}
		close.invokeInt(new Object[] { process });
		return cut;
	}

}
