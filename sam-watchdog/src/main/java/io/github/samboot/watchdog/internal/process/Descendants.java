package io.github.samboot.watchdog.internal.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.WatchdogAddress;

/**
 * The processes that an instance has started and left behind. They have inherited what
 * only its environment contains, its secret; what was started with another environment is
 * not known, and is left alone.
 */
public final class Descendants {

	private static final long PATIENCE = 2_000_000_000;

	private static final long PAUSE = 5_000_000;

	private static final int MOST_NAMES = 5;

	private static final int MOST_DESCRIPTORS = 2000;

	private static final int MOST_LISTENING = 1000;

	private static final String VARIABLE = "\0" + WatchdogAddress.ENVIRONMENT + "=";

	/** Of a socket in {@code /proc/net/tcp}. */
	private static final String LISTENS = "0A";

	private static final String UNKNOWN_PORTS = ", ports unknown";

	private Descendants() {
	}

	/**
	 * Return the secret that a running process passes on to those it starts.
	 * @param pid its process id
	 * @return the secret, empty if no watchdog started it
	 */
	public static String secret(long pid) {
		String environment = KnownProcess.environment(pid);
		int from = environment.indexOf(VARIABLE) + VARIABLE.length();
		int to = environment.indexOf(':', from);
		return (from < VARIABLE.length() || to < 0) ? "" : environment.substring(from, to);
	}

	/**
	 * Send SIGKILL to the processes that an instance has left, until none is.
	 * @param secret the secret of the instance, whose process has ended
	 * @return what was done, as a sentence; empty if there were none
	 */
	public static String end(String secret) {
		List<ApplicationProcess> left = find(secret);
		if (left.isEmpty()) {
			return "";
		}
		// the ports would take too long: nothing is started meanwhile
		String names = names(left, false);
		// not before: to look through all processes takes long on a busy machine
		long start = System.nanoTime();
		while (!left.isEmpty() && System.nanoTime() - start < PATIENCE) {
			List<ApplicationProcess> known = left;
			left = new ArrayList<>();
			for (ApplicationProcess process : known) {
				process.kill();
			}
			LockSupport.parkNanos(PAUSE);
			for (ApplicationProcess process : known) {
				// its environment is gone before its ports and locks are
				if (!process.isGone()) {
					left.add(process);
				}
			}
			left = left.isEmpty() ? find(secret) : left;
		}
		return "Ended what the last instance had left: " + names + "."
				+ (left.isEmpty() ? "" : " Still there after SIGKILL: " + names(left, false) + ".");
	}

	/**
	 * Tell which processes an instance has left.
	 * @param secret the secret of the instance, whose process has ended
	 * @return a sentence, empty if there are none
	 */
	public static String tell(String secret) {
		List<ApplicationProcess> left = find(secret);
		return left.isEmpty() ? ""
				: "The last instance has left: " + names(left, true) + ". SAM leaves them alone; with"
						+ " sam.restart.end-descendants=true they are ended before the next instance is started.";
	}

	static List<ApplicationProcess> find(String secret) {
		List<ApplicationProcess> found = new ArrayList<>();
		if (secret.isEmpty()) {
			return found;
		}
		// a watchdog that an instance has started for a lost one has it too
		long own = ProcessHandle.current().pid();
		String mark = VARIABLE + secret + ":";
		for (long pid : KnownProcess.all()) {
			// known before its environment is read: what is signalled is this very
			// process
			ApplicationProcess process = ApplicationProcess.adopt(pid);
			if (pid != own && KnownProcess.hasInEnvironment(pid, mark) && !process.isGone()) {
				found.add(process);
			}
		}
		return found;
	}

	private static String names(List<ApplicationProcess> processes, boolean withPorts) {
		StringBuilder names = new StringBuilder();
		for (ApplicationProcess process : processes.subList(0, Math.min(processes.size(), MOST_NAMES))) {
			names.append((names.length() != 0) ? ", " : "").append("process ").append(process.pid());
			String name = KnownProcess.text(process.pid(), "comm").trim();
			names.append(" (").append(name.isEmpty() ? "?" : name);
			names.append(withPorts ? ports("/proc/" + process.pid()) : "").append(')');
		}
		int more = processes.size() - MOST_NAMES;
		return (more > 0) ? names + " and " + more + " more" : names.toString();
	}

	/**
	 * Within bounds, for the heap is small: a machine may have a million sockets.
	 * @param process the directory of a process in {@code /proc}
	 * @return part of a sentence, empty if it listens on none
	 */
	static String ports(String process) {
		StringBuilder sockets = new StringBuilder();
		int count = 0;
		try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of(process, "fd"))) {
			for (Path descriptor : descriptors) {
				if (++count > MOST_DESCRIPTORS) {
					return UNKNOWN_PORTS;
				}
				try {
					sockets.append(Files.readSymbolicLink(descriptor));
				}
				catch (IOException ex) {
					// closed meanwhile
				}
			}
			StringBuilder ports = new StringBuilder();
			boolean isComplete = addPorts(ports, sockets, process + "/net/tcp")
					&& addPorts(ports, sockets, process + "/net/tcp6");
			return !isComplete ? UNKNOWN_PORTS : (ports.length() == 0) ? "" : ", listens on port" + ports;
		}
		catch (IOException | DirectoryIteratorException ex) {
			// it has ended, or is another user's
			return "";
		}
	}

	/**
	 * Sockets that listen come first, says {@code proc_net_tcp} in the kernel's
	 * documentation: of all the others no more than one line is read.
	 * @return whether it was read as far as that
	 */
	private static boolean addPorts(StringBuilder ports, StringBuilder sockets, String file) {
		try (BufferedReader lines = Files.newBufferedReader(Path.of(file), StandardCharsets.ISO_8859_1)) {
			lines.readLine();
			for (int i = 0; i < MOST_LISTENING; i++) {
				String line = lines.readLine();
				if (line == null) {
					return true;
				}
				StringTokenizer fields = new StringTokenizer(line);
				fields.nextToken();
				String address = fields.nextToken();
				fields.nextToken();
				if (!fields.nextToken().equals(LISTENS)) {
					return true;
				}
				for (int j = 0; j < 5; j++) {
					fields.nextToken();
				}
				if (sockets.indexOf("socket:[" + fields.nextToken() + "]") >= 0) {
					int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
					ports.append(' ').append(port);
				}
			}
			return false;
		}
		catch (IOException ex) {
			// no IPv6, or it has ended
			return true;
		}
	}

}
