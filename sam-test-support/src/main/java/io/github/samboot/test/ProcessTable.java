package io.github.samboot.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The processes of this machine, as {@code /proc} shows them. A process that only waits
 * to be reaped is gone.
 */
public final class ProcessTable {

	private static final Path PROC = Path.of("/proc");

	private ProcessTable() {
	}

	/**
	 * Return the processes that have an entry in their environment. They inherit it from
	 * the process that a test launched, whoever their parent is now.
	 * @param entry the entry, as {@code name=value}
	 * @return the processes
	 */
	public static List<Entry> withEnvironment(String entry) {
		byte[] wanted = (entry + "\0").getBytes(StandardCharsets.ISO_8859_1);
		List<Entry> found = new ArrayList<>();
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
			for (Path process : processes) {
				if (hasEnvironment(process, wanted)) {
					Entry read = read(Long.parseLong(process.getFileName().toString()));
					if (read != null) {
						found.add(read);
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return found;
	}

	/**
	 * Tests look at all processes many times a second, so this makes no strings.
	 */
	private static boolean hasEnvironment(Path process, byte[] wanted) {
		byte[] all;
		try {
			all = Files.readAllBytes(process.resolve("environ"));
		}
		catch (IOException ex) {
			return false;
		}
		for (int at = 0; at <= all.length - wanted.length; at++) {
			if ((at == 0 || all[at - 1] == 0) && Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return one process.
	 * @param pid its id
	 * @return the process, {@code null} if it is gone
	 */
	public static @Nullable Entry read(long pid) {
		Path process = PROC.resolve(Long.toString(pid));
		try {
			String[] fields = stat(process);
			return (fields != null) ? new Entry(pid, Long.parseLong(fields[1]), fields[0].charAt(0),
					strings(process.resolve("cmdline"))) : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** What follows the name of a process, {@code null} if it only waits to be reaped. */
	private static String @Nullable [] stat(Path process) throws IOException {
		// the name in brackets may contain anything; what follows the last one is regular
		String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
		String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
		char state = fields[0].charAt(0);
		// the state is that of the first thread; another one may live
		return ((state == 'Z' || state == 'X') && Integer.parseInt(fields[17]) <= 1) ? null : fields;
	}

	/**
	 * Return whether a process has ended. One that only waits to be reaped has; one of
	 * which a thread lives has not.
	 * @param pid its id
	 * @return whether it is gone
	 */
	public static boolean isGone(long pid) {
		try {
			return stat(PROC.resolve(Long.toString(pid))) == null;
		}
		catch (IOException ex) {
			return true;
		}
	}

	/**
	 * Return the environment that a process was started with.
	 * @param pid its id
	 * @return the entries, none if it is gone
	 */
	public static List<String> environment(long pid) {
		return environment(PROC.resolve(Long.toString(pid)));
	}

	/**
	 * Return the working directory of a process.
	 * @param pid its id
	 * @return the directory
	 * @throws IOException if the process is gone
	 */
	public static Path workingDirectory(long pid) throws IOException {
		return Files.readSymbolicLink(PROC.resolve(Long.toString(pid)).resolve("cwd"));
	}

	private static List<String> environment(Path process) {
		try {
			return strings(process.resolve("environ"));
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	/**
	 * Bytes, not characters: what is compared is what the kernel was given.
	 */
	private static List<String> strings(Path file) throws IOException {
		String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
		if (content.isEmpty()) {
			return List.of();
		}
		String[] strings = content.substring(0, content.length() - 1).split("\0", -1);
		return Arrays.asList(strings);
	}

	/**
	 * Send a signal.
	 * @param signal its name without SIG
	 * @param pids the processes; it is no fault if they are gone
	 */
	public static void signal(String signal, long... pids) {
		StringBuilder command = new StringBuilder("kill -" + signal);
		for (long pid : pids) {
			command.append(' ').append(pid);
		}
		try {
			BoundedProcess.run(List.of("/bin/sh", "-c", command.toString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return how many descriptors or threads a process has.
	 * @param pid the process
	 * @param kind {@code fd} or {@code task}
	 * @return the number, 0 if the process is gone
	 */
	public static int entries(long pid, String kind) {
		String[] names = PROC.resolve(pid + "/" + kind).toFile().list();
		return (names != null) ? names.length : 0;
	}

	/**
	 * Return how often the threads of a process have gone to sleep.
	 * @param pid the process
	 * @return the number of voluntary context switches
	 */
	public static long wakeUps(long pid) {
		long wakeUps = 0;
		try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
			for (Path thread : threads) {
				try {
					wakeUps += number(thread.resolve("status"), "voluntary_ctxt_switches");
				}
				catch (UncheckedIOException ex) {
					// it has ended meanwhile
				}
			}
			return wakeUps;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return how much memory a process has.
	 * @param pid the process
	 * @param kind the line of its status, such as {@code VmRSS}
	 * @return the memory in KiB
	 */
	public static long memory(long pid, String kind) {
		return number(PROC.resolve(pid + "/status"), kind);
	}

	private static long number(Path status, String name) {
		try {
			for (String line : Files.readAllLines(status)) {
				if (line.startsWith(name + ":")) {
					return Long.parseLong(line.substring(name.length() + 1).strip().split(" ")[0]);
				}
			}
			throw new IllegalStateException("No " + name + " in " + status);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return how many sockets listen on a TCP port.
	 * @param port the port
	 * @return the number
	 */
	public static int listeners(int port) {
		String suffix = ":%04X".formatted(port);
		int listeners = 0;
		for (String table : List.of("net/tcp", "net/tcp6")) {
			try {
				for (String line : Files.readAllLines(PROC.resolve(table), StandardCharsets.US_ASCII)) {
					String[] fields = line.strip().split(" +");
					if (fields.length > 3 && fields[1].endsWith(suffix) && fields[3].equals("0A")) {
						listeners++;
					}
				}
			}
			catch (IOException ex) {
				// a machine without IPv6
			}
		}
		return listeners;
	}

	private static String target(Path descriptor) throws IOException {
		try {
			return Files.readSymbolicLink(descriptor).toString();
		}
		catch (NoSuchFileException ex) {
			// closed meanwhile
			return "";
		}
	}

	/**
	 * Return on how many TCP ports a process listens.
	 * @param pid the process
	 * @return the number
	 */
	public static int listening(long pid) {
		Set<String> sockets = new HashSet<>();
		try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
			for (Path descriptor : descriptors) {
				String target = target(descriptor);
				if (target.startsWith("socket:[")) {
					sockets.add(target.substring("socket:[".length(), target.length() - 1));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		int listening = 0;
		for (String table : List.of("net/tcp", "net/tcp6")) {
			try {
				for (String line : Files.readAllLines(PROC.resolve(pid + "/" + table), StandardCharsets.US_ASCII)) {
					String[] fields = line.strip().split(" +");
					if (fields.length > 9 && fields[3].equals("0A") && sockets.contains(fields[9])) {
						listening++;
					}
				}
			}
			catch (IOException ex) {
				// a machine without IPv6
			}
		}
		return listening;
	}

	/**
	 * One process.
	 *
	 * @param pid its id
	 * @param parent the id of its parent
	 * @param state its state, as in {@code ps}
	 * @param command its command line, bytes as characters
	 */
	public record Entry(long pid, long parent, char state, List<String> command) {

		/**
		 * Return whether a JVM runs in it.
		 * @return whether it is one
		 */
		public boolean isJava() {
			return !this.command.isEmpty() && this.command.get(0).endsWith("java");
		}

		/**
		 * Return whether it is a watchdog.
		 * @return whether it is one
		 */
		public boolean isWatchdog() {
			return isJava() && this.command.stream()
				.takeWhile((argument) -> !argument.equals("--"))
				.anyMatch((argument) -> argument.endsWith("samboot.watchdog.Main")
						|| argument.endsWith("sam-watchdog.jar"));
		}

		@Override
		public String toString() {
			return this.pid + " (parent " + this.parent + ", " + this.state + ") " + String.join(" ", this.command);
		}

	}

}
