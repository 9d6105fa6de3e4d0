package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.watchdog.internal.library.JnaLibrary;
import org.jspecify.annotations.Nullable;

/**
 * The way to Corosync: made when the first quorum policy or cmap asks for it, because JNA
 * costs memory that a watchdog without them should not pay.
 */
public final class Corosync {

	/** The name of this provider in {@code sam.quorum.provider}. */
	public static final String NAME = "corosync";

	private final CorosyncCalls calls;

	Corosync(CorosyncCalls calls) {
		this.calls = calls;
	}

	/**
	 * Load JNA. Whether Corosync is there shows later.
	 * @param jna where JNA is if it is not on the class path: a jar, or a jar inside a
	 * jar as {@code outer.jar!/BOOT-INF/lib/jna.jar}; {@code null} if that is not known
	 * @return the way to Corosync
	 * @throws SamException with {@link CsError#LIBRARY} if JNA cannot be loaded; the
	 * message says what to add
	 */
	public static Corosync load(@Nullable String jna) {
		return new Corosync(JnaLibrary.load(jna, CorosyncCalls.class, "to talk to Corosync"));
	}

	/**
	 * Create the provider that asks Corosync's quorum service.
	 * @return a provider that is not started
	 */
	public QuorumProvider quorumProvider() {
		return new CorosyncQuorumProvider(this.calls);
	}

	/**
	 * Create the publisher that writes to Corosync's cmap.
	 * @param pid the process id of the watchdog, part of the keys
	 * @param recovery {@code quit} or {@code restart}
	 * @param timeInterval the time interval in force
	 * @param listener hears whether cmap can be reached
	 * @return a publisher that is not started
	 */
	public CmapPublisher cmapPublisher(long pid, String recovery, Duration timeInterval, CmapListener listener) {
		return new CmapPublisher(this.calls, pid, recovery, timeInterval.toMillis(), listener);
	}

}
