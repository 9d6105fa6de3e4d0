package io.github.samboot.watchdog.internal.connection;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;

import jdk.net.ExtendedSocketOptions;

/**
 * Whom the kernel says is at the other end. In a class of its own because the module
 * jdk.net may be missing.
 */
final class PeerCredentials {

	private PeerCredentials() {
	}

	static boolean isUser(SocketChannel channel, UserPrincipal user) throws IOException {
		return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(user);
	}

}
