package io.github.samboot.watchdog.conformance;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.watchdog.conformance.scenario.Basics;
import io.github.samboot.watchdog.conformance.scenario.CmapQuit;
import io.github.samboot.watchdog.conformance.scenario.CmapRestart;
import io.github.samboot.watchdog.conformance.scenario.EventDriven;
import io.github.samboot.watchdog.conformance.scenario.FinalizeAtOnce;
import io.github.samboot.watchdog.conformance.scenario.Quorum;
import io.github.samboot.watchdog.conformance.scenario.Smoke;
import io.github.samboot.watchdog.conformance.scenario.UserData;
import io.github.samboot.watchdog.conformance.scenario.WarnSignal;
import io.github.samboot.watchdog.conformance.scenario.WarnedAndKilled;

/**
 * The ten reference scenarios. Intervals are shorter than upstream's, but long enough for
 * a machine with other things to do.
 */
enum Scenario {

	BASICS("basics", Basics.class, 1000),

	SIGNAL("signal", WarnedAndKilled.class, 1000),

	SMOKE("smoke", Smoke.class, 1000),

	DATA("data", UserData.class, 1000),

	EVENT_DRIVEN("event-driven", EventDriven.class, 400),

	WARN_SIGNAL("warn-signal", WarnSignal.class, 1000),

	QUORUM("quorum", Quorum.class, 1000),

	FINALIZE("finalize", FinalizeAtOnce.class, 2000),

	CMAP_QUIT("cmap-quit", CmapQuit.class, 2000),

	CMAP_RESTART("cmap-restart", CmapRestart.class, 1000);

	/** How many instances crash in {@link #SMOKE}. */
	static final int CRASHES = Integer.getInteger("sam.test.crashes", 100);

	private final String referenceName;

	private final Class<?> program;

	private final int interval;

	Scenario(String referenceName, Class<?> program, int interval) {
		this.referenceName = referenceName;
		this.program = program;
		this.interval = interval;
	}

	Class<?> program() {
		return this.program;
	}

	int interval() {
		return this.interval;
	}

	boolean needsCorosync() {
		return this == QUORUM || usesCmap();
	}

	boolean usesCmap() {
		return this == CMAP_QUIT || this == CMAP_RESTART;
	}

	/**
	 * Return the JVM options of the Java program.
	 * @param isSecondPart whether it is to tell its second part
	 */
	String[] options(boolean isSecondPart) {
		return new String[] { "-Dsam.scenario.interval=" + this.interval, "-Dsam.scenario.crashes=" + CRASHES,
				"-Dsam.scenario.second-part=" + isSecondPart };
	}

	/**
	 * Return the command of the same scenario on libsam.
	 * @param program the reference program
	 */
	List<String> reference(String program) {
		return new ArrayList<>(List.of(program, "-i", Integer.toString(this.interval), "-n", Integer.toString(CRASHES),
				this.referenceName));
	}

}
