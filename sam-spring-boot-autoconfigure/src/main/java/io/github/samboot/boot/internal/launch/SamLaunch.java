package io.github.samboot.boot.internal.launch;

import java.io.IOException;

import io.github.samboot.core.WatchdogMode;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
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

	private @Nullable SpringApplication application;

	private @Nullable LaunchState failedExec;

	private boolean settled;

	private boolean started;

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
	 * Return what became of this process.
	 * @return the state, final when logging starts
	 */
	public LaunchState state() {
		return this.state;
	}

	/**
	 * Start the watchdog next to this process. Does nothing unless the mode is sidecar,
	 * or when done already.
	 * @throws IOException if the watchdog does not start
	 */
	public synchronized void startSidecar() throws IOException {
		if (this.sequence == null || this.started || this.state.mode() != WatchdogMode.SIDECAR) {
			return;
		}
		this.sequence.startSidecar();
		this.started = true;
		if (!this.state.reason().isEmpty()) {
			LogFactory.getLog(SamLaunch.class).info(this.state.reason());
		}
	}

	/**
	 * Before there is an application. In parent mode this does not return, unless that
	 * has to wait for an application.
	 * @param source the class that the application will be made of
	 * @param arguments its arguments
	 */
	public synchronized void launching(Class<?> source, String[] arguments) {
		if (this.sequence != null || this.settled || WatchdogAddress.fromEnvironment() != null) {
			return;
		}
		try {
			LaunchSequence early = new LaunchSequence(LaunchSource.of(source), arguments, null);
			early.start();
			this.failedExec = early.failedExec();
		}
		catch (RuntimeException | LinkageError ex) {
			// the application says so, if it meets it too
		}
	}

	/**
	 * The earliest moment of an application. In parent mode this does not return.
	 * @param application the application
	 * @param arguments its arguments
	 */
	synchronized void starting(SpringApplication application, String[] arguments) {
		if (this.application == null) {
			this.application = application;
		}
		if (this.sequence != null || this.settled) {
			return;
		}
		try {
			this.sequence = new LaunchSequence(LaunchSource.of(application), arguments, this.failedExec);
			this.state = this.sequence.start();
		}
		catch (RuntimeException | LinkageError ex) {
			// SAM must not be the reason why an application does not start
			this.state = LaunchState.inert("SAM does not supervise this process because of " + ex + ".");
			this.settled = true;
		}
	}

	/**
	 * An application has failed: if that was before all configuration was known, the next
	 * one tells.
	 * @param application the application
	 */
	synchronized void failed(SpringApplication application) {
		if (this.application == application) {
			this.application = null;
		}
	}

	/**
	 * The moment when all configuration is known.
	 * @param environment the environment
	 * @param application the application
	 */
	synchronized void environmentPrepared(ConfigurableEnvironment environment, SpringApplication application) {
		if (this.sequence == null || this.application != application || this.settled) {
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

}
