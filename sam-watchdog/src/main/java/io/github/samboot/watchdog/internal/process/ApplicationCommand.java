package io.github.samboot.watchdog.internal.process;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.process.PlatformCharset;
import io.github.samboot.core.internal.process.ProgramStart;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FastStart;

/**
 * How each instance of the application is started: the user's command line, byte for
 * byte, in the user's environment.
 */
public final class ApplicationCommand {

	/** What the watchdog needs besides the environment, roughly. */
	private static final long HEAP_WITHOUT_ENVIRONMENT = 2 << 20;

	/** What the JDK takes for each variable while it starts a process, measured. */
	private static final long HEAP_PER_VARIABLE = 270;

	private static final String[] OUT_OF_MEMORY_FLAGS = { "ExitOnOutOfMemoryError", "CrashOnOutOfMemoryError",
			"OnOutOfMemoryError=" };

	private final List<byte[]> arguments;

	private final FailedStarts failedStarts = new FailedStarts();

	private final FastStart fastStart = new FastStart();

	private String[] withheld = {};

	public ApplicationCommand(List<byte[]> arguments) {
		this.arguments = arguments;
	}

	/**
	 * Return the command on this watchdog's own command line.
	 * @param length the number of its last arguments
	 * @return the command
	 * @throws IOException if the command line cannot be read
	 */
	public static ApplicationCommand ownLast(int length) throws IOException {
		List<byte[]> all = KnownProcess.commandLine(ProcessHandle.current().pid());
		return new ApplicationCommand(withMemoryFlag(new ArrayList<>(all.subList(all.size() - length, all.size()))));
	}

	/**
	 * Return the command with which a process was started.
	 * @param pid the process
	 * @return the command
	 * @throws IOException if the command line cannot be read
	 */
	public static ApplicationCommand of(long pid) throws IOException {
		List<byte[]> arguments = FastStart.plain(KnownProcess.commandLine(pid));
		if (arguments.isEmpty()) {
			throw new IOException("The command line of process " + pid + " is empty");
		}
		String executable = ProcessHandle.of(pid).flatMap((process) -> process.info().command()).orElse("");
		arguments.set(0, executable(arguments.get(0), executable));
		return new ApplicationCommand(withMemoryFlag(arguments));
	}

