package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.core.internal.library.JnaFiles;
import io.github.samboot.core.internal.process.PlatformCharset;
import io.github.samboot.core.internal.rundir.RunDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Turns this process into the watchdog of the application it was going to be. The
 * watchdog starts the application again, with the same command, as its child.
 */
final class ParentLaunch {

	private final LaunchSettings settings;

	private final WatchdogJar jar;

	private final List<String> jvmOptions;

	private final long pid = ProcessHandle.current().pid();

	private volatile boolean stopping;

	private volatile @Nullable JnaFiles jnaFiles;

	private volatile @Nullable Path runDirectory;

	/**
	 * Prepare the launch.
	 * @param settings what the user has configured
	 * @param jar the watchdog
	 * @param jvmOptions the options of this JVM
	 */
	ParentLaunch(LaunchSettings settings, WatchdogJar jar, List<String> jvmOptions) {
		this.settings = settings;
		this.jar = jar;
		this.jvmOptions = jvmOptions;
	}

	/**
	 * Replace this process. If that fails, nothing of the attempt is left.
	 * @return why it failed, as the end of a sentence that says "because"
	 */
	String exec() {
		String obstacle = OriginalCommand.findObstacle();
		if (obstacle != null) {
			return obstacle;
		}
		Thread hook = new Thread(this::abandon, "sam-exec");
		try {
			addHook(hook);
			NativeExec nativeExec = loadNativeExec();
			nativeExec.requireUnixSockets();
			this.runDirectory = RunDirectory.create(RunDirectory.parents(this.settings.runDirectory()), this.pid,
					this.jar::classPath);
			exec(nativeExec, this.runDirectory);
			return "execve returned";
		}
		catch (IOException | RuntimeException | LinkageError ex) {
			return (ex.getMessage() != null) ? ex.getMessage() : ex.toString();
		}
		finally {
			deleteRunDirectory();
			removeHook(hook);
		}
	}

	private NativeExec loadNativeExec() throws IOException {
		try (JnaFiles files = new JnaFiles("set java.io.tmpdir to one", System.getProperty("java.io.tmpdir", "/tmp"),
				System.getProperty("user.home", "") + "/.cache")) {
			this.jnaFiles = files;
			files.unpack(NativeExec.class.getClassLoader());
			return NativeExec.load();
		}
		catch (IOException | ReflectiveOperationException ex) {
			throw new IOException("JNA cannot be loaded: " + ex.getMessage(), ex);
		}
	}

	private void abandon() {
		this.stopping = true;
		JnaFiles files = this.jnaFiles;
		if (files != null) {
			files.close();
		}
		deleteRunDirectory();
	}

	private void exec(NativeExec nativeExec, Path runDirectory) throws IOException {
		List<String> command = command(runDirectory);
		List<String> environment = WatchdogEnvironment.of(nativeExec.environment(), this.pid);
		System.out.flush();
		System.err.flush();
		nativeExec.closeDescriptorsOnExec();
		SignalDefaults signals = nativeExec.signalDefaults();
		boolean caught = signals.set();
		try {
			if (this.stopping || (caught && CaughtSignals.stopThisJvm())) {
				this.stopping = true;
				throw new IOException("it is being stopped");
			}
			ProcessLeftovers.delete(this.pid, this.jvmOptions);
			nativeExec.exec(command, environment);
		}
		finally {
			signals.restore();
		}
	}

	private void addHook(Thread hook) throws IOException {
		try {
			Runtime.getRuntime().addShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			this.stopping = true;
			throw new IOException("it is being stopped", ex);
		}
	}

	/**
	 * Return whether this process was asked to stop meanwhile.
	 * @return whether there is no point in another way to be supervised
	 */
	boolean isStopping() {
		return this.stopping;
	}

	private static void removeHook(Thread hook) {
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			// this JVM is being stopped
		}
	}

	private List<String> command(Path runDirectory) throws IOException {
		List<String> command = WatchdogCommand.of(this.settings, this.jar, runDirectory);
		if (this.settings.hold()) {
			command.add("--hold");
		}
		if (this.settings.fastStart() != null) {
			command.add("--fast-start=" + this.settings.fastStart());
		}
		command.addAll(List.of("--mode=parent", "--run-directory=" + runDirectory, "--", command.get(0)));
		// the file names of this JVM are in its own locale's charset
		command.replaceAll((word) -> new String(word.getBytes(PlatformCharset.get()), NativeExec.BYTES));
		command.addAll(OriginalCommand.arguments());
		return command;
	}

	private void deleteRunDirectory() {
		Path directory = this.runDirectory;
		try {
			if (directory != null) {
				RunDirectory.delete(directory);
			}
		}
		catch (IOException ex) {
			// in memory or temporary anyway
		}
	}

}
