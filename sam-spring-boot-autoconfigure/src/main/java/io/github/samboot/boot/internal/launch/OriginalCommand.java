package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.core.internal.process.KnownProcess;
import org.jspecify.annotations.Nullable;

/**
 * The command that started this process, byte for byte as the kernel keeps it.
 */
final class OriginalCommand {

	private OriginalCommand() {
	}

	/**
	 * Read the command of this process.
	 * @return all after the name of the program, in {@link NativeExec#BYTES}
	 * @throws IOException if the kernel does not tell
	 */
	static List<String> arguments() throws IOException {
		List<byte[]> words = KnownProcess.commandLine(ProcessHandle.current().pid());
		return JavaCommandLine.texts(words, NativeExec.BYTES).stream().skip(1).toList();
	}

	/**
	 * Find out why the command of this process could not be given again.
	 * @return the end of a sentence that says "because", {@code null} if it could
	 */
	static @Nullable String findObstacle() {
		String machine = System.getProperty("java.vm.name", "");
		if (isOtherMachine(machine)) {
			return "its JVM is " + machine + ", and the watchdog needs one with HotSpot";
		}
		Path java = WatchdogCommand.java();
		if (!Files.isExecutable(java)) {
			return "its runtime has no java command (" + java + ")";
		}
		try {
			// an application image has a launcher of its own, which would start the
			// application where a watchdog is meant
			if (!Files.isSameFile(java, Path.of("/proc/self/exe"))) {
				return "it was not started by " + java;
			}
			String argument = findUnrepeatable(arguments());
			return (argument != null) ? "its argument " + argument + " can be read only once; use a file instead"
					: null;
		}
		catch (IOException ex) {
			return "its command cannot be read: " + ex.getMessage();
		}
	}

	/**
	 * Return whether a JVM does not know the options of a watchdog.
	 */
	static boolean isOtherMachine(String name) {
		return name.contains("OpenJ9");
	}

	/**
	 * Find what a second process could not read again: the shell's
	 * <code>&lt;(command)</code> and other arguments that name an inherited descriptor.
	 * @param arguments all arguments
	 * @return the argument, {@code null} if the command can be replayed
	 */
	static @Nullable String findUnrepeatable(List<String> arguments) {
		return arguments.stream()
			.filter((argument) -> namesDescriptor(argument, "/dev/fd/") || namesDescriptor(argument, "/proc/self/fd/")
					|| argument.startsWith("@/dev/stdin"))
			.findFirst()
			.orElse(null);
	}

	private static boolean namesDescriptor(String text, String prefix) {
		int index = text.indexOf(prefix);
		if (index < 0) {
			return false;
		}
		int digits = index + prefix.length();
		if (digits == text.length()) {
			// the directory itself
			return false;
		}
		boolean single = digits + 1 == text.length() || !Character.isDigit(text.charAt(digits + 1));
		boolean inherited = single && text.charAt(digits) <= '2' && !text.startsWith("@");
		return !inherited;
	}

}
