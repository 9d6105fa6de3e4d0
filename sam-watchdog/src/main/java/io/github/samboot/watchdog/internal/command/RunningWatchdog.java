package io.github.samboot.watchdog.internal.command;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.rundir.IncidentFiles;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.FrameDecoder;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.core.internal.wire.PayloadReader;
import org.jspecify.annotations.Nullable;

/**
 * A watchdog that listens in its run directory. It is asked over a connection of its own
 * for each operation, which works whatever state the application is in.
 *
 * @param directory the run directory
 * @param status what it says, {@code null} if it does not answer
 * @param problem why it does not answer, empty if it does
 */
record RunningWatchdog(Path directory, @Nullable SamStatus status, String problem) {

	private static final long ANSWER_MILLIS = 3000;

	private static final String PREFIX = "sam-";

	/**
	 * Find the watchdogs of this user.
	 * @param place a run directory or what run directories lie in, {@code null} for the
	 * places where they are made by default
	 * @return those that listen, in the order of their directories
	 */
	static List<RunningWatchdog> find(@Nullable Path place) throws IOException {
		Set<Path> directories = new LinkedHashSet<>();
		for (Path parent : (place != null) ? List.of(place) : RunDirectory.parents(null)) {
			if (listensIn(parent)) {
				directories.add(parent);
			}
			else if (Files.isDirectory(parent)) {
				try (Stream<Path> names = Files.list(parent)) {
					names.filter((path) -> path.getFileName().toString().startsWith(PREFIX))
						.sorted()
						.forEach(directories::add);
				}
				catch (AccessDeniedException ex) {
					// after su, XDG_RUNTIME_DIR may still be that of another user
					if (place != null) {
						throw ex;
					}
				}
			}
		}
		return directories.stream()
			.filter((directory) -> RunDirectory.isPrivate(directory) && listensIn(directory))
			.map(RunningWatchdog::ask)
			.filter(Objects::nonNull)
			.collect(Collectors.toCollection(ArrayList::new));
	}

	private static boolean listensIn(Path directory) {
		return Files.exists(directory.resolve(RunDirectory.SOCKET));
	}

	/**
	 * Ask for the status.
	 * @return the watchdog, {@code null} if none listens there any more
	 */
	private static @Nullable RunningWatchdog ask(Path directory) {
		try {
			PayloadReader answer = operate(directory, "status", "");
			return (answer != null) ? new RunningWatchdog(directory, Payload.status(answer), "") : null;
		}
		catch (IOException | RuntimeException ex) {
			return new RunningWatchdog(directory, null, String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Ask again.
	 * @return what it says now, {@code null} if it has ended
	 */
	@Nullable RunningWatchdog again() {
		return ask(this.directory);
	}

	/**
	 * Return the report of an incident.
	 * @param incident the incident
	 * @param isJson whether it is to be JSON
	 * @return the report, {@code null} if there is none
	 */
	@Nullable String report(Incident incident, boolean isJson) {
		try {
			PayloadReader answer = operate(this.directory, "reports", "");
			Path reports = (answer != null) ? Path.of(answer.text()) : this.directory;
			return IncidentFiles.read(reports, incident, isJson);
		}
		catch (IOException | InvalidPathException ex) {
			return null;
		}
	}

	/**
	 * Have it do something.
	 * @throws IOException if it refuses, or does not answer; the message says why
	 */
	void operate(String command, String argument) throws IOException {
		if (operate(this.directory, command, argument) == null) {
			throw new IOException("The watchdog has ended");
		}
	}

	private static @Nullable PayloadReader operate(Path directory, String command, String argument) throws IOException {
		long deadline = System.nanoTime() + ANSWER_MILLIS * 1_000_000;
		try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
				Selector selector = Selector.open()) {
			try {
				channel.configureBlocking(false);
				channel.connect(UnixDomainSocketAddress.of(directory.resolve(RunDirectory.SOCKET)));
			}
			catch (IOException ex) {
				// left over by one that was killed
				return null;
			}
			channel.register(selector, SelectionKey.OP_READ);
			channel.write(new Frame(MessageType.OPERATE, 1,
					new Payload.Operation(Payload.VERSION, command, argument).encode())
				.encode());
			Frame answer = read(channel, selector, deadline);
			PayloadReader body = new PayloadReader(answer.payload());
			CsError error = CsError.of(body.integer());
			String message = body.text();
			if (error != CsError.OK) {
				throw new IOException(message);
			}
			return body;
		}
	}

	private static Frame read(SocketChannel channel, Selector selector, long deadline) throws IOException {
		FrameDecoder decoder = new FrameDecoder(Frame.MAX_ANSWER_LENGTH);
		ByteBuffer buffer = ByteBuffer.allocate(8192);
		Frame frame = null;
		while (frame == null) {
			long left = (deadline - System.nanoTime()) / 1_000_000;
			if (left <= 0 || selector.select(left) == 0) {
				throw new IOException("It does not answer within " + ANSWER_MILLIS + " ms: it is stopped (SIGSTOP),"
						+ " or the machine is overloaded");
			}
			selector.selectedKeys().clear();
			if (channel.read(buffer.clear()) < 0) {
				throw new IOException("It closed the connection: it is of a release without this command");
			}
			decoder.feed(buffer.flip());
			frame = decoder.next();
		}
		return frame;
	}

}
