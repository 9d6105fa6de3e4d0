package io.github.samboot.core.internal.client;

import java.io.IOException;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.HeartbeatPage;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * One watchdog that knows this process.
 *
 * @param address where it listens
 * @param connection the connection to it
 * @param welcome what it said first
 * @param heartbeat sends it heartbeats
 * @param watchdog its process
 */
record Contact(WatchdogAddress address, Connection connection, Payload.Welcome welcome, HeartbeatSender heartbeat,
		KnownProcess watchdog) {

	/**
	 * Connect and shake hands.
	 */
	static Contact make(WatchdogAddress address, Connection.Events events) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(address.runDirectory())) {
			Connection connection = Connection.open(directory.resolve(RunDirectory.SOCKET), events);
			try {
				// before a secret is said: the socket was found by its path
				directory.requireInPlace();
				Payload.Hello hello = new Payload.Hello(Payload.VERSION, address.nonce(), ProcessHandle.current().pid(),
						System.nanoTime());
				Payload.Welcome welcome = Payload.Welcome
					.decode(connection.send(MessageType.HELLO, hello.encode()).promptly());
				return new Contact(address, connection, welcome,
						new HeartbeatSender(connection, page(directory, welcome.page())),
						KnownProcess.of(welcome.watchdogPid()));
			}
			catch (IOException | RuntimeException | Error ex) {
				connection.close();
				throw ex;
			}
		}
	}

	private static @Nullable HeartbeatPage page(VerifiedDirectory directory, String name) {
		try {
			return name.isEmpty() ? null : HeartbeatPage.open(directory, name);
		}
		catch (IOException ex) {
			// beats go over the socket
			return null;
		}
	}

}
