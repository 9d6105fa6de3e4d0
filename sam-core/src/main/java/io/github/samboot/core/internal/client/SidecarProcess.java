package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.internal.process.ProgramStart;
import io.github.samboot.core.internal.rundir.Nonce;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.core.internal.rundir.WatchdogAddress;

/**
 * Starts a watchdog beside this process, which adopts it.
 *
 * @param process its process
 * @param address where it listens
 */
public record SidecarProcess(Process process, WatchdogAddress address) {

	private static final int START_TIMEOUT_SECONDS = 20;

	/**
	 * Start a watchdog of instance 0 and wait until it listens.
	 * @param command the watchdog's command, see {@link ProcessSam#replacementCommand}
	 * @param runDirectory the private directory to meet in
	 * @return where it listens
	 * @throws IOException if it does not start; the message says what it said
	 */
	public static WatchdogAddress start(List<String> command, Path runDirectory) throws IOException {
		SidecarProcess sidecar = launch(command, runDirectory, 0);
		try {
			sidecar.awaitListening();
			return sidecar.address;
		}
		catch (IOException | RuntimeException | Error ex) {
			sidecar.end();
			throw ex;
		}
	}

	/**
	 * Start a watchdog that may not be of use: whoever calls this ends it then.
	 */
	static SidecarProcess launch(List<String> command, Path runDirectory, int instanceId) throws IOException {
		WatchdogAddress address = new WatchdogAddress(Nonce.create(), runDirectory);
		List<String> arguments = new ArrayList<>(command);
		arguments.add("--mode=sidecar");
		arguments.add("--run-directory=" + runDirectory);
		arguments.add("--adopt=" + ProcessHandle.current().pid());
		arguments.add("--instance=" + instanceId);
		// all three streams: instances that the watchdog starts later inherit them in
		// turn
		ProcessBuilder builder = new ProcessBuilder(arguments).inheritIO();
		Map<String, String> environment = builder.environment();
		environment.remove(WatchdogAddress.ENVIRONMENT);
		environment.remove(WatchdogAddress.STARTER);
		for (String name : WatchdogAddress.SAVED) {
			String value = environment.remove(name);
			if (value != null) {
				environment.put(WatchdogAddress.SAVED_PREFIX + name, value);
			}
		}
		environment.putAll(WatchdogAddress.OWN);
		environment.put(WatchdogAddress.EXEC_MARKER, "0");
		environment.put(WatchdogAddress.NONCE, address.nonce());
		return new SidecarProcess(ProgramStart.start(builder), address);
	}

	void awaitListening() throws IOException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS);
		try {
			while (!listens(this.address)) {
				if (this.process.waitFor(5, TimeUnit.MILLISECONDS)) {
					throw new IOException("The watchdog ended at once with exit code " + this.process.exitValue()
							+ ", see its messages");
				}
				if (System.nanoTime() - deadline > 0) {
					throw new IOException("The watchdog does not listen after " + START_TIMEOUT_SECONDS + " s");
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while the watchdog was starting", ex);
		}
	}

	/**
	 * End it, and return when it is gone: a watchdog that was given up still watches, and
	 * would kill this process for its silence.
	 */
	void end() {
		this.process.destroyForcibly();
		boolean interrupted = Thread.interrupted();
		while (this.process.isAlive()) {
			try {
				this.process.waitFor();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean listens(WatchdogAddress address) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(address.runDirectory());
				SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			return channel.connect(UnixDomainSocketAddress.of(directory.resolve(RunDirectory.SOCKET)));
		}
		catch (NoSuchFileException ex) {
			// it fails now, and not after the time that a start may take
			throw ex;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