	/**
	 * Return the command that starts another watchdog like this one.
	 * @return JVM, its options, class path and main class, and where JNA is; empty if it
	 * cannot be read
	 */
	public static List<String> ofWatchdog() {
		try {
			List<byte[]> own = KnownProcess.commandLine(ProcessHandle.current().pid());
			return ofWatchdog(JavaCommandLine.texts(own, StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			// a new watchdog is found in another way
			return List.of();
		}
	}

	static List<String> ofWatchdog(List<String> own) {
		List<String> command = new ArrayList<>(JavaCommandLine.of(own).upToMain());
		command.add(0, System.getProperty("java.home") + "/bin/java");
		for (String argument : own.subList(command.size(), own.size())) {
			if (argument.equals("--")) {
				break;
			}
			if (argument.startsWith("--jna=")) {
				command.add(argument);
			}
		}
		return command;
	}

	/**
	 * A bare name may be looked up elsewhere than where the process came from. But what
	 * the kernel knows as that is a file that an upgrade may have removed, and the user's
	 * own path leads to the new one.
	 */
	static byte[] executable(byte[] name, String executable) {
		String text = text(name);
		if (!text.endsWith("java") || text.indexOf('/') >= 0) {
			return name;
		}
		String deleted = " (deleted)";
		String path = executable.endsWith(deleted) ? executable.substring(0, executable.length() - deleted.length())
				: executable;
		return new File(path).isFile() ? path.getBytes(PlatformCharset.get()) : name;
	}

	/**
	 * A JVM that is out of memory tends to live on as a zombie: let it exit, unless the
	 * user has decided otherwise. As the first option it yields to every later one.
	 */
	static List<byte[]> withMemoryFlag(List<byte[]> arguments) {
		if (!JavaCommandLine.isJava(text(arguments.get(0)))) {
			return arguments;
		}
		for (byte[] argument : arguments) {
			if (decidesOutOfMemory(text(argument))) {
				return arguments;
			}
		}
		for (String variable : Entry.VARIABLES) {
			String own = System.getenv(variable);
			String saved = System.getenv(WatchdogAddress.SAVED_PREFIX + variable);
			if ((own != null && decidesOutOfMemory(own)) || (saved != null && decidesOutOfMemory(saved))) {
				return arguments;
			}
		}
		arguments.add(1, Entry.EXIT_ON_OUT_OF_MEMORY.getBytes(StandardCharsets.US_ASCII));
		return arguments;
	}

	private static boolean decidesOutOfMemory(String text) {
		for (String flag : OUT_OF_MEMORY_FLAGS) {
			int at = text.indexOf(flag);
			// HeapDumpOnOutOfMemoryError decides nothing
			if (at > 0 && "+-:".indexOf(text.charAt(at - 1)) >= 0) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return what instances may start from.
	 * @return what was prepared for this command
	 */
	public FastStart fastStart() {
		return this.fastStart;
	}

	/**
	 * Return how the next process is to be started.
	 */
	FastStart.How how() {
		List<String> command = forProcessBuilder(this.arguments, PlatformCharset.get());
		if (!this.fastStart.isUsed()) {
			return new FastStart.How(command, "", "");
		}
		boolean isSaved = System.getenv(WatchdogAddress.EXEC_MARKER) != null;
		Map<String, String> variables = new HashMap<>();
		for (String variable : Entry.VARIABLES) {
			String saved = isSaved ? System.getenv(WatchdogAddress.SAVED_PREFIX + variable) : null;
			String value = (saved != null) ? saved : System.getenv(variable);
			if (value != null) {
				variables.put(variable, value);
			}
		}
		return this.fastStart.find(command, variables);
	}

	/**
	 * Start a process.
	 * @param how the command
	 * @param address what the instance needs to find this watchdog
	 * @param prefix what to put in front of the command
	 * @param standby whether it is a spare: {@code warm}, {@code hot} or {@code none}
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	Process start(FastStart.How how, WatchdogAddress address, List<String> prefix, String standby) throws IOException {
		List<String> command = new ArrayList<>(prefix);
		command.addAll(how.command());
		ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
		restore(builder.environment());
		for (String variable : this.withheld) {
			builder.environment().remove(variable);
		}
		builder.environment().put(WatchdogAddress.ENVIRONMENT, address.format());
		builder.environment().put(WatchdogAddress.STARTER, KnownProcess.of(ProcessHandle.current().pid()).format());
		if (!standby.equals("none")) {
			builder.environment().put(WatchdogAddress.SPARE, standby);
		}
		return ProgramStart.start(builder);
	}

	/**
	 * Withhold variables that are meant for the watchdog.
	 * @param variables their names
	 */
	public void withhold(String... variables) {
		this.withheld = variables;
	}

	FailedStarts failedStarts() {
		return this.failedStarts;
	}

	/**
	 * Return whether the heap has room to pass the environment on to an instance. It is
	 * estimated: after the JDK has once decoded an environment that is too large, there
	 * is no heap left to report it.
	 * @return {@code true} also if the environment cannot be read
	 */
	public static boolean hasRoomForEnvironment() {
		long size = 0;
		long variables = 0;
		try (InputStream in = new FileInputStream("/proc/self/environ")) {
			byte[] buffer = new byte[4096];
			for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
				size += length;
				for (int i = 0; i < length; i++) {
					if (buffer[i] == 0) {
						variables++;
					}
				}
			}
		}
		catch (IOException ex) {
			return true;
		}
		// two and a half copies of the bytes
		long needed = HEAP_WITHOUT_ENVIRONMENT + 5 * size / 2 + HEAP_PER_VARIABLE * variables;
		return needed <= Runtime.getRuntime().maxMemory();
	}

	/**
	 * Return the command line as the JVM reads it, where it names files.
	 * @return the program and its arguments
	 */
	public List<String> arguments() {
		return JavaCommandLine.texts(this.arguments, PlatformCharset.get());
	}

	/**
	 * Undo what was done to the environment for the watchdog's sake.
	 */
	static void restore(Map<String, String> environment) {
		environment.remove(WatchdogAddress.NONCE);
		environment.remove(WatchdogAddress.SPARE);
		if (environment.remove(WatchdogAddress.EXEC_MARKER) == null) {
			return;
		}
		for (String own : WatchdogAddress.OWN.keySet()) {
			environment.remove(own);
		}
		for (String name : new ArrayList<>(environment.keySet())) {
			if (name.startsWith(WatchdogAddress.SAVED_PREFIX)) {
				environment.put(name.substring(WatchdogAddress.SAVED_PREFIX.length()), environment.remove(name));
			}
		}
	}

	/**
	 * Return arguments that reach the process unchanged, though {@link ProcessBuilder}
	 * takes characters. Bytes that this JVM's locale cannot carry go through a shell that
	 * only puts them together and execs.
	 */
	static List<String> forProcessBuilder(List<byte[]> arguments, Charset charset) {
		List<String> texts = new ArrayList<>(arguments.size());
		for (byte[] argument : arguments) {
			String text = new String(argument, charset);
			if (!Arrays.equals(text.getBytes(charset), argument)) {
				return throughShell(arguments);
			}
			texts.add(text);
		}
		return texts;
	}

	private static List<String> throughShell(List<byte[]> arguments) {
		StringBuilder script = new StringBuilder();
		StringBuilder exec = new StringBuilder("exec");
		for (int i = 0; i < arguments.size(); i++) {
			// the shell cuts newlines off the end of a substitution: a dot protects them
			script.append('a').append(i).append("=$(printf '");
			for (byte octet : arguments.get(i)) {
				script.append('\\')
					.append((char) ('0' + ((octet >> 6) & 3)))
					.append((char) ('0' + ((octet >> 3) & 7)))
					.append((char) ('0' + (octet & 7)));
			}
			script.append(".'); ");
			exec.append(" \"${a").append(i).append("%.}\"");
		}
		return List.of("/bin/sh", "-c", script.append(exec).toString());
	}

	static String text(byte[] argument) {
		return new String(argument, StandardCharsets.ISO_8859_1);
	}

}
