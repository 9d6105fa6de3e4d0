package io.github.samboot.watchdog.internal.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.CsError;

/**
 * Says in one sentence why Corosync cannot be used and what to install, start or permit.
 */
final class CorosyncProblem {

	private CorosyncProblem() {
	}

	private static String libraryMissing(String library, LinkageError cause) {
		String detail = String.valueOf(cause.getMessage());
		int end = detail.indexOf('\n');
		return "The library " + library + " cannot be loaded; install it (Debian, Ubuntu: apt-get install "
				+ library.replace(".so.", "") + "; Fedora, RHEL: dnf install corosynclib): "
				+ ((end > 0) ? detail.substring(0, end) : detail);
	}

	static String connecting(CsError error, String service) {
		return switch (error) {
			case LIBRARY ->
				"Corosync is not running here: install it (apt-get install corosync, dnf install corosync), "
						+ "configure it and start it (systemctl start corosync)";
			case ACCESS -> "Corosync does not admit " + user() + ": put \"uidgid {\", \"uid: "
					+ System.getProperty("user.name")
					+ "\" and \"}\", on three lines, into a file in /etc/corosync/uidgid.d and run corosync-cfgtool -R";
			case TRY_AGAIN -> "Corosync is there but not ready for its " + service + " service, probably just starting";
			case NOT_EXIST -> "Corosync runs without its " + service + " service: look at its log";
			default -> "Corosync's " + service + " service cannot be reached: error " + error.code();
		};
	}

	static String failed(Throwable cause, String service, String library) {
		return (cause instanceof LinkageError ex) ? libraryMissing(library, ex)
				: "Corosync's " + service + " service cannot be used: " + cause;
	}

	static String noQuorumProvider() {
		return "Corosync runs without a quorum provider, so it can never lose quorum: "
				+ "write \"provider: corosync_votequorum\" into the quorum section of corosync.conf and restart Corosync";
	}

	static String lost(CsError error, String service) {
		return (error == CsError.LIBRARY) ? "Corosync stopped or crashed: its " + service + " service hung up"
				: "The connection to Corosync's " + service + " service broke: error " + error.code();
	}

	private static String user() {
		String name = "user \"" + System.getProperty("user.name") + "\"";
		try {
			return name + " (uid " + Files.getAttribute(Path.of("/proc/self"), "unix:uid") + ")";
		}
		catch (IOException | RuntimeException ex) {
			return name;
		}
	}

}
