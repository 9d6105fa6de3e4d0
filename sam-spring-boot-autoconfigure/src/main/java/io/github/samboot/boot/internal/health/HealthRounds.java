package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;

import io.github.samboot.boot.SamProperties;
import org.jspecify.annotations.Nullable;

/**
 * The rules of health checking, without threads and clocks. Once per interval the members
 * of the group are looked for, and then checked, each on its own. A check has failed if
 * the member threw, or if its group is bad because of it. A member that does not return
 * is not checked a second time, and each timeout that passes counts as a failed check;
 * waiting for a thread does not count. Too many failed checks in a row of one member make
 * the application unhealthy. Times are those of {@link System#nanoTime()}. Not
 * thread-safe.
 */
public final class HealthRounds {

	/** Stands for the search for the members. */
	public static final String SEARCH = "";

	private static final int MOST_WARNINGS = 10;

	private final Limits limits;

	private final Function<HealthAnswer, String> detail;

	private final Map<String, Member> members = new LinkedHashMap<>();

	private long nextRound;

	private long planned;

	private String progress = "";

	private String status = "UNKNOWN";

	/**
	 * Create the rounds.
	 * @param limits when a check has failed, and when the application has
	 * @param now the current time; the first round is due now
	 * @param detail returns the words for the details of an answer
	 */
	public HealthRounds(Limits limits, long now, Function<HealthAnswer, String> detail) {
		this.limits = limits;
		this.detail = detail;
		this.nextRound = now;
		this.planned = now;
	}

	/**
	 * Let time pass: count a failed check for every member whose answer is overdue. No
	 * member is blamed for a time in which this process as a whole did not run: then all
	 * have their timeout once more.
	 * @param now the current time
	 * @param timeouts is told the name of each such member, and for how long it has not
	 * returned
	 * @return what is to be logged
	 */
	public List<String> pass(long now, ObjLongConsumer<String> timeouts) {
		long timeout = this.limits.timeout().toNanos();
		if (now - this.planned > this.limits.interval().toNanos() / 4) {
			this.members.values().forEach((member) -> member.countsAt = now + timeout);
		}
		List<String> warnings = new ArrayList<>();
		boolean othersWait = othersWait();
		this.members.forEach((name, member) -> {
			if (member.owes(othersWait) && now - member.countsAt >= 0) {
				member.countsAt = now + timeout;
				member.overdue++;
				count(name, member, warnings);
				timeouts.accept(name, now - member.askedAt);
			}
		});
		return warnings;
	}

	private boolean othersWait() {
		return this.members.values().stream().anyMatch((member) -> member.inGroup && member.asked && !member.running);
	}

	public boolean isRoundDue(long now) {
		return now - this.nextRound >= 0;
	}

	/**
	 * Begin a round.
	 * @param now the current time
	 * @return whether to look for the members: unless that lasts since an earlier round
	 */
	public boolean begin(long now) {
		long interval = this.limits.interval().toNanos();
		this.nextRound = (now - this.nextRound < interval) ? this.nextRound + interval : now + interval;
		return ask(SEARCH);
	}

	/**
	 * Report whose members are looked for now.
	 * @param contributor the name of a composite, empty for all others
	 */
	public void searching(String contributor) {
		this.progress = contributor.endsWith("/") ? contributor.substring(0, contributor.length() - 1) : contributor;
	}

	/**
	 * Take note of the members that were found.
	 * @param names the members of the group now
	 * @return those to check: all that do not still owe an answer
	 */
	public List<String> found(Set<String> names) {
		this.members.put(SEARCH, new Member());
		this.members.forEach((name, member) -> member.inGroup = name.equals(SEARCH) || names.contains(name));
		this.members.values().removeIf((member) -> !member.inGroup && !member.asked);
		return names.stream().filter(this::ask).toList();
	}

	private boolean ask(String name) {
		Member member = this.members.computeIfAbsent(name, (key) -> new Member());
		if (member.asked) {
			return false;
		}
		member.asked = true;
		member.running = false;
		member.overdue = 0;
		return true;
	}

	/**
	 * The check of a member has got its thread.
	 * @param name the member
	 * @param now the current time
	 */
	public void begun(String name, long now) {
		Member member = this.members.get(name);
		if (member != null) {
			member.running = true;
			member.askedAt = now;
			member.countsAt = now + this.limits.timeout().toNanos();
		}
	}

	/**
	 * A member has answered; {@link #judged} counts it.
	 * @param name the member
	 * @param answer its answer
	 */
	public void answered(String name, HealthAnswer answer) {
		Member member = this.members.get(name);
		if (member != null && member.asked) {
			member.asked = false;
			member.running = false;
			member.answer = answer;
			member.words = null;
			member.isNew = true;
		}
	}

	/**
	 * Return what there is to judge.
	 * @return the status of each member that has said one, by name
	 */
	public Map<String, String> statuses() {
		Map<String, String> statuses = new LinkedHashMap<>();
		this.members.forEach((name, member) -> {
			HealthAnswer answer = member.answer;
			if (member.inGroup && answer != null && !answer.isError() && !answer.status().isEmpty()) {
				statuses.put(name, answer.status());
			}
		});
		return statuses;
	}

