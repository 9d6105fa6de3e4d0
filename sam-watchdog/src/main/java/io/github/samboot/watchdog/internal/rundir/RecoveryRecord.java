package io.github.samboot.watchdog.internal.rundir;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.core.internal.wire.PayloadReader;
import io.github.samboot.core.internal.wire.PayloadWriter;
import io.github.samboot.watchdog.internal.supervision.History;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * What a new watchdog has to know of the last one. It holds for one boot of the machine:
 * times are those of the monotonic clock.
 */
public final class RecoveryRecord {

	private static final int VERSION = 4;

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
		out.integer(VERSION).text(supervision.warnSignal().name()).bool(history.hasBeenUp());
		out.longInt(history.downtime()).counts(history.recoveries());
		out.numbers(history.restarts()).integer(history.inARow()).longInt(history.upSince());
		out.numbers(history.open().detected()).counts(history.open().reasons());
		out.longInt(history.open().since());
		out.incidents(history.incidents());
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			directory.replace(RunDirectory.RECORD, out.bytes(), options);
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
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			bytes = directory.read(RunDirectory.RECORD);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		PayloadReader in = new PayloadReader(bytes);
		int version = in.integer();
		if (version != VERSION) {
			throw new MalformedFrameException("the recovery record has version " + version);
		}
		Signal warnSignal = in.signal();
		boolean hasBeenUp = in.bool();
		long downtime = in.longInt();
		Map<IncidentReason, Integer> recoveries = in.counts();
		List<Long> restarts = in.numbers(Integer.MAX_VALUE);
		int inARow = in.integer();
		long upSince = in.longInt();
		History.Open open = new History.Open(in.numbers(Integer.MAX_VALUE), in.counts(), in.longInt());
		List<Incident> incidents = in.incidents();
		return initial.resumed(Payload.options(in.rest()), warnSignal,
				new History(incidents, open, recoveries, downtime, restarts, inARow, upSince, hasBeenUp));
	}

}
