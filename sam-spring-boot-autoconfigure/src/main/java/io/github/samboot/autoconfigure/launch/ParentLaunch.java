package io.github.samboot.autoconfigure.launch;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.protocol.RunDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Turns this process into the watchdog of the application it was going to be. The
 * watchdog starts the application again, with the same command, as its child.
 */
final class ParentLaunch {

	/** A signal that the JVM has caught is acted upon long before that. */
	private static final long SIGNAL_LATENCY_NANOS = 1_000_000;

	private final LaunchSettings settings;

	private final WatchdogJar jar;

	private final List<String> jvmOptions;

	private final long pid = ProcessHandle.current().pid();

	private volatile boolean stopping;

	/**
	 * Prepare the launch.
	 * @param settings what the user wants
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
	 * @throws ExecImpossibleException always, if it returns at all
	 */
	void exec() throws ExecImpossibleException {
		Path java = java();
		OriginalCommand original = original();
		NativeExec nativeExec = NativeExec.load();
		Path runDirectory = null;
		try {
			runDirectory = RunDirectory.create(runDirectoryParents(this.settings), this.pid);
			exec(nativeExec, java, original, runDirectory);
		}
		catch (IOException | RuntimeException | LinkageError ex) {
			throw new ExecImpossibleException((ex.getMessage() != null) ? ex.getMessage() : ex.toString(), ex);
		}
		finally {
			delete(runDirectory);
		}
	}

	static List<Path> runDirectoryParents(LaunchSettings settings) {
		List<Path> parents = new ArrayList<>();
		if (settings.runDirectory() != null) {
			parents.add(settings.runDirectory());
		}
		parents.addAll(RunDirectory.defaultParents());
		return parents;
	}

	private static Path java() throws ExecImpossibleException {
		Path java = WatchdogCommand.java();
		if (java == null) {
			throw new ExecImpossibleException(
					"its runtime has no java command (" + System.getProperty("java.home") + "/bin/java)");
		}
		try {
			// the launcher of an application image would start the application, not a JVM
			if (!Files.isSameFile(java, Path.of("/proc/self/exe"))) {
				throw new ExecImpossibleException("it was not started by " + java);
			}
		}
		catch (IOException ex) {
			throw new ExecImpossibleException("its java command was replaced while it ran", ex);
		}
		return java;
	}

	private static OriginalCommand original() throws ExecImpossibleException {
		try {
			OriginalCommand original = OriginalCommand.read();
			String unrepeatable = original.findUnrepeatable();
			if (unrepeatable != null) {
				throw new ExecImpossibleException(
						"its argument " + unrepeatable + " can be read only once; use a file instead");
			}
			return original;
		}
		catch (IOException ex) {
			throw new ExecImpossibleException("its command line cannot be read: " + ex.getMessage(), ex);
		}
	}

	private void exec(NativeExec nativeExec, Path java, OriginalCommand original, Path runDirectory)
			throws IOException, ExecImpossibleException {
		List<byte[]> arguments = arguments(java, original, runDirectory);
		List<byte[]> environment = WatchdogEnvironment.of(nativeExec.environment(), this.pid);
		System.out.flush();
		System.err.flush();
		nativeExec.closeDescriptorsOnExec();
		SignalDefaults signals = nativeExec.signalDefaults();
		Thread hook = new Thread(() -> this.stopping = true, "sam-exec");
		signals.set();
		try {
			// refused if this JVM is being stopped already
			Runtime.getRuntime().addShutdownHook(hook);
			long end = System.nanoTime() + SIGNAL_LATENCY_NANOS;
			while (System.nanoTime() < end) {
				LockSupport.parkNanos(SIGNAL_LATENCY_NANOS);
			}
			if (this.stopping) {
				throw new ExecImpossibleException("it is being stopped");
			}
			ProcessLeftovers.delete(this.pid, this.jvmOptions);
			nativeExec.exec(arguments.get(0), arguments, environment);
		}
		finally {
			signals.restore();
			if (!this.stopping) {
				removeHook(hook);
			}
		}
	}

	private static void removeHook(Thread hook) {
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			// this JVM is being stopped
		}
	}

	private List<byte[]> arguments(Path java, OriginalCommand original, Path runDirectory) throws IOException {
		// the file names of this JVM are in its own locale's charset
		Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
		List<byte[]> arguments = new ArrayList<>();
		for (String item : WatchdogCommand.of(java, this.settings.javaOptions(), this.jar.classPath(runDirectory))) {
			arguments.add(item.getBytes(charset));
		}
		arguments.add("--mode=parent".getBytes(StandardCharsets.US_ASCII));
		arguments.add(("--run-directory=" + runDirectory).getBytes(charset));
		String jna = this.jar.jna();
		if (jna != null) {
			arguments.add(("--jna=" + jna).getBytes(charset));
		}
		arguments.add("--".getBytes(StandardCharsets.US_ASCII));
		arguments.add(arguments.get(0));
		arguments.addAll(original.arguments());
		return arguments;
	}

	private static void delete(@Nullable Path runDirectory) {
		try {
			if (runDirectory != null) {
				RunDirectory.delete(runDirectory);
			}
		}
		catch (IOException ex) {
			// in memory or temporary anyway
		}
	}

}
