package io.github.samboot.watchdog.internal.connection;

import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.core.internal.wire.PayloadReader;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What a frame means to the rules.
 */
public final class Requests {

	private Requests() {
	}

	/**
	 * Return the event for what a process says.
	 * @param lane which process
	 * @return the event, {@code null} for what does not concern the rules
	 * @throws MalformedFrameException if it cannot be understood, or a spare may not say
	 * it yet
	 */
	public static @Nullable Event of(Lane lane, Frame frame) throws MalformedFrameException {
		PayloadReader in = new PayloadReader(frame.payload());
		int request = frame.request();
		return switch (frame.type()) {
			case INITIALIZE -> new Event.Initialize(lane, request, Payload.options(frame.payload()));
			case REGISTER -> new Event.Register(lane, request);
			case STAND_BY -> new Event.StandBy(lane, request);
			case EXTEND_STARTUP -> new Event.ExtendStartup(lane, request, in.longInt());
			case WARN_SIGNAL_SET -> new Event.WarnSignal(lane, request, in.signal());
			default -> (lane == Lane.ACTIVE) ? ofInstance(frame, in) : ofSpare(frame, in);
		};
	}

	private static @Nullable Event ofInstance(Frame frame, PayloadReader in) throws MalformedFrameException {
		int request = frame.request();
		return switch (frame.type()) {
			case START -> new Event.Start(request, in.bool(), in.bool());
			case READY -> new Event.Ready();
			case STOP -> new Event.Stop(request);
			case STOPPING -> new Event.Stopping();
			case EXITING -> new Event.Exiting();
			case UNHEALTHY -> new Event.Unhealthy(in.text());
			case RECOVER -> new Event.Recover(request, in.text());
			case REPLACE -> new Event.Replace(request, in.text());
			case MARK_FAILED -> new Event.MarkFailed(request);
			case FINALIZE -> new Event.Finish(request);
			case DECLINE -> new Event.Decline(request, in.text());
			case BEAT, STATUS, DATA_STORED, ENSURE_DIRECTORY, LISTEN, NOTICE -> null;
			default -> throw new MalformedFrameException("an application does not send " + frame.type());
		};
	}

	private static @Nullable Event ofSpare(Frame frame, PayloadReader in) throws MalformedFrameException {
		return switch (frame.type()) {
			// it would go on as an application of its own
			case DECLINE -> new Event.SpareUnusable("it is not to be supervised: " + in.text(), true);
			case FINALIZE -> new Event.SpareUnusable("it called finalize", true);
			case STOPPING, EXITING, BEAT, STATUS, NOTICE, ENSURE_DIRECTORY -> null;
			default -> throw new MalformedFrameException("a spare does not send " + frame.type());
		};
	}

}
