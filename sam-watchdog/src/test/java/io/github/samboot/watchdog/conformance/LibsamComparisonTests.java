package io.github.samboot.watchdog.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.test.RequiresCorosync;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The event log of every scenario beside that of the same scenario on libsam: the same
 * events in the same order, at about the same times.
 */
@Tag("long")
@Tag("any-java")
@Timeout(400)
@RequiresLibsam
class LibsamComparisonTests {

	/** A new instance is a new JVM here, and a fork there. */
	private static final long START_OF_A_JVM = 20_000;

	private static final long LATENESS = 3_000;

	private static final int ATTEMPTS = 3;

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "QUORUM", "CMAP_QUIT", "CMAP_RESTART" })
	void logShouldBeThatOfLibsam(Scenario scenario) {
		compare(scenario);
	}

	/**
	 * The scenarios that need a cluster.
	 */
	@Nested
	@RequiresCorosync
	class OnCorosync {

		@ParameterizedTest
		@EnumSource(mode = EnumSource.Mode.INCLUDE, names = { "QUORUM", "CMAP_QUIT", "CMAP_RESTART" })
		void logShouldBeThatOfLibsam(Scenario scenario) {
			compare(scenario);
		}

	}

	/**
	 * Times are those of one run of each, and the machine may hold up either.
	 */
	private static void compare(Scenario scenario) {
		for (int attempt = 1;; attempt++) {
			Recording recording = Recording.of(scenario);
			try {
				compare(scenario, recording);
				return;
			}
			catch (TimeDiffers ex) {
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private static void compare(Scenario scenario, Recording recording) {
		List<EventLog.Event> java = comparable(recording.java());
		List<EventLog.Event> libsam = comparable(recording.libsam());
		assertThat(story(java)).as("%s", recording).containsExactlyElementsOf(story(libsam));
		Map<String, Long> javaTimes = new HashMap<>();
		Map<String, Long> libsamTimes = new HashMap<>();
		long javaLast = 0;
		long libsamLast = 0;
		for (int i = 0; i < java.size(); i++) {
			EventLog.Event event = java.get(i);
			EventLog.Event reference = libsam.get(i);
			boolean isBegin = !javaTimes.containsKey(event.who());
			long javaTook = event.millis() - javaTimes.getOrDefault(event.who(), javaLast);
			long libsamTook = reference.millis() - libsamTimes.getOrDefault(event.who(), libsamLast);
			boolean isEarly = javaTook < libsamTook - 3 * scenario.interval() / 4;
			if (isEarly || javaTook > libsamTook + LATENESS + (isBegin ? START_OF_A_JVM : 0)) {
				throw new TimeDiffers("time of \"%s\": %s ms, %s ms in libsam, in %s".formatted(event, javaTook,
						libsamTook, recording));
			}
			javaLast = event.millis();
			libsamLast = reference.millis();
			javaTimes.put(event.who(), javaLast);
			libsamTimes.put(event.who(), libsamLast);
			if (event.who().equals(EventLog.SERVER)) {
				// a second part counts its instances anew
				javaTimes.clear();
				libsamTimes.clear();
			}
		}
	}

	private static List<String> story(List<EventLog.Event> events) {
		return events.stream().map((event) -> event.who() + " " + event.what()).toList();
	}

	/**
	 * Leave out what is different on purpose; {@code docs/conformance.md} tells why.
	 */
	private static List<EventLog.Event> comparable(EventLog log) {
		List<EventLog.Event> events = new ArrayList<>();
		boolean hasRegistered = false;
		boolean isMarked = false;
		for (EventLog.Event event : log.events()) {
			String what = event.what();
			if (event.who().equals(EventLog.SERVER)) {
				hasRegistered = false;
				isMarked = false;
				// libsam gives 0 for a component that a signal has ended
				what = what.startsWith("server exit") ? "server exit" : what;
			}
			else if (event.who().equals(EventLog.UNREGISTERED)) {
				if (hasRegistered || what.startsWith("restore-null")) {
					// a Java program runs its main again, a C program goes on after
					// register; and there is no buffer that is NULL
					continue;
				}
			}
			else {
				hasRegistered = true;
				isMarked |= what.startsWith("mark-failed");
				if (isMarked) {
					// kill and answer are on their way together
					continue;
				}
				what = what.startsWith("cmap last_updated moved") ? "cmap last_updated moved" : what;
			}
			events.add(new EventLog.Event(event.millis(), event.who(), what));
		}
		return events;
	}

	@SuppressWarnings("serial")
	private static final class TimeDiffers extends AssertionError {

		private TimeDiffers(String message) {
			super(message);
		}

	}

}
