package io.github.samboot.watchdog.internal.standby;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.internal.process.DaemonThread;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import org.jspecify.annotations.Nullable;

/**
 * Whether a spare is still what would be started now. A file that changes again and again
 * while the application runs is none that it is started from, whatever its name says: it
 * does not count any more. Not thread-safe.
 */
public final class Staleness {

	/** Hundreds of files may have to be looked at, for months. */
	private static final int RESTS_BETWEEN_LOOKS = 2;

	/** Replacements further apart have nothing to do with each other. */
	private static final long RECENT = TimeUnit.MINUTES.toNanos(15);

	private static final int MOST_OF_ONE_FILE = 2;

	/** Because of whatever files: their names may be new ones all the time. */
	private static final int MOST = 6;

	static final Change NONE = new Change("", false);

	private final ApplicationCommand command;

	/** What changes all the time. */
	private final List<String> ignored = new ArrayList<>();

	private final List<Replacement> recent = new ArrayList<>();

	private @Nullable Source files;

	private @Nullable FutureTask<Map<String, Long>> look;

	private boolean isJudged;

	/** What the files were like when the spare was started, once that is known. */
	private @Nullable Map<String, Long> startedFrom;

	private @Nullable Map<String, Long> seenLast;

	private int rests;

	/** Read by another thread, and kept, should the list be removed. */
	private volatile List<String> configuration = List.of();

	/**
	 * Create a judge of spares.
	 * @param command how they are started
	 */
	public Staleness(ApplicationCommand command) {
		this.command = command;
	}

	/**
	 * A spare is about to be started.
	 * @param runDirectory where the last instance may have left which configuration files
	 * it has read
	 */
	public void begin(Path runDirectory) {
		this.startedFrom = null;
		this.seenLast = null;
		begin(new Source(runDirectory));
	}

	/**
	 * On a thread of its own: on a file system that hangs, whoever wants to know must not
	 * hang too.
	 */
	private void begin(Source files) {
		FutureTask<Map<String, Long>> look = new FutureTask<>(files);
		DaemonThread.start("sam-files", 128, look);
		this.files = files;
		this.look = look;
		this.isJudged = false;
		this.rests = 0;
	}

	/**
	 * Look now and then. A change counts once two looks in a row have seen the same: a
	 * file may be half written.
	 * @param now the monotonic clock
	 * @return what has changed
	 */
	public Change look(long now) {
		Source files = this.files;
		FutureTask<Map<String, Long>> look = this.look;
		if (files == null || look == null || !look.isDone()) {
			return NONE;
		}
		if (this.isJudged) {
			if (++this.rests >= RESTS_BETWEEN_LOOKS) {
				begin(files);
			}
			return NONE;
		}
		this.isJudged = true;
		Map<String, Long> stamps = stamps(look);
		if (stamps == null) {
			return NONE;
		}
		stamps.keySet().removeAll(this.ignored);
		Map<String, Long> startedFrom = this.startedFrom;
		if (startedFrom == null) {
			this.startedFrom = stamps;
			return NONE;
		}
		startedFrom.keySet().removeAll(this.ignored);
		String changed = LaunchFiles.difference(startedFrom, stamps);
		boolean isSettled = stamps.equals(this.seenLast);
		this.seenLast = stamps;
		if (changed.isEmpty()) {
			return NONE;
		}
		begin(files);
		return isSettled ? judge(changed, now) : NONE;
	}

	private static @Nullable Map<String, Long> stamps(FutureTask<Map<String, Long>> look) {
		try {
			return look.get();
		}
		catch (ExecutionException | InterruptedException ex) {
			// no memory, no descriptor: the next look may see something
			return null;
		}
	}

	private Change judge(String file, long now) {
		this.recent.removeIf((replacement) -> now - replacement.at() >= RECENT);
		int ofThisFile = 0;
		for (Replacement replacement : this.recent) {
			ofThisFile += replacement.file().equals(file) ? 1 : 0;
		}
		if (ofThisFile >= MOST_OF_ONE_FILE) {
			this.ignored.add(file);
			return new Change(file, true);
		}
		if (this.recent.size() >= MOST) {
			// it counts later
			return NONE;
		}
		this.recent.add(new Replacement(file, now));
		return new Change(file, false);
	}

	/**
	 * The files that a spare was started from; one look at them after the other.
	 */
	private final class Source implements Callable<Map<String, Long>> {

		private final Path runDirectory;

		private @Nullable LaunchFiles found;

		Source(Path runDirectory) {
			this.runDirectory = runDirectory;
		}

		@Override
		public Map<String, Long> call() {
			LaunchFiles files = this.found;
			if (files == null) {
				Staleness.this.configuration = LaunchFiles.configuration(this.runDirectory,
						Staleness.this.configuration);
				files = new LaunchFiles(Staleness.this.command.arguments(), Staleness.this.configuration);
			}
			Map<String, Long> stamps = files.look();
			this.found = files;
			return stamps;
		}

	}

	/**
	 * A spare was replaced.
	 */
	private record Replacement(String file, long at) {

	}

	/**
	 * What has changed since a spare was started.
	 *
	 * @param file the file, empty if nothing has
	 * @param isIgnored whether that makes no difference from now on
	 */
	public record Change(String file, boolean isIgnored) {

		/**
		 * Return whether the spare is of no use any more.
		 * @return whether to replace it
		 */
		public boolean isStale() {
			return !this.file.isEmpty() && !this.isIgnored;
		}

	}

}
