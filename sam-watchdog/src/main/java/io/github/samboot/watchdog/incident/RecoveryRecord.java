package io.github.samboot.watchdog.incident;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.SamException;
import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.MalformedFrameException;
import io.github.samboot.core.protocol.Payload;
import io.github.samboot.core.protocol.PayloadReader;
import io.github.samboot.core.protocol.PayloadWriter;
import io.github.samboot.core.protocol.RunDirectory;
import io.github.samboot.watchdog.supervision.History;
import io.github.samboot.watchdog.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * What a new watchdog has to know of the last one. It holds for one boot of the machine:
 * times are those of the monotonic clock.
 */
public final class RecoveryRecord {

	private static final int VERSION = 3;

	private RecoveryRecord() {
	}

	/**
	 * Save a record.
	 * @param runDirectory where
	 * @param supervision what there is to know
	 * @throws IOException if it cannot be saved
	 */
	public static void save(Path runDirectory, Supervision supervision) throws IOException {
		PayloadWriter out = new PayloadWriter();
		byte[] options = Payload.options(supervision.options());
		History history = supervision.history();
		out.integer(VERSION);
		out.text(supervision.warnSignal().name());
		out.bool(history.hasBeenUp());
		out.longInt(history.downtime());
		out.counts(history.recoveries());
		writeTimes(out, history.restarts());
		out.integer(history.inARow());
		out.longInt(history.upSince());
		writeTimes(out, history.open().detected());
		out.counts(history.open().reasons());
		out.longInt(history.open().since());
		out.incidents(history.incidents());
		byte[] first = out.bytes();
		Path aside = runDirectory.resolve("record.new");
		try (FileChannel channel = FileChannel.open(aside,
				Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
			write(channel, ByteBuffer.wrap(first));
			write(channel, ByteBuffer.wrap(options));
		}
		catch (IOException ex) {
			Files.deleteIfExists(aside);
			throw ex;
		}
		Files.move(aside, RunDirectory.record(runDirectory), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
	}

	private static void writeTimes(PayloadWriter out, List<Long> times) {
		out.integer(times.size());
		for (Long time : times) {
			out.longInt(time);
		}
	}

	private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			channel.write(bytes);
		}
	}

	/**
	 * Go on where the last watchdog stopped.
	 * @param runDirectory where its record is
	 * @param initial the state without a record
	 * @return the state with it, {@code null} if there is none
	 * @throws IOException if there is one that cannot be read
	 */
	public static @Nullable Supervision load(Path runDirectory, Supervision initial) throws IOException {
		byte[] bytes;
		try {
			bytes = Files.readAllBytes(RunDirectory.record(runDirectory));
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		PayloadReader in = new PayloadReader(bytes);
		int version = in.integer();
		if (version != VERSION) {
			throw new MalformedFrameException("the recovery record has version " + version);
		}
		Signal warnSignal = signal(in.text());
		boolean hasBeenUp = in.bool();
		long downtime = in.longInt();
		Map<IncidentReason, Integer> recoveries = in.counts();
		List<Long> restarts = readTimes(in);
		int inARow = in.integer();
		long upSince = in.longInt();
		History.Open open = new History.Open(readTimes(in), in.counts(), in.longInt());
		List<Incident> incidents = in.incidents();
		return initial.resumed(Payload.options(in.rest()), warnSignal,
				History.of(incidents, open, recoveries, downtime, restarts, inARow, upSince, hasBeenUp));
	}

	private static List<Long> readTimes(PayloadReader in) throws MalformedFrameException {
		int count = in.integer();
		List<Long> times = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			times.add(in.longInt());
		}
		return times;
	}

	private static Signal signal(String name) throws MalformedFrameException {
		try {
			return Signal.of(name);
		}
		catch (SamException ex) {
			throw new MalformedFrameException(ex.reason());
		}
	}

}
