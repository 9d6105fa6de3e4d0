package io.github.samboot.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Looks at all instances that came past {@code register}, as their journal and the
 * process table show them, and says what must never be: two at one time, one that ended
 * though nothing was done to it, one with the wrong number or without the data of the
 * last one.
 */
final class Witness {

	/** A machine on which this thread did not run for so long may starve others, too. */
	private static final Duration STARVED = Duration.ofMillis(300);

	private static final Duration STARVED_RECENTLY = Duration.ofSeconds(5);

	private final LongPredicate isGone;

	private final List<String> violations = new ArrayList<>();

	private final List<String> excuses = new ArrayList<>();

	/** All instances, those that have ended too. */
	private final Map<Long, Instance> instances = new LinkedHashMap<>();

	private final Set<Long> explained = new HashSet<>();

	private final List<String> expectedData = new ArrayList<>(List.of(""));

	private int lastId = -1;

	private boolean dataMayBeLost;

	private boolean allMayEnd;

	private boolean isQuorate = true;

	private long lastSample;

	private long starvedAt;

	private boolean wasStarved;

	/**
	 * Create a witness.
	 * @param isGone whether a process has ended
	 */
	Witness(LongPredicate isGone) {
		this.isGone = isGone;
	}

	/** The application is launched anew: nothing may be left, and it begins with 0. */
	synchronized void launched() {
		this.lastId = -1;
		this.dataMayBeLost = false;
		this.allMayEnd = false;
		this.expectedData.clear();
		this.expectedData.add("");
		this.lastSample = 0;
	}

	/**
	 * Something is about to be done that may end a process.
	 * @param pid the process
	 */
	synchronized void explain(long pid) {
		this.explained.add(pid);
	}

	/**
	 * Something is being done that may end any instance, also one that is not known yet.
	 * @param allMayEnd whether that is so
	 */
	synchronized void allMayEnd(boolean allMayEnd) {
		this.allMayEnd = allMayEnd;
	}

	/**
	 * The cluster loses or regains quorum. Nothing comes up without it.
	 * @param isQuorate whether the watchdog knows that the node is quorate
	 */
	synchronized void quorate(boolean isQuorate) {
		this.isQuorate = isQuorate;
	}

	/** User data may be gone: its only copy was removed, and then who remembered it. */
	synchronized void dataMayBeLost() {
		this.dataMayBeLost = true;
	}

	/**
	 * Read a line of the journal.
	 * @param line the line
	 */
	synchronized void read(String line) {
		String[] words = line.split(" ", -1);
		long pid = Long.parseLong(words[1]);
		if (words[0].equals("registered")) {
			registered(pid, Integer.parseInt(words[2]), words[3], words[4]);
			return;
		}
		Instance instance = this.instances.get(pid);
		if (instance == null) {
			this.violations.add("a process that has not registered says: " + line);
			return;
		}
		switch (words[0]) {
			case "stored" -> {
				this.dataMayBeLost = false;
				this.expectedData.clear();
				this.expectedData.add(words[1]);
			}
			case "up" -> {
				instance.isUp = true;
				if (!this.isQuorate && instance.lacksQuorum) {
					this.violations.add("instance " + instance + " came up without quorum");
				}
			}
			case "closing" -> instance.isUp = false;
			default -> {
				// tells a reader more than this class
			}
		}
	}

	private void registered(long pid, int id, String lock, String data) {
		if (lock.equals("beside")) {
			this.violations.add(
					"instance " + id + " (" + pid + ") came past register while another one had the lock: " + living());
		}
		if (id <= this.lastId) {
			this.violations.add("instance " + id + " (" + pid + ") follows instance " + this.lastId);
		}
		if (!this.dataMayBeLost && !this.expectedData.contains(data)) {
			this.violations
				.add("instance " + id + " (" + pid + ") got the data [" + data + "], not one of " + this.expectedData);
		}
		this.lastId = id;
		// it may be killed after it has stored, and before it has said so
		this.expectedData.add(Long.toString(pid));
		this.instances.put(pid, new Instance(id, pid, !this.isQuorate));
	}

	/**
	 * Look at the processes.
	 * @param now the time in nanoseconds
	 */
	synchronized void look(long now) {
		if (this.lastSample != 0 && now - this.lastSample > STARVED.toNanos()) {
			this.starvedAt = now;
			this.wasStarved = true;
		}
		this.lastSample = now;
		for (Instance instance : this.instances.values()) {
			if (!instance.isGone && this.isGone.test(instance.pid)) {
				instance.isGone = true;
				if (!this.allMayEnd && !this.explained.contains(instance.pid)) {
					String what = "instance " + instance.id + " (" + instance.pid
							+ ") has ended, and nothing was done to it";
					boolean starved = this.wasStarved && now - this.starvedAt < STARVED_RECENTLY.toNanos();
					(starved ? this.excuses : this.violations).add(what);
				}
			}
		}
		List<Instance> living = living();
		if (living.size() > 1) {
			this.violations.add("instances at one time: " + living);
		}
	}

	private List<Instance> living() {
		return this.instances.values()
			.stream()
			.filter((instance) -> !instance.isGone && !this.isGone.test(instance.pid))
			.toList();
	}

	/** The instance that is past {@code register}. */
	synchronized OptionalLong active() {
		return living().stream().mapToLong((instance) -> instance.pid).findFirst();
	}

	synchronized boolean isUp(long pid) {
		Instance instance = this.instances.get(pid);
		return instance != null && instance.isUp && !this.isGone.test(pid);
	}

	synchronized boolean isQuorate() {
		return this.isQuorate;
	}

	synchronized boolean isInstance(long pid) {
		return this.instances.containsKey(pid);
	}

	synchronized int instances() {
		return this.instances.size();
	}

	/** Tell a violation that others have seen. */
	synchronized void violated(String what) {
		this.violations.add(what);
	}

	/** Take all violations that were seen since the last call. */
	synchronized List<String> takeViolations() {
		List<String> taken = List.copyOf(this.violations);
		this.violations.clear();
		return taken;
	}

	/** What would be a violation if the machine had not been too slow for a moment. */
	synchronized List<String> excuses() {
		return List.copyOf(this.excuses);
	}

	private static final class Instance {

		private final int id;

		private final long pid;

		private final boolean lacksQuorum;

		private boolean isUp;

		private boolean isGone;

		Instance(int id, long pid, boolean lacksQuorum) {
			this.id = id;
			this.pid = pid;
			this.lacksQuorum = lacksQuorum;
		}

		@Override
		public String toString() {
			return this.id + " (" + this.pid + ")";
		}

	}

}
