package io.github.samboot.watchdog.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened in a scenario, in order. The format is that of
 * {@code conformance/README.md}.
 *
 * @param events the events
 */
record EventLog(List<Event> events) {

	/** Whom the lines of the process around the scenario belong to. */
	static final String SERVER = "*";

	/** Whom the lines before register belong to. */
	static final String UNREGISTERED = "-";

	/**
	 * One line.
	 *
	 * @param millis the time since the start
	 * @param who the instance id, {@code -} before register, {@code *} around it all
	 * @param what the event
	 */
	record Event(long millis, String who, String what) {

		static Event parse(String line) {
			String[] parts = line.split("\t", 3);
			return new Event(Long.parseLong(parts[0]), parts[1], parts[2]);
		}

		@Override
		public String toString() {
			return this.millis + "\t" + this.who + "\t" + this.what;
		}

	}

	static EventLog parse(String text) {
		List<Event> events = new ArrayList<>();
		// a last line without an end is still being written
		int end = text.lastIndexOf('\n');
		if (end > 0) {
			text.substring(0, end).lines().forEach((line) -> events.add(Event.parse(line)));
		}
		return new EventLog(List.copyOf(events));
	}

	static EventLog read(Path file) {
		try {
			return parse(Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	EventLog plus(Event event) {
		List<Event> all = new ArrayList<>(this.events);
		all.add(event);
		return new EventLog(List.copyOf(all));
	}

	/**
	 * Return this log, followed by one whose clock started when this one ended.
	 */
	EventLog then(EventLog other) {
		long offset = this.events.get(this.events.size() - 1).millis();
		EventLog all = this;
		for (Event event : other.events) {
			all = all.plus(new Event(offset + event.millis(), event.who(), event.what()));
		}
		return all;
	}

	/**
	 * Return what happened in one instance.
	 * @param id the instance id
	 * @return the events
	 */
	List<String> of(int id) {
		return of(Integer.toString(id));
	}

	List<String> of(String who) {
		return this.events.stream().filter((event) -> event.who().equals(who)).map(Event::what).toList();
	}

	/**
	 * Return when something happened first in an instance.
	 * @param who the instance id
	 * @param what the event
	 * @return the time in milliseconds
	 */
	long timeOf(int who, String what) {
		return timesOf(who, what).get(0);
	}

	List<Long> timesOf(int who, String what) {
		List<Long> times = this.events.stream()
			.filter((event) -> event.who().equals(Integer.toString(who)) && event.what().equals(what))
			.map(Event::millis)
			.toList();
		if (times.isEmpty()) {
			throw new AssertionError("Instance " + who + " has no event \"" + what + "\" in\n" + this);
		}
		return times;
	}

	int lastInstance() {
		return this.events.stream()
			.map(Event::who)
			.filter((who) -> !who.equals(SERVER) && !who.equals(UNREGISTERED))
			.mapToInt(Integer::parseInt)
			.max()
			.orElse(-1);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		this.events.forEach((event) -> text.append(event).append('\n'));
		return text.toString();
	}

}
