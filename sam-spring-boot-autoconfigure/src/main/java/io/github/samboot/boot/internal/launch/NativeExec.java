package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * {@code execve(2)} and what has to be done around it, in bytes: a Java string would not
 * survive the POSIX locale.
 */
final class NativeExec {

	private static final int ENOENT = 2;

	private static final int E2BIG = 7;

	private static final int FIRST_PRIVATE_DESCRIPTOR = 3;

	private static final int CLOSE_RANGE_CLOEXEC = 4;

	/** The number of {@code close_range(2)} on every architecture that has a JVM. */
	private static final long SYS_CLOSE_RANGE = 436;

	private static final int F_SETFD = 2;

	private static final int FD_CLOEXEC = 1;

	private final NativeLibrary libc;

	private NativeExec(NativeLibrary libc) {
		this.libc = libc;
	}

	/**
	 * Load JNA.
	 * @return the calls
	 * @throws ExecImpossibleException if native calls are not possible in this JVM
	 */
	static NativeExec load() throws ExecImpossibleException {
		try {
			return new NativeExec(NativeLibrary.getProcess());
		}
		catch (LinkageError | RuntimeException ex) {
			Throwable cause = ex;
			while (cause.getCause() != null) {
				cause = cause.getCause();
			}
			String name = cause.getClass().getSimpleName();
			String remedy = name.equals("IllegalCallerException")
					? " (start the JVM with --enable-native-access=ALL-UNNAMED)" : "";
			throw new ExecImpossibleException(
					"native calls are not possible here: " + name + ": " + firstLine(cause.getMessage()) + remedy, ex);
		}
	}

	private static String firstLine(@Nullable String message) {
		return (message != null) ? message.lines().findFirst().orElse("") : "no message";
	}

	/**
	 * Return the environment of this process.
	 * @return the entries, each {@code NAME=value}
	 */
	List<byte[]> environment() {
		List<byte[]> entries = new ArrayList<>();
		Pointer environ = this.libc.getGlobalVariableAddress("environ").getPointer(0);
		if (environ == null) {
			return entries;
		}
		long offset = 0;
		for (Pointer entry = environ.getPointer(offset); entry != null; entry = environ.getPointer(offset)) {
			entries.add(entry.getByteArray(0, (int) entry.indexOf(0, (byte) 0)));
			offset += Native.POINTER_SIZE;
		}
		return entries;
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
	 * @param program the path of the new program
	 * @param arguments its arguments, from the name of the program on
	 * @param environment its environment
	 * @throws ExecImpossibleException always, if it returns at all
	 */
	void exec(byte[] program, List<byte[]> arguments, List<byte[]> environment) throws ExecImpossibleException {
		try (Memory path = text(program);
				CStrings argv = new CStrings(arguments);
				CStrings envp = new CStrings(environment)) {
			this.libc.getFunction("execve").invokeInt(new Object[] { path, argv.pointers, envp.pointers });
			int error = Native.getLastError();
			throw new ExecImpossibleException(switch (error) {
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

	private static Memory text(byte[] bytes) {
		Memory memory = new Memory(bytes.length + 1L);
		memory.write(0, bytes, 0, bytes.length);
		memory.setByte(bytes.length, (byte) 0);
		return memory;
	}

	/** A {@code char *[]} with its strings. */
	private static final class CStrings implements AutoCloseable {

		private final List<Memory> strings = new ArrayList<>();

		private final Memory pointers;

		CStrings(List<byte[]> texts) {
			this.pointers = new Memory((texts.size() + 1L) * Native.POINTER_SIZE);
			for (int i = 0; i < texts.size(); i++) {
				Memory string = text(texts.get(i));
				this.strings.add(string);
				this.pointers.setPointer((long) i * Native.POINTER_SIZE, string);
			}
			this.pointers.setPointer((long) texts.size() * Native.POINTER_SIZE, null);
		}

		@Override
		public void close() {
			this.pointers.close();
			for (Memory string : this.strings) {
				string.close();
			}
		}

	}

}
