package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.client.SidecarProcess;
import io.github.samboot.core.internal.rundir.RunDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Starts a watchdog beside a running application: the first one in sidecar mode, and the
 * next one after a watchdog was lost.
 */
final class SidecarLaunch {

	/** Why no mode is possible. */
	static final String NO_UNIX_SOCKETS = "it may not make a unix-domain socket, without which no watchdog can run: "
			+ "allow AF_UNIX (in a systemd unit with RestrictAddressFamilies=, otherwise in the seccomp profile)";

	private SidecarLaunch() {
	}

	/**
	 * Tell why this process cannot have a sidecar.
	 * @param environment its environment
	 * @return the end of a sentence that says "because", {@code null} if it can
	 */
	static @Nullable String findObstacle(Map<String, String> environment) {
		// a recovered instance is started with the command of this process
		String obstacle = OriginalCommand.findObstacle();
		if (obstacle != null) {
			return obstacle;
		}
		try {
			ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
		}
		catch (IOException | UnsupportedOperationException ex) {
			// the words follow the locale
			return NO_UNIX_SOCKETS + " (" + ex.getMessage() + ")";
		}
		ProcessHandle self = ProcessHandle.current();
		return findOwner(self.pid(), self.parent().map(ProcessHandle::pid).orElse(0L), environment);
	}

	/**
	 * Find out whether something waits for this very process, and would end or restart
	 * everything when another process takes its place.
	 * @param pid the id of this process
	 * @param parent the id of its parent
	 * @param environment its environment
	 * @return what, as the end of a sentence that says "because"; {@code null} if nothing
	 * does
	 */
	static @Nullable String findOwner(long pid, long parent, Map<String, String> environment) {
		if (pid == 1) {
			return "this is process 1, with which its container ends";
		}
		String main = environment.get("SYSTEMD_EXEC_PID");
		boolean unit = environment.containsKey("INVOCATION_ID") || environment.containsKey("NOTIFY_SOCKET");
		if (Long.toString(pid).equals(main) || (main == null && unit && parent == 1)) {
			return "this is the main process of a systemd unit, with which the unit ends";
		}
		return null;
	}

	/**
	 * Start the first watchdog and let the process use it.
	 * @param settings what the user has configured
	 * @param jar the watchdog
	 * @throws IOException if it does not start; nothing of the attempt is left
	 */
	static void start(LaunchSettings settings, WatchdogJar jar) throws IOException {
		Path runDirectory = RunDirectory.create(RunDirectory.parents(settings.runDirectory()),
				ProcessHandle.current().pid(), jar::classPath);
		try {
			List<String> command = WatchdogCommand.of(settings, jar, runDirectory);
			ProcessSam.get().attach(SidecarProcess.start(command, runDirectory));
		}
		catch (IOException | RuntimeException ex) {
			RunDirectory.delete(runDirectory);
			throw ex;
		}
		prepareReplacement(settings, jar);
	}

	/**
	 * Let the process know how to start another watchdog when it has lost one: what the
	 * lost one was started from may be gone, and its run directory may be another one by
	 * then.
	 * @param settings what the user has configured
	 * @param jar the watchdog
	 */
	static void prepareReplacement(LaunchSettings settings, WatchdogJar jar) {
		ProcessSam sam = ProcessSam.get();
		sam.replacementCommand(() -> WatchdogCommand.of(settings, jar, sam.runDirectory()));
	}

}
