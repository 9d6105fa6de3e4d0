package io.github.samboot.watchdog.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.CorosyncNode;

/**
 * Writes down when Corosync itself calls a node quorate and not quorate, with a C program
 * that has nothing to do with this project's code.
 */
final class CorosyncObserver implements AutoCloseable {

	private final Path file;

	private final Process process;

	CorosyncObserver(CorosyncNode node) {
		try {
			this.file = Files.createTempFile("sam-observer", ".events");
			this.process = new ProcessBuilder(node.command(List.of(Libsam.program(), "watch", "3600")))
				.redirectErrorStream(true)
				.redirectOutput(this.file.toFile())
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the changes so far.
	 */
	List<Change> changes() {
		return EventLog.read(this.file)
			.of(EventLog.SERVER)
			.stream()
			.filter((event) -> event.startsWith("quorum "))
			.map(Change::parse)
			.toList();
	}

	@Override
	public void close() {
		this.process.destroy();
		BoundedProcess.exitCode(this.process);
		this.file.toFile().delete();
	}

	/**
	 * A change.
	 *
	 * @param isQuorate whether the node is quorate from now on
	 * @param nanos when, as {@link System#nanoTime()}
	 */
	record Change(boolean isQuorate, long nanos) {

		private static Change parse(String event) {
			return new Change(event.startsWith("quorum yes"),
					Long.parseLong(event.substring(event.lastIndexOf(' ') + 1)));
		}

	}

}
