package io.github.samboot.watchdog.internal.rundir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.RunDirectoryHold;
import io.github.samboot.watchdog.internal.connection.Server;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the run directory, and what lies in it, complete. It may vanish while it is in
 * use, at a logout or by a cleaner of temporary files; then it is made again from what is
 * still open.
 */
public final class RunDirectoryGuard {

	/** Where the directory is made again if that cannot be where it was. */
	private final List<Path> parents;

	private Path directory;

	/** Where the application believes it to be. */
	private Path known;

	private final Listener listener;

	private final Log log;

	/** Those that were left, and could not be removed yet. */
	private final List<Path> former = new ArrayList<>(1);

	private String deleteProblem = "";

	private RunDirectoryHold hold;

	private Server server;

	private boolean isOpen = true;

	private final SavedData data = new SavedData();

	private int pages;

	/** What the recovery record holds, or is to hold. */
	private @Nullable Supervision record;

	private boolean isSaved = true;

	private boolean isSaveProblemSaid;

	public RunDirectoryGuard(Path directory, List<Path> parents, Listener listener, Log log) throws IOException {
		if (!RunDirectory.isPrivate(directory)) {
			throw new IOException("The run directory " + directory + " is not one of this user alone, with mode 0700");
		}
		this.directory = directory;
		this.known = directory;
		this.parents = parents;
		this.listener = listener;
		this.log = log;
		this.hold = RunDirectoryHold.on(directory);
		this.server = Server.open(directory, listener, log);
		this.data.refresh(directory);
	}

	/**
	 * Is told of connections, on the accepting thread, and of moves.
	 */
	public interface Listener extends Server.AcceptListener {

		/** The run directory is another one now. */
		void moved(Path directory);

	}

	public Path path() {
		return this.directory;
	}

	/**
	 * Make a heartbeat page for a process.
	 */
	public BeatPage newPage() {
		return BeatPage.create(this.directory, "beat-" + this.pages++, this.log);
	}

	public long dataSize() {
		return this.data.size();
	}

	/**
	 * Make sure that all is where the next instance looks for it. (The name of a removed
	 * directory is free: it may be that of another user's directory now.)
	 */
	public void ensure() throws IOException {
		boolean isOurs = RunDirectory.isPrivate(this.directory);
		if (isOurs && this.isOpen && isComplete()) {
			return;
		}
		Path last = this.directory;
		if (!isOurs) {
			this.isOpen = false;
			this.directory = makeDirectory();
		}
		this.log.warn("The run directory " + last + " was removed or changed from outside; it is made again"
				+ (last.equals(this.directory) ? "." : " as " + this.directory + "."));
		// whatever fails from here on is done by the next try
		if (!this.isOpen || !this.server.isThere() || !this.hold.isThere()) {
			open();
		}
		if (this.data.isMissingIn(this.directory)) {
			this.data.restore(this.directory);
		}
		if (!this.directory.equals(this.known)) {
			this.former.add(this.known);
			this.known = this.directory;
			this.listener.moved(this.directory);
			deleteFormer();
		}
		saveRecord();
	}

	private boolean isComplete() {
		boolean isRecordMissing = this.record != null && !Files.exists(this.directory.resolve(RunDirectory.RECORD));
		return this.server.isThere() && this.hold.isThere() && !isRecordMissing
				&& !this.data.isMissingIn(this.directory);
	}

	private Path makeDirectory() throws IOException {
		try {
			// where this instance finds it too
			RunDirectory.makePrivate(this.directory);
			return this.directory;
		}
		catch (IOException ex) {
			return RunDirectory.create(this.parents, ProcessHandle.current().pid());
		}
	}

	private void open() throws IOException {
		this.isOpen = false;
		this.hold.release();
		this.hold = RunDirectoryHold.on(this.directory);
		this.server.close();
		this.server = Server.open(this.directory, this.listener, this.log);
		this.isOpen = true;
	}

	public void tryToEnsure() {
		try {
			ensure();
		}
		catch (IOException ex) {
			this.log.warn("The run directory cannot be made again: " + ex);
		}
	}

	/**
	 * Keep the data open that the application has written: when it says so, and before
	 * the next instance, as that may not have been read.
	 */
	public void tryToRefresh() {
		try {
			this.data.refresh(this.directory);
		}
		catch (IOException ex) {
			this.log.warn("The saved user data cannot be opened: " + ex);
		}
	}

	/**
	 * Go on with the record of an earlier watchdog.
	 * @param initial the state without a record
	 * @return the state with it, {@code null} if there is none
	 */
	public @Nullable Supervision load(Supervision initial) throws IOException {
		this.record = RecoveryRecord.load(this.directory, initial);
		return this.record;
	}

	/**
	 * Save what another watchdog would have to know, now or as soon as possible.
	 */
	public void save(Supervision supervision) {
		this.record = supervision;
		this.isSaved = false;
		saveAgain();
	}

	/**
	 * Save what could not be saved, if there is anything.
	 */
	public void saveAgain() {
		if (this.isSaved) {
			return;
		}
		try {
			trySave();
			this.isSaved = true;
			this.isSaveProblemSaid = false;
		}
		catch (IOException ex) {
			if (!this.isSaveProblemSaid) {
				this.isSaveProblemSaid = true;
				this.log.warn("What another watchdog would have to know cannot be saved in " + this.directory + " ("
						+ ex.getMessage() + "); it is tried again until it can.");
			}
		}
	}

	private void trySave() throws IOException {
		try {
			saveRecord();
		}
		catch (IOException ex) {
			// that may be because the directory is gone
			ensure();
			saveRecord();
		}
	}

	private void saveRecord() throws IOException {
		if (this.record != null) {
			RecoveryRecord.save(this.directory, this.record);
		}
	}

	/**
	 * Leave nothing behind.
	 */
	public void close() {
		this.server.close();
		this.data.close();
		this.former.add(this.directory);
		deleteFormer();
		for (Path directory : this.former) {
			this.log.warn("The run directory " + directory + " cannot be removed (" + this.deleteProblem
					+ "). Remove it by hand.");
		}
	}

	/**
	 * What was left for another directory may still be there, with user data in it. (What
	 * is of another user now is not touched.)
	 */
	private void deleteFormer() {
		for (int i = this.former.size() - 1; i >= 0; i--) {
			try {
				RunDirectory.delete(this.former.get(i));
				this.former.remove(i);
			}
			catch (IOException ex) {
				this.deleteProblem = ex.toString();
			}
		}
	}

}
