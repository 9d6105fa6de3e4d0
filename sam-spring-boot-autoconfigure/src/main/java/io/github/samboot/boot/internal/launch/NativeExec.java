package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * {@code execve(2)} and what has to be done around it, in bytes: in the charset of the
 * POSIX locale not all of them would survive.
 *
 * @param libc the C library of this process
 */
record NativeExec(NativeLibrary libc) {

	/** One character for each byte. */
	static final Charset BYTES = StandardCharsets.ISO_8859_1;

	private static final int ENOENT = 2;

	private static final int E2BIG = 7;

	/** EPERM, EACCES, EAFNOSUPPORT: what keeps a process from a family of sockets. */
	private static final Set<Integer> REFUSALS = Set.of(1, 13, 97);

	private static final int AF_UNIX = 1;

	private static final int SOCK_STREAM = 1;

	private static final int FIRST_PRIVATE_DESCRIPTOR = 3;

	private static final int CLOSE_RANGE_CLOEXEC = 4;

	/** The number of {@code close_range(2)} on every architecture that has a JVM. */
	private static final long SYS_CLOSE_RANGE = 436;

	private static final int F_SETFD = 2;

	private static final int FD_CLOEXEC = 1;

	/**
	 * Load JNA.
	 * @return the calls
	 * @throws IllegalStateException if native calls are not possible in this JVM
	 */
	static NativeExec load() {
		try {
			return new NativeExec(NativeLibrary.getProcess());
		}
		catch (LinkageError | RuntimeException ex) {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
			String name = cause.getClass().getSimpleName();
			String remedy = name.equals("IllegalCallerException")
					? " (start the JVM with --enable-native-access=ALL-UNNAMED)" : "";
			throw new IllegalStateException(
					"native calls are not possible here: " + name + ": " + firstLine(cause.getMessage()) + remedy, ex);
		}
	}

	private static String firstLine(@Nullable String message) {
		return (message != null) ? message.lines().findFirst().orElse("") : "no message";
	}

	/**
	 * Return the environment of this process.
	 * @return the entries, each {@code NAME=value}, in {@link #BYTES}
	 */
	List<String> environment() {
		Pointer environ = this.libc.getGlobalVariableAddress("environ").getPointer(0);
		return (environ != null) ? List.of(environ.getStringArray(0, BYTES.name())) : List.of();
	}

	/**
	 * Make sure that a watchdog can listen, and an application reach it. (The JDK would
	 * load classes for that for 30 ms.)
	 * @throws IOException if it cannot
	 */
	void requireUnixSockets() throws IOException {
		int descriptor = this.libc.getFunction("socket").invokeInt(new Object[] { AF_UNIX, SOCK_STREAM, 0 });
		if (descriptor >= 0) {
			this.libc.getFunction("close").invokeInt(new Object[] { descriptor });
		}
		else if (REFUSALS.contains(Native.getLastError())) {
			throw new IOException(SidecarLaunch.NO_UNIX_SOCKETS);
		}
	}

	/**
	 * Let no descriptor but the standard ones reach the next program: a JVM opens all of
	 * its own without {@code FD_CLOEXEC}, and a listening port would stay bound.
	 */
	void closeDescriptorsOnExec() {
		if (!closeRange()) {
			// an old kernel or C library, or a strict seccomp filter
			closeEachDescriptorOnExec();
		}
	}

	void closeEachDescriptorOnExec() {
		Function fcntl = this.libc.getFunction("fcntl");
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
			for (Path entry : entries) {
				int descriptor = Integer.parseInt(entry.getFileName().toString());
				if (descriptor >= FIRST_PRIVATE_DESCRIPTOR) {
					fcntl.invokeInt(new Object[] { descriptor, F_SETFD, FD_CLOEXEC });
				}
			}
		}
		catch (IOException ex) {
			// descriptors that stay open are better than no supervision
		}
	}

	private boolean closeRange() {
		try {
			return this.libc.getFunction("close_range")
				.invokeInt(new Object[] { FIRST_PRIVATE_DESCRIPTOR, -1, CLOSE_RANGE_CLOEXEC }) == 0;
		}
		catch (UnsatisfiedLinkError ex) {
			return this.libc.getFunction("syscall")
				.invokeLong(new Object[] { SYS_CLOSE_RANGE, (long) FIRST_PRIVATE_DESCRIPTOR, 0xffffffffL,
						(long) CLOSE_RANGE_CLOEXEC }) == 0;
		}
	}

	/**
	 * Replace the program of this process.
	 * @param command the path of the new program and its arguments, in {@link #BYTES}
	 * @param environment its environment, in {@link #BYTES}
	 * @throws IOException always, if it returns at all
	 */
	void exec(List<String> command, List<String> environment) throws IOException {
		try (StringArray argv = new StringArray(command.toArray(String[]::new), BYTES.name());
				StringArray envp = new StringArray(environment.toArray(String[]::new), BYTES.name())) {
			this.libc.getFunction("execve").invokeInt(new Object[] { argv.getPointer(0), argv, envp });
			int error = Native.getLastError();
			throw new IOException(switch (error) {
				case E2BIG -> "its arguments and environment are too long to be passed on (E2BIG)";
				case ENOENT -> "its java program is gone (ENOENT)";
				default -> "execve failed with error " + error;
			});
		}
	}

	/**
	 * Return the calls for signal handlers.
	 * @return the default dispositions
	 */
	SignalDefaults signalDefaults() {
		return new SignalDefaults(this.libc.getFunction("sigaction"));
	}

}