	/**
	 * Count the answers since the last time.
	 * @param group what all answers make of the group
	 * @return what is to be logged
	 */
	public List<String> judged(GroupStatus group) {
		this.status = group.status();
		List<String> warnings = new ArrayList<>();
		this.members.forEach((name, member) -> {
			HealthAnswer answer = member.answer;
			boolean failed = answer != null && (answer.isError() || group.culprits().contains(name));
			if (!failed && (member.isNew || member.overdue == 0)) {
				member.failedChecks = 0;
			}
			else if (failed && member.isNew && member.overdue == 0) {
				// that of a member that was overdue is counted already
				count(name, member, warnings);
			}
			if (member.isNew) {
				member.isNew = false;
				member.overdue = 0;
			}
		});
		return warnings;
	}

	private void count(String name, Member member, List<String> warnings) {
		member.failedChecks++;
		if (member.failedChecks < this.limits.failureThreshold() && warnings.size() < MOST_WARNINGS) {
			warnings.add(describe(name, member, member.askedAt + member.overdue * this.limits.timeout().toNanos())
					+ ": failed check " + member.failedChecks + " of " + this.limits.failureThreshold() + " in a row");
		}
	}

	/**
	 * Return when there is something to do, if no member answers before.
	 * @param now the current time
	 * @return the time to call {@link #pass} next
	 */
	public long next(long now) {
		long next = this.nextRound;
		boolean othersWait = othersWait();
		for (Member member : this.members.values()) {
			if (member.owes(othersWait) && member.countsAt - next < 0) {
				next = member.countsAt;
			}
		}
		this.planned = (next - now > 0) ? next : now;
		return this.planned;
	}

	/**
	 * Return what all answers come to.
	 * @param now the current time
	 * @return the verdict
	 */
	public HealthVerdict verdict(long now) {
		Map.Entry<String, Member> worst = null;
		boolean othersWait = othersWait();
		for (Map.Entry<String, Member> entry : this.members.entrySet()) {
			Member member = entry.getValue();
			if ((member.inGroup || member.owes(othersWait))
					&& (worst == null || member.failedChecks > worst.getValue().failedChecks)) {
				worst = entry;
			}
		}
		if (worst == null || worst.getValue().failedChecks == 0) {
			return new HealthVerdict(now, this.status, 0, null);
		}
		Member member = worst.getValue();
		String problem = (member.failedChecks >= this.limits.failureThreshold()) ? describe(worst.getKey(), member, now)
				: null;
		boolean hasStatus = member.overdue == 0 && member.answer != null && !member.answer.isError();
		return new HealthVerdict(now, hasStatus ? this.status : "DOWN", member.failedChecks, problem);
	}

	private String describe(String name, Member member, long now) {
		HealthAnswer answer = member.answer;
		if (member.overdue > 0 || answer == null) {
			return String.format(Locale.ROOT, "%s has not returned for %.1f s", subject(name),
					(now - member.askedAt) / 1e9);
		}
		String times = (member.failedChecks > 1) ? " " + member.failedChecks + " times in a row" : "";
		String words = member.words;
		if (words == null) {
			words = this.detail.apply(answer);
			member.words = words;
		}
		return subject(name) + " is " + answer.status() + times + (words.isEmpty() ? "" : ": " + words);
	}

	private String subject(String name) {
		if (!name.equals(SEARCH)) {
			return "health indicator '" + name + "'";
		}
		return "the search for the members of "
				+ (this.progress.isEmpty() ? "the health group" : "health contributor '" + this.progress + "'");
	}

	/**
	 * When a check has failed, and when the application has.
	 *
	 * @param interval the time from round to round
	 * @param timeout how long an answer may take
	 * @param failureThreshold how many failed checks in a row are too many
	 */
	public record Limits(Duration interval, Duration timeout, int failureThreshold) {

		/**
		 * Return the limits that are configured.
		 * @param properties the configuration
		 * @return the limits
		 */
		public static Limits of(SamProperties properties) {
			return new Limits(properties.timeInterval(), properties.healthTimeout(),
					properties.health().failureThreshold());
		}

	}

	private static final class Member {

		private boolean inGroup = true;

		/** Whether its check is wanted, and has not returned. */
		private boolean asked;

		/** Whether its check has a thread. */
		private boolean running;

		private long askedAt;

		/** When its silence counts as the next failed check. */
		private long countsAt;

		/** How many failed checks its silence has counted as so far. */
		private int overdue;

		private int failedChecks;

		/** The last answer. */
		private @Nullable HealthAnswer answer;

		/** Its details in words, once they were needed. */
		private @Nullable String words;

		/** Whether that answer is not counted yet. */
		private boolean isNew;

		/**
		 * One that has left the group owes an answer as long as it keeps others from
		 * theirs.
		 */
		private boolean owes(boolean othersWait) {
			return this.asked && this.running && (this.inGroup || othersWait);
		}

	}

}
