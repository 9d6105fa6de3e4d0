package io.github.samboot.core.internal.client;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.PayloadReader;

/**
 * Passes on what the watchdog says by itself.
 */
final class Announcements {

	private final Listeners listeners;

	private final WatchdogLink link;

	Announcements(Listeners listeners, WatchdogLink link) {
		this.listeners = listeners;
		this.link = link;
	}

	void told(Frame frame) throws MalformedFrameException {
		PayloadReader in = new PayloadReader(frame.payload());
		switch (frame.type()) {
			case QUORUM -> {
				boolean quorate = in.bool();
				List<Long> members = in.members();
				this.listeners.tell((listener) -> listener.quorumChanged(quorate, members));
			}
			case RECOVERY_IMMINENT -> {
				IncidentReason reason = in.constant(IncidentReason.values());
				String message = in.text();
				Duration gracePeriod = in.requiredDuration();
				this.listeners.tell((listener) -> listener.recoveryImminent(reason, message, gracePeriod));
			}
			case DIRECTORY_MOVED -> this.link.moved(in.text());
			default -> throw new MalformedFrameException("the watchdog does not tell " + frame.type());
		}
	}

}
