package io.github.samboot.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
	 * Wait for the end of a program.
	 * @param process the program; it is killed if it takes too long
	 * @return its exit code
	 */
	public static int exitCode(Process process) throws InterruptedException {
		if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			throw tooLong(process, "did not end");
		}
		return process.exitValue();
	}

	/**
	 * Read all that a program writes. (To read from a pipe cannot be interrupted.)
	 * @param process the program; it is killed if it takes too long
	 * @return its standard output
	 */
	public static String output(Process process) throws IOException, InterruptedException {
		return new String(bytes(process), StandardCharsets.UTF_8);
	}

	/**
	 * Read all that a program writes, as it is.
	 * @param process the program; it is killed if it takes too long
	 * @return its standard output
	 */
	public static byte[] bytes(Process process) throws IOException, InterruptedException {
		FutureTask<byte[]> reading = new FutureTask<>(() -> process.getInputStream().readAllBytes());
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
	}

	private static AssertionError tooLong(Process process, String what) {
		String command = process.info().commandLine().orElse("a program that has ended");
		process.descendants().forEach(ProcessHandle::destroyForcibly);
		process.destroyForcibly();
		return new AssertionError(
				"Process " + process.pid() + " " + what + " within " + PATIENCE_SECONDS + " s: " + command);
	}

}
