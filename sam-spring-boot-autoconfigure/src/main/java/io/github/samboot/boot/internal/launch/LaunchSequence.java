package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.WatchdogMode;
import io.github.samboot.core.internal.client.ProcessSam;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The steps of one launch: at the earliest hook, and again when Spring Boot has read its
 * configuration files.
 */
final class LaunchSequence {

	private final LaunchSource source;

	private final String[] arguments;

	private final LaunchFacts facts;

	private final Recognition recognition;

	private final WatchdogJar jar;

	private boolean explicitMode;

	private LaunchSettings settings = LaunchSettings.DEFAULTS;

	private @Nullable LaunchState failedExec;

	/**
	 * Create the sequence.
	 * @param source what is launched in this process, the first that is
	 * @param arguments its arguments
	 * @param failedExec what an earlier try has led to
	 */
	LaunchSequence(LaunchSource source, String[] arguments, @Nullable LaunchState failedExec) {
		this.source = source;
		this.arguments = arguments;
		this.failedExec = failedExec;
		this.facts = LaunchFacts.gather(source);
		this.recognition = LaunchRecognition.recognise(this.facts);
		this.jar = new WatchdogJar(source.classLoader());
	}

	/**
	 * Return why this process did not become the watchdog.
	 * @return the state, {@code null} if that was not tried
	 */
	@Nullable LaunchState failedExec() {
		return this.failedExec;
	}

	void startSidecar() throws IOException {
		SidecarLaunch.start(this.settings, this.jar);
	}

	/**
	 * Decide what can be decided before configuration files are read.
	 * @return the state, provisional until {@link #settle}
	 */
	LaunchState start() {
		if (this.recognition instanceof Recognition.Never || this.facts.watched()) {
			return carryOut(LaunchSettings.DEFAULTS);
		}
		EarlyProperties properties = new EarlyProperties(this.arguments, this.facts.properties(),
				this.facts.environment(), this.source.environmentPrefix());
		if (!this.source.isPrefixKnown() && EarlyProperties.mayHavePrefix(this.facts.environment())) {
			return LaunchState.NOT_LAUNCHED;
		}
		this.explicitMode = properties.hasMode();
		boolean isDoubtful = this.recognition instanceof Recognition.Doubt && !this.explicitMode;
		return properties.areComplete(isDoubtful ? () -> ConfigText.NOTHING : this::lookAtFiles)
				? carryOut(properties.settings()) : LaunchState.NOT_LAUNCHED;
	}

	private ConfigText lookAtFiles() {
		ClassLoader classLoader = this.source.classLoader();
		if (classLoader.getResource("org/springframework/cloud/bootstrap/marker/Marker.class") != null) {
			// Spring Cloud's older way to fetch remote configuration, before any hook of
			// ours
			return new ConfigText(false, false, true);
		}
		String location = this.source.locations().stream().findFirst().orElse(null);
		return new ConfigFiles(Path.of("").toAbsolutePath(), classLoader, location).look();
	}

	/**
	 * Decide with all configuration at hand.
	 * @param environment the environment, with configuration data
	 * @return the final state
	 */
	LaunchState settle(ConfigurableEnvironment environment) {
		LaunchSettings settings;
		try {
			settings = bind(Binder.get(environment));
		}
		catch (BindException | IllegalArgumentException ex) {
			// binding of all properties fails for the same reason, with a better message
			return this.facts.watched() ? LaunchState.watched()
					: LaunchState.inert("SAM does not supervise this process because its configuration is invalid: "
							+ ex.getMessage() + ".");
		}
		return carryOut(settings);
	}

	private static LaunchSettings bind(Binder binder) {
		String runDirectory = binder.bind("sam.watchdog.run-directory", String.class).orElse("");
		return new LaunchSettings(binder.bind("sam.enabled", Boolean.class).orElse(true),
				binder.bind("sam.watchdog.mode", WatchdogMode.class).orElse(WatchdogMode.AUTO),
				binder.bind("sam.watchdog.java-options", Bindable.listOf(String.class)).orElse(List.of()),
				runDirectory.isBlank() ? null : Path.of(runDirectory.strip()).toAbsolutePath(),
				binder.bind("sam.connections.hold", Boolean.class).orElse(false),
				binder.bind("sam.fast-start.enabled", Boolean.class).orElse(false) ? SamOptions
					.fastStartDirectory(binder.bind("sam.fast-start.directory", String.class).orElse(null)) : null);
	}

	private LaunchState carryOut(LaunchSettings settings) {
		this.settings = settings;
		LaunchState decision = LaunchState.decide(this.recognition, this.facts.watched(), settings, this.explicitMode);
		return switch (decision.mode()) {
			case AUTO, PARENT -> {
				if (this.failedExec == null) {
					this.failedExec = exec(decision.mode() == WatchdogMode.AUTO);
				}
				yield this.failedExec;
			}
			case SIDECAR -> {
				String obstacle = SidecarLaunch.findObstacle(this.facts.environment());
				yield (obstacle == null) ? decision : failed(": sidecar mode is not possible because ", obstacle,
						"; set sam.watchdog.mode to parent or external");
			}
			case EXTERNAL, OFF -> decision;
		};
	}

	private LaunchState exec(boolean orSidecar) {
		ParentLaunch launch = new ParentLaunch(this.settings, this.jar, this.facts.jvmOptions());
		String why = launch.exec();
		if (launch.isStopping()) {
			return LaunchState.inert("SAM does not supervise this process because " + why + ".");
		}
		if (!orSidecar) {
			return failed(" because ", why, "; sam.watchdog.mode=auto falls back to a sidecar");
		}
		String obstacle = SidecarLaunch.findObstacle(this.facts.environment());
		if (obstacle != null) {
			String both = obstacle.startsWith(why) ? obstacle
					: why + "; sidecar mode is not possible because " + obstacle;
			return failed(" because ", both, ". Use sam.watchdog.mode=external");
		}
		return LaunchState.supervised(WatchdogMode.SIDECAR,
				"Running in sidecar mode: parent mode is not possible because " + why + ".");
	}

	private static LaunchState failed(String words, String why, String remedy) {
		return LaunchState.failed("SAM does not supervise this process" + words + why
				+ (why.contains(SidecarLaunch.NO_UNIX_SOCKETS) ? "." : remedy + "."));
	}

	/**
	 * Tell a watchdog that started this process what became of it.
	 * @param state the final state
	 */
	void tellWatchdog(LaunchState state) {
		if (!this.facts.watched()) {
			return;
		}
		ProcessSam sam = ProcessSam.get();
		if (state.isSupervised()) {
			SidecarLaunch.prepareReplacement(this.settings, this.jar);
		}
		else if (sam.isSupervised()) {
			try {
				sam.decline(state.reason());
			}
			catch (SamException ex) {
				// a descendant of the supervised application, or the watchdog is gone
			}
		}
	}

}
