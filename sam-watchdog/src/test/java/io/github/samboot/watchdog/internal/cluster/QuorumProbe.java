package io.github.samboot.watchdog.internal.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.watchdog.internal.library.JnaLibrary;
import io.github.samboot.watchdog.internal.library.NativeCalls;

/**
 * A process with the flags of the watchdog that uses this package on a cluster node: does
 * what it reads from standard input, line by line, and prints what it hears. The only
 * argument is the option {@code --jna} of the watchdog, if not empty.
 */
final class QuorumProbe implements QuorumListener, CmapListener {

	private QuorumProbe() {
	}

	public static void main(String[] args) throws IOException {
		QuorumProbe probe = new QuorumProbe();
		NativeCalls corosync = new JnaLibrary(args[0].isEmpty() ? null : args[0],
				() -> Path.of(System.getProperty("run-directory", "none")))
			.calls("to talk to Corosync");
		int before = held();
		QuorumProvider provider = null;
		CmapPublisher publisher = null;
		BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			String[] words = line.split(" ", 2);
			switch (words[0]) {
				case "quorum" -> {
					provider = new CorosyncQuorumProvider(corosync);
					provider.start(probe);
				}
				case "quorum-close" -> provider.close();
				case "cmap" -> {
					publisher = new CmapPublisher(corosync, ProcessHandle.current().pid(), words[1], 2000, probe);
					publisher.start();
				}
				case "state" -> publisher.publish(words[1], 0);
				case "beat" -> publisher.heartbeat(Long.parseLong(words[1]));
				case "delete" -> publisher.deleteAll();
				case "cmap-close" -> publisher.close();
				case "now" -> say("now " + System.nanoTime());
				case "held" -> say("held " + (held() - before));
				case "memory" -> say("memory " + memory());
				default -> throw new IllegalArgumentException(line);
			}
			say("done " + line);
		}
	}

	/**
	 * Connections to Corosync, their rings in shared memory, and threads of this package.
	 */
	private static int held() throws IOException {
		int held = 0;
		try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
			for (Path descriptor : descriptors) {
				try {
					// an even number of closed sockets belongs to the JDK and does not
					// change
					held += (Files.readSymbolicLink(descriptor).toString().startsWith("socket:")) ? 1 : 0;
				}
				catch (IOException ex) {
					// the one that read the directory
				}
			}
		}
		for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
			held += line.contains("/dev/shm/qb-") ? 1 : 0;
		}
		for (Thread thread : Thread.getAllStackTraces().keySet()) {
			held += thread.getName().startsWith("sam-") ? 1 : 0;
		}
		return held;
	}

	private static String memory() throws IOException {
		for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
			if (line.startsWith("RssAnon:")) {
				return line.replaceAll("\\D", "");
			}
		}
		return "0";
	}

	private static synchronized void say(String line) {
		System.out.println(line);
	}

	@Override
	public void quorumChanged(boolean quorate, List<Long> members) {
		StringBuilder line = new StringBuilder(quorate ? "quorum yes" : "quorum no");
		for (Long member : members) {
			line.append(' ').append(member);
		}
		say(line.toString());
	}

	@Override
	public void quorumUnavailable(CsError error, String problem) {
		say("quorum " + error + " " + problem);
	}

	@Override
	public void cmapAvailable() {
		say("cmap available");
	}

	@Override
	public void cmapUnavailable(CsError error, String problem) {
		say("cmap " + error + " " + problem);
	}

}
