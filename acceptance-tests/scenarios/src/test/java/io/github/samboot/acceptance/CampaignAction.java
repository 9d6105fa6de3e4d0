package io.github.samboot.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One thing that a campaign does to a supervised application.
 *
 * @param kind what is done
 * @param settled whether it is done only after the last action has been recovered from
 * @param pause how long to wait before it otherwise, in milliseconds
 * @param time a time that the action takes, from 0 to 1
 * @param choice a choice that the action makes, from 0 to 1
 * @param otherChoice another one
 */
record CampaignAction(Kind kind, boolean settled, int pause, double time, double choice, double otherChoice) {

	/**
	 * Choose actions. They depend on the seed alone.
	 * @param seed the seed
	 * @param count how many
	 * @param spares whether there are spares
	 * @param quorum whether there is a cluster
	 * @return the actions
	 */
	static List<CampaignAction> choose(long seed, int count, boolean spares, boolean quorum) {
		Random random = new Random(seed * 0x9E3779B97F4A7C15L);
		List<Kind> kinds = new ArrayList<>();
		for (Kind kind : Kind.values()) {
			boolean isPossible = (spares || !kind.words.contains("spare"))
					&& (quorum || !kind.words.contains("quorum"));
			for (int i = 0; i < kind.weight && isPossible; i++) {
				kinds.add(kind);
			}
		}
		List<CampaignAction> actions = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			actions.add(new CampaignAction(kinds.get(random.nextInt(kinds.size())), random.nextInt(5) > 0,
					random.nextInt(1500), random.nextDouble(), random.nextDouble(), random.nextDouble()));
		}
		return actions;
	}

	int millis(int least, int most) {
		return least + (int) (this.time * (most - least));
	}

	<T> T one(List<T> values) {
		return values.get((int) (this.choice * values.size()));
	}

	<T> T another(List<T> values) {
		return values.get((int) (this.otherChoice * values.size()));
	}

	/**
	 * What is done.
	 */
	enum Kind {

		/** SIGKILL. */
		KILL_APPLICATION("application killed", 4),

		/** SIGTERM to the application is a stop: all ends, and is started again. */
		END_APPLICATION("application ended by SIGTERM", 1),

		/** SIGSTOP, for good. */
		HANG_APPLICATION("application stopped for good", 3),

		/** SIGSTOP, for less than the time interval. */
		PAUSE_APPLICATION("application stopped for a part of the interval", 2),

		/** SIGKILL or SIGTERM. */
		KILL_SPARE("spare killed", 2),

		/** SIGSTOP, and SIGCONT later. */
		PAUSE_SPARE("spare stopped for a while", 1),

		/** SIGKILL while the spare is stopped. */
		KILL_APPLICATION_BESIDE_STOPPED_SPARE("application killed while the spare is stopped", 2),

		/** SIGKILL to both, in either order. */
		KILL_APPLICATION_AND_SPARE("application and spare killed", 2),

		/** SIGTERM to the spare, and SIGKILL to the application while the spare ends. */
		KILL_APPLICATION_WHILE_SPARE_ENDS("application killed while the spare shuts down", 2),

		/** SIGKILL. */
		KILL_WATCHDOG("watchdog killed", 4),

		/** SIGKILL, and again as soon as the next one is there. */
		KILL_WATCHDOG_TWICE("watchdog killed, and its successor too", 2),

		/** SIGKILL to both. */
		KILL_WATCHDOG_THEN_APPLICATION("watchdog killed, then the application", 2),

		/** SIGKILL to both. */
		KILL_APPLICATION_THEN_WATCHDOG("application killed, then the watchdog", 2),

		/** SIGSTOP and SIGCONT. */
		PAUSE_WATCHDOG("watchdog stopped for a while", 2),

		/** SIGKILL to the application while the watchdog is stopped. */
		KILL_APPLICATION_BESIDE_STOPPED_WATCHDOG("application killed while the watchdog is stopped", 2),

		/** SIGSTOP to all, and SIGCONT. */
		PAUSE_ALL("everything stopped for a while", 2),

		/** Shut down sockets of the watchdog, without its knowledge. */
		CUT_CONNECTIONS("connections cut", 3),

		/** No byte is left where the run directory is; meanwhile something is killed. */
		FILL_DIRECTORY("file system of the run directory full", 3),

		/** The run directory is removed; then something may be killed. */
		REMOVE_DIRECTORY("run directory removed", 3),

		/** The run directory is replaced by that of another user. */
		TAKE_DIRECTORY("run directory taken by another user", 2),

		/** Both, in either order, while the watchdog lives. */
		CUT_AND_TAKE("connections cut and run directory taken", 2),

		/** The cluster is not quorate for a while. */
		LOSE_QUORUM("quorum lost and regained", 4),

		/** The same, and meanwhile something is killed. */
		LOSE_QUORUM_AND_KILL("killed while there is no quorum", 4),

		/** System calls of the watchdog fail. */
		INJECT_WATCHDOG("system calls of the watchdog fail", 2),

		/** System calls of the watchdog fail while it recovers. */
		INJECT_WATCHDOG_IN_RECOVERY("system calls of the watchdog fail during a recovery", 3),

		/** System calls of the application fail, or those of a spare. */
		INJECT_APPLICATION("system calls of the application fail", 2),

		/** A signal to the watchdog: all ends, and is started again. */
		STOP("stopped, and started again", 2),

		/** The same while there is no instance. */
		STOP_IN_RECOVERY("stopped during a recovery", 2),

		/** SIGKILL to all, and started again. */
		KILL_ALL("everything killed, and started again", 1);

		private final String words;

		private final int weight;

		Kind(String words, int weight) {
			this.words = words;
			this.weight = weight;
		}

		@Override
		public String toString() {
			return this.words;
		}

	}

}
