package io.github.samboot.boot.internal.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The rules of health checking, without threads and clocks: once per interval every
 * member is asked, each on its own. A round is bad for a member that answers DOWN or
 * OUT_OF_SERVICE; one that does not answer is asked no second time, and each timeout that
 * passes counts as a bad round. Too many bad rounds in a row of one member make the
 * application unhealthy. Times are those of {@link System#nanoTime()}. Not thread-safe.
 */
final class HealthRounds {

	private final long interval;

	private final long timeout;

	private final int failureThreshold;

	private final Map<String, Member> members = new LinkedHashMap<>();

	private long nextRound;

	private long planned;

	/**
	 * Create the rounds.
	 * @param interval the time from round to round
	 * @param timeout how long an answer may take
	 * @param failureThreshold how many bad rounds in a row are too many
	 * @param now the current time; the first round is due now
	 */
	HealthRounds(Duration interval, Duration timeout, int failureThreshold, long now) {
		this.interval = interval.toNanos();
		this.timeout = timeout.toNanos();
		this.failureThreshold = failureThreshold;
		this.nextRound = now;
		this.planned = now;
	}

	/**
	 * Let time pass: count a bad round for every member whose answer is overdue. Nobody
	 * is blamed for a time in which this process as a whole did not run: then all have
	 * their timeout once more.
	 * @param now the current time
	 * @return what is to be logged
	 */
	List<String> pass(long now) {
		if (now - this.planned > this.interval / 4) {
			this.members.values().forEach((member) -> member.countsAt = now + this.timeout);
		}
		List<String> warnings = new ArrayList<>();
		this.members.forEach((name, member) -> {
			if (member.owes() && now - member.countsAt >= 0) {
				member.countsAt = now + this.timeout;
				member.overdue++;
				count(name, member, null, warnings);
			}
		});
		return warnings;
	}

	boolean isRoundDue(long now) {
		return now - this.nextRound >= 0;
	}

	/**
	 * Begin a round.
	 * @param names the members of the group now
	 * @param now the current time
	 * @return those to ask: all that do not still owe an answer
	 */
	List<String> begin(Set<String> names, long now) {
		this.nextRound = (now - this.nextRound < this.interval) ? this.nextRound + this.interval : now + this.interval;
		this.members.forEach((name, member) -> member.inGroup = names.contains(name));
		this.members.values().removeIf((member) -> !member.inGroup && !member.asked);
		List<String> toAsk = new ArrayList<>();
		for (String name : names) {
			Member member = this.members.computeIfAbsent(name, (key) -> new Member());
			if (!member.asked) {
				member.asked = true;
				member.askedAt = now;
				member.countsAt = now + this.timeout;
				member.overdue = 0;
				toAsk.add(name);
			}
		}
		return toAsk;
	}

	/**
	 * A member has answered.
	 * @param name the member
	 * @param answer its answer
	 * @return what is to be logged
	 */
	List<String> answered(String name, HealthAnswer answer) {
		List<String> warnings = new ArrayList<>();
		Member member = this.members.get(name);
		if (member == null || !member.asked) {
			return warnings;
		}
		member.asked = false;
		if (!answer.isBad()) {
			member.badRounds = 0;
			member.answer = null;
		}
		else if (member.overdue > 0) {
			// the rounds it took are counted already
			member.answer = answer;
		}
		else {
			count(name, member, answer, warnings);
		}
		member.known = true;
		member.overdue = 0;
		return warnings;
	}

	private void count(String name, Member member, @Nullable HealthAnswer answer, List<String> warnings) {
		member.badRounds++;
		member.known = true;
		member.answer = answer;
		if (member.badRounds < this.failureThreshold) {
			warnings.add(describe(name, member) + ": bad round " + member.badRounds + " of " + this.failureThreshold
					+ " before this instance is replaced");
		}
	}

	/**
	 * Return when there is something to do, if no member answers before.
	 * @param now the current time
	 * @return the time to call {@link #pass(long)} next
	 */
	long next(long now) {
		long next = this.nextRound;
		for (Member member : this.members.values()) {
			if (member.owes() && member.countsAt - next < 0) {
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
	HealthVerdict verdict(long now) {
		String worstName = null;
		Member worst = null;
		boolean known = false;
		for (Map.Entry<String, Member> entry : this.members.entrySet()) {
			known |= entry.getValue().known;
			if (!entry.getValue().inGroup) {
				continue;
			}
			if (worst == null || entry.getValue().badRounds > worst.badRounds) {
				worstName = entry.getKey();
				worst = entry.getValue();
			}
		}
		if (worst == null || worstName == null || worst.badRounds == 0) {
			return new HealthVerdict(now, known ? "UP" : "UNKNOWN", 0, null);
		}
		String problem = (worst.badRounds >= this.failureThreshold) ? describe(worstName, worst, now) : null;
		HealthAnswer answer = worst.answer;
		return new HealthVerdict(now, (answer != null) ? answer.status() : "DOWN", worst.badRounds, problem);
	}

	private String describe(String name, Member member) {
		return describe(name, member, member.askedAt + member.overdue * this.timeout);
	}

	private String describe(String name, Member member, long now) {
		HealthAnswer answer = member.answer;
		if (answer == null) {
			return String.format(Locale.ROOT, "health indicator '%s' has not returned for %.1f s", name,
					(now - member.askedAt) / 1e9);
		}
		String times = (member.badRounds > 1) ? " " + member.badRounds + " times in a row" : "";
		String detail = answer.detail().isEmpty() ? "" : ": " + answer.detail();
		return "health indicator '" + name + "' is " + answer.status() + times + detail;
	}

	private static final class Member {

		private boolean inGroup = true;

		/** Whether there is a question that it has not answered. */
		private boolean asked;

		private long askedAt;

		/** When its silence counts as the next bad round. */
		private long countsAt;

		/** How many rounds its silence has cost so far. */
		private int overdue;

		private int badRounds;

		private boolean known;

		/** The last bad answer, {@code null} if it is good or silent. */
		private @Nullable HealthAnswer answer;

		private boolean owes() {
			return this.inGroup && this.asked;
		}

	}

}
