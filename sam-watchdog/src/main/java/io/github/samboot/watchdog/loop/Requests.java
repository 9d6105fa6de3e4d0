package io.github.samboot.watchdog.loop;

import io.github.samboot.core.Signal;
import io.github.samboot.core.protocol.Frame;
import io.github.samboot.core.protocol.MalformedFrameException;
import io.github.samboot.core.protocol.MessageType;
import io.github.samboot.core.protocol.Payload;
import io.github.samboot.core.protocol.PayloadReader;
import io.github.samboot.watchdog.supervision.Event;
import org.jspecify.annotations.Nullable;

/**
 * What a frame means to the rules.
 */
final class Requests {

	private Requests() {
	}

	/**
	 * Return the event for what the active instance says.
	 * @return the event, {@code null} for what does not concern the rules
	 * @throws MalformedFrameException if it cannot be understood
	 */
	static @Nullable Event ofInstance(Frame frame) throws MalformedFrameException {
		PayloadReader in = new PayloadReader(frame.payload());
		int request = frame.request();
		return switch (frame.type()) {
			case INITIALIZE -> new Event.Initialize(request, Payload.options(frame.payload()));
			case REGISTER -> new Event.Register(request);
			case STAND_BY -> new Event.StandBy(request);
			case START -> new Event.Start(request, in.bool(), in.bool());
			case READY -> new Event.Ready();
			case STOP -> new Event.Stop(request);
			case STOPPING -> new Event.Stopping();
			case EXITING -> new Event.Exiting();
			case UNHEALTHY -> new Event.Unhealthy(in.text());
			case RECOVER -> new Event.Recover(request, in.text());
			case EXTEND_STARTUP -> new Event.ExtendStartup(request, in.longInt());
			case WARN_SIGNAL_SET -> new Event.WarnSignal(request, signal(in.text()));
			case MARK_FAILED -> new Event.MarkFailed(request);
			case FINALIZE -> new Event.Finish(request);
			case DECLINE -> new Event.Decline(request, in.text());
			default -> {
				refuseAnswers(frame.type());
				yield null;
			}
		};
	}

	/**
	 * Return the event for what the spare says. What it may not say yet ends it.
	 * @return the event, {@code null} for what does not concern the rules
	 * @throws MalformedFrameException if it cannot be understood
	 */
	static @Nullable Event ofSpare(Frame frame) throws MalformedFrameException {
		PayloadReader in = new PayloadReader(frame.payload());
		int request = frame.request();
		return switch (frame.type()) {
			case INITIALIZE -> new Event.SpareInitialize(request, Payload.options(frame.payload()));
			case REGISTER -> new Event.SpareParked(request, true);
			case STAND_BY -> new Event.SpareParked(request, false);
			case EXTEND_STARTUP -> new Event.SpareExtendStartup(request, in.longInt());
			case WARN_SIGNAL_SET -> new Event.SpareWarnSignal(request, signal(in.text()));
			// it would go on as an application of its own
			case DECLINE -> new Event.SpareUnusable("it is not to be supervised: " + in.text(), true);
			case FINALIZE -> new Event.SpareUnusable("it called finalize", true);
			case STOPPING, EXITING, BEAT, STATUS, ENSURE_DIRECTORY -> null;
			default -> throw new MalformedFrameException("a spare does not send " + frame.type());
		};
	}

	private static void refuseAnswers(MessageType type) throws MalformedFrameException {
		switch (type) {
			case BEAT, STATUS, DATA_STORED, ENSURE_DIRECTORY -> {
			}
			default -> throw new MalformedFrameException("an application does not send " + type);
		}
	}

	private static Signal signal(String name) throws MalformedFrameException {
		try {
			return Signal.of(name);
		}
		catch (RuntimeException ex) {
			throw new MalformedFrameException(String.valueOf(ex.getMessage()));
		}
	}

}
