package io.github.samboot.test;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for a program that a test has started, and not for ever.
 */
public final class BoundedProcess {

	private static final int PATIENCE_SECONDS = 120;

	private BoundedProcess() {
	}

	/**
	 * Run a program without input to its end.
	 * @param command its command line
	 * @return its exit code and all that it printed
	 * @throws IOException if it cannot be started
	 */
	public static Result run(List<String> command) throws IOException {
		// into a file: what stays behind a command would keep a pipe open
		Path output = Files.createTempFile("output", ".txt");
		// where this program is itself ended meanwhile
		output.toFile().deleteOnExit();
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectInput(new File("/dev/null"))
				.redirectOutput(output.toFile())
				.start();
			try {
				int exitCode = exitCode(process);
				return new Result(exitCode, Files.readString(output));
			}
			finally {
				process.destroyForcibly();
			}
		}
		finally {
			Files.deleteIfExists(output);
		}
	}

	/**
	 * Run a program to its end, which must be a success.
	 * @param command its command line
	 * @return all that it printed
	 */
	public static String runSuccessfully(String... command) {
		try {
			Result result = run(List.of(command));
			if (result.exitCode() != 0) {
				throw new AssertionError(String.join(" ", command) + " ended with " + result);
			}
			return result.output();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait for the end of a program.
	 * @param process the program; it is killed if it takes too long
	 * @return its exit code
	 */
	public static int exitCode(Process process) {
		try {
			if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
				throw tooLong(process, "did not end");
			}
			return process.exitValue();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/**
	 * Read all that a program writes. (To read from a pipe cannot be interrupted.)
	 * @param process the program; it is killed if it takes too long
	 * @return its standard output
	 * @throws IOException if it cannot be read
	 */
	public static String output(Process process) throws IOException {
		return new String(bytes(process), StandardCharsets.UTF_8);
	}

	/**
	 * Read all that a program writes, as it is.
	 * @param process the program; it is killed if it takes too long
	 * @return its standard output
	 * @throws IOException if it cannot be read
	 */
	public static byte[] bytes(Process process) throws IOException {
		return bytes(process, process.getInputStream());
	}

	/**
	 * Read all that a program writes to its standard error.
	 * @param process the program; it is killed if it takes too long
	 * @return its standard error
	 * @throws IOException if it cannot be read
	 */
	public static String errors(Process process) throws IOException {
		return new String(bytes(process, process.getErrorStream()), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(Process process, InputStream stream) throws IOException {
		FutureTask<byte[]> reading = new FutureTask<>(stream::readAllBytes);
		Thread reader = new Thread(reading, "output of " + process.pid());
		reader.setDaemon(true);
		reader.start();
		try {
			return reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			throw tooLong(process, "did not close its output");
		}
		catch (ExecutionException ex) {
			throw new IOException(ex.getCause());
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static AssertionError tooLong(Process process, String what) {
		String command = process.info().commandLine().orElse("a program that has ended");
		process.descendants().forEach(ProcessHandle::destroyForcibly);
		process.destroyForcibly();
		return new AssertionError(
				"Process " + process.pid() + " " + what + " within " + PATIENCE_SECONDS + " s: " + command);
	}

	private static AssertionError interrupted(InterruptedException ex) {
		// the time of the whole test is over
		Thread.currentThread().interrupt();
		return new AssertionError("Interrupted while waiting", ex);
	}

	/**
	 * What came of a program.
	 *
	 * @param exitCode its exit code
	 * @param output all that it printed
	 */
	public record Result(int exitCode, String output) {

	}

}
