package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.core.WatchdogMode;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * How this process was launched, and what SAM made of it. A process is launched once:
 * further applications and contexts in it change nothing.
 */
public final class SamLaunch {

	private static final SamLaunch CURRENT = new SamLaunch();

	private volatile LaunchState state = LaunchState.NOT_LAUNCHED;

	private @Nullable LaunchSequence sequence;

	private boolean settled;

	private boolean attached;

	SamLaunch() {
	}

	/**
	 * Return the launch of this process.
	 * @return the one instance
	 */
	public static SamLaunch current() {
		return CURRENT;
	}

	/**
	 * Return whether there is a watchdog.
	 * @return the outcome, final when logging starts
	 */
	public Outcome outcome() {
		return this.state.outcome();
	}

	/**
	 * Return who starts whom.
	 * @return {@code sidecar} if this process starts the watchdog, {@code external} if
	 * the watchdog started it (it knows whether in parent mode), {@code off} if there is
	 * none
	 */
	public String mode() {
		return this.state.mode();
	}

	/**
	 * Return why it came to that.
	 * @return one sentence for the log, empty if there is nothing to say
	 */
	public String reason() {
		return this.state.reason();
	}

	/**
	 * Return whether SAM is wanted here and cannot be had.
	 * @return whether {@link #reason()} is a failure
	 */
	public boolean isFailure() {
		return this.state.isFailure();
	}

	/**
	 * Start the watchdog beside this process. Does nothing unless the mode is sidecar, or
	 * when done already.
	 * @param watchdogJavaOptions further options of the watchdog's JVM
	 * @param runDirectory the preferred parent of the run directory, or {@code null}
	 * @throws IOException if the watchdog does not start
	 */
	public synchronized void attachSidecar(List<String> watchdogJavaOptions, @Nullable Path runDirectory)
			throws IOException {
		if (this.sequence == null || this.attached || !this.state.mode().equals("sidecar")) {
			return;
		}
		this.sequence.sidecar()
			.start(new LaunchSettings(true, WatchdogMode.SIDECAR, List.copyOf(watchdogJavaOptions), runDirectory));
		this.attached = true;
		if (!reason().isEmpty()) {
			LogFactory.getLog(SamLaunch.class).info(reason());
		}
	}

	/**
	 * The earliest moment of an application. In parent mode this does not return.
	 * @param application the application
	 * @param arguments its arguments
	 */
	synchronized void starting(SpringApplication application, String[] arguments) {
		if (this.sequence != null) {
			return;
		}
		LaunchSequence sequence = new LaunchSequence(application, arguments);
		this.sequence = sequence;
		try {
			this.state = sequence.start();
		}
		catch (RuntimeException | LinkageError ex) {
			// SAM must not be the reason why an application does not start
			this.state = LaunchState.inert("SAM does not supervise this process because of " + ex + ".");
			this.settled = true;
		}
	}

	/**
	 * The moment when all configuration is known.
	 * @param environment the environment
	 * @param application the application
	 */
	synchronized void environmentPrepared(ConfigurableEnvironment environment, SpringApplication application) {
		if (this.sequence == null || !this.sequence.isOf(application) || this.settled) {
			return;
		}
		this.settled = true;
		try {
			this.state = this.sequence.settle(environment);
			this.sequence.tellWatchdog(this.state);
		}
		catch (RuntimeException | LinkageError ex) {
			this.state = LaunchState.inert("SAM does not supervise this process because of " + ex + ".");
		}
	}

	/**
	 * Whether there is a watchdog.
	 */
	public enum Outcome {

		/** This process has a watchdog, or starts one beside itself. */
		SUPERVISED,

		/** SAM is wanted, but this process is left alone; {@link #reason()} says why. */
		INERT,

		/** SAM is not wanted. */
		OFF

	}

}
