package io.github.samboot.core.internal.client;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.RunDirectoryHold;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * How this process finds its watchdog, and stands with it. What is read here needs no
 * lock; {@link #use} and {@link #lost} are called with that of {@link ProcessSam}, which
 * is taken before the monitor of this.
 */
final class WatchdogLink {

	private volatile @Nullable WatchdogAddress address;

	private volatile @Nullable Contact contact;

	private volatile WatchdogConnection state = WatchdogConnection.NONE;

	private @Nullable RunDirectoryHold hold;

	WatchdogLink(@Nullable WatchdogAddress address) {
		this.address = address;
	}

	boolean hasAddress() {
		return this.address != null;
	}

	/**
	 * Return where the watchdog is to be met now.
	 * @throws SamException LIBRARY if there is none
	 */
	WatchdogAddress address() {
		WatchdogAddress address = this.address;
		if (address == null) {
			throw noWatchdog();
		}
		return address;
	}

	void address(@Nullable WatchdogAddress address) {
		this.address = address;
	}

	WatchdogConnection state() {
		return this.state;
	}

	boolean isConnected() {
		return this.state == WatchdogConnection.CONNECTED;
	}

	/**
	 * Return the last watchdog, which may be gone.
	 */
	@Nullable Contact contact() {
		return this.contact;
	}

	boolean uses(Connection connection) {
		Contact contact = this.contact;
		return contact != null && contact.connection() == connection;
	}

	/**
	 * Return the watchdog that is there.
	 * @throws SamException LIBRARY if there is none, TRY_AGAIN if there is one soon
	 */
	Contact connected() {
		Contact contact = this.contact;
		if (contact == null || this.state == WatchdogConnection.NONE) {
			throw gone();
		}
		if (this.state == WatchdogConnection.IRREPLACEABLE) {
			throw new SamException(CsError.LIBRARY,
					"The watchdog has ended, and the watchdogs that can be started are of another release");
		}
		if (this.state != WatchdogConnection.CONNECTED) {
			throw new SamException(CsError.TRY_AGAIN, "The watchdog died and is being replaced");
		}
		return contact;
	}

	Connection.Answer send(MessageType type, byte[] payload) {
		return connected().connection().send(type, payload);
	}

	Connection.@Nullable Answer sendIfConnected(MessageType type, byte[] payload) {
		// once: it may be lost at any moment
		Contact contact = isConnected() ? this.contact : null;
		return (contact != null) ? contact.connection().send(type, payload) : null;
	}

	/**
	 * Send what has no answer.
	 */
	void tell(MessageType type, byte[] payload) {
		Contact contact = this.contact;
		if (contact != null) {
			try {
				contact.connection().tell(type, payload);
			}
			catch (SamException ex) {
				// the end of the connection is noticed elsewhere
			}
		}
	}

	/**
	 * Send a heartbeat.
	 * @return whether that is possible now; the end of the connection is noticed
	 * elsewhere
	 */
	boolean beat() {
		Contact contact = this.contact;
		try {
			if (contact != null) {
				contact.heartbeat().beat();
			}
			return contact != null;
		}
		catch (SamException ex) {
			return false;
		}
	}

	/**
	 * Connect for the first time.
	 */
	Contact connect(Connection.Events events) {
		WatchdogAddress address = address();
		try {
			return Uninterrupted.call(() -> Contact.make(address, events));
		}
		catch (IOException ex) {
			throw new SamException(CsError.LIBRARY, "The " + address + " cannot be reached", ex);
		}
	}

	/**
	 * Connect to the last watchdog again. Where it had to make the run directory again
	 * elsewhere, it may not have been able to tell.
	 */
	Contact meet(Contact last, Connection.Events events) throws IOException {
		WatchdogAddress address = address();
		try {
			return Contact.make(address, events);
		}
		catch (IOException ex) {
			for (Path directory : RunDirectory.of(last.watchdog().pid(),
					RunDirectory.parents(address.runDirectory().getParent()))) {
				try {
					return Contact.make(new WatchdogAddress(address.nonce(), directory), events);
				}
				catch (IOException | SamException another) {
					ex.addSuppressed(another);
				}
			}
			throw ex;
		}
	}

	synchronized void use(Contact contact) {
		WatchdogAddress before = this.address;
		this.address = contact.address();
		this.contact = contact;
		this.state = WatchdogConnection.CONNECTED;
		if (this.hold == null || before == null || !before.runDirectory().equals(contact.address().runDirectory())) {
			holdAgain();
		}
	}

	void lost(WatchdogConnection next) {
		this.state = next;
	}

	static SamException noWatchdog() {
		return new SamException(CsError.LIBRARY,
				"This process has no watchdog: start it with java -jar sam-watchdog.jar -- java ...");
	}

	static SamException gone() {
		return new SamException(CsError.LIBRARY, "The watchdog has ended");
	}

	/**
	 * Make the run directory again if it was cleared away: where it was, or elsewhere if
	 * its name is taken by something that is not ours.
	 */
	synchronized Path ensureRunDirectory() throws IOException {
		WatchdogAddress address = address();
		Path directory = address.runDirectory();
		if (RunDirectory.isPrivate(directory) || RunDirectory.takeBack(directory)) {
			return directory;
		}
		try {
			RunDirectory.makePrivate(directory);
		}
		catch (IOException ex) {
			Path another = RunDirectory.create(RunDirectory.parents(directory.getParent()),
					ProcessHandle.current().pid());
			this.address = new WatchdogAddress(address.nonce(), another);
			deleteRunDirectory(directory);
		}
		holdAgain();
		return address().runDirectory();
	}

	/**
	 * Wait for the end of the watchdog, at that of this process.
	 * @param nanos how long at most: the connection of a process that was killed ends a
	 * moment earlier than itself
	 * @return whether it has ended, and no other one has taken over
	 */
	boolean hasNoWatchdogWithin(long nanos) {
		Contact contact = this.contact;
		return contact != null && contact.watchdog().isGoneWithin(nanos) && this.contact == contact;
	}

	/**
	 * Remove the run directory at the end of this process, as no watchdog is left to do
	 * that.
	 */
	void deleteLeftRunDirectory() {
		WatchdogAddress address = this.address;
		if (address != null) {
			deleteRunDirectory(address.runDirectory());
		}
	}

	/** The end of this process and that of the connection may come together. */
	private static synchronized void deleteRunDirectory(Path directory) {
		try {
			try {
				RunDirectory.delete(directory);
			}
			catch (DirectoryNotEmptyException ex) {
				// another thread was writing there what it knows of this end
				RunDirectory.delete(directory);
			}
		}
		catch (IOException | RuntimeException ex) {
			ProcessSam.logger.log(Level.WARNING, "The run directory {0} cannot be removed ({1}). Remove it by hand",
					directory, ex);
		}
	}

	/**
	 * The watchdog had to make the run directory again elsewhere.
	 */
	synchronized void moved(String directory) {
		WatchdogAddress address = this.address;
		if (address == null) {
			return;
		}
		try {
			this.address = new WatchdogAddress(address.nonce(), Path.of(directory));
			holdAgain();
		}
		catch (InvalidPathException ex) {
			// not in the character set of this process: the next instance is told
			// otherwise
		}
	}

	/**
	 * Hold the directory, which may have been made again. The data outlives the watchdog
	 * because of this process, so nobody may clear it away.
	 */
	synchronized void holdAgain() {
		if (this.hold != null) {
			this.hold.release();
			this.hold = null;
		}
		try {
			this.hold = RunDirectoryHold.on(address().runDirectory());
		}
		catch (IOException | RuntimeException ex) {
			// the watchdog holds it as long as it lives
		}
	}

}
