package io.github.samboot.boot.internal.connections;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.apache.catalina.LifecycleException;
import org.apache.catalina.Service;
import org.apache.catalina.connector.Connector;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Requests that a spare answers while it waits, so that the first one of a client finds
 * code that is initialized, linked and compiled. They come through a socket in the run
 * directory, as a spare binds no port, and go through the web server of the application
 * like all others.
 */
public final class SpareRequests {

	private static final boolean HAS_TOMCAT = ClassUtils.isPresent("org.springframework.boot.tomcat.TomcatWebServer",
			null);

	/**
	 * So often that what all of them need is compiled, and a spare is not busy for long.
	 */
	private static final int ROUNDS = 100;

	private SpareRequests() {
	}

	/**
	 * Answer them.
	 * @param context the context with the web server
	 * @param paths what is asked for
	 * @param directory where the socket is made
	 * @param goOn asked before each request
	 */
	public static void answer(ApplicationContext context, List<String> paths, Path directory, BooleanSupplier goOn) {
		if (!HAS_TOMCAT || !Tomcat.answer(context, paths, directory.resolve("requests"), goOn)) {
			logger().log(Level.WARNING,
					"This spare waits without answering sam.standby-requests: that takes a servlet application on Tomcat");
		}
	}

	private static Logger logger() {
		return System.getLogger(SpareRequests.class.getName());
	}

	/**
	 * In a class of its own because Tomcat may be missing. A reactive application has no
	 * handler before its web server starts.
	 */
	private static final class Tomcat {

		static boolean answer(ApplicationContext context, List<String> paths, Path socket, BooleanSupplier goOn) {
			if (context instanceof ServletWebServerApplicationContext web
					&& web.getWebServer() instanceof TomcatWebServer server) {
				try {
					answer(server.getTomcat().getService(), paths, socket, goOn);
				}
				catch (LifecycleException | IOException ex) {
					logger().log(Level.WARNING, "This spare does not answer sam.standby-requests: {0}", ex.toString());
				}
				return true;
			}
			return false;
		}

		/**
		 * The connector is not one of the service's, which are started when the spare is
		 * promoted.
		 */
		private static void answer(Service service, List<String> paths, Path socket, BooleanSupplier goOn)
				throws LifecycleException, IOException {
			// a spare that was killed meanwhile has left it
			Files.deleteIfExists(socket);
			Connector connector = new Connector();
			connector.setService(service);
			connector.setProperty("unixDomainSocketPath", socket.toString());
			connector.setProperty("maxThreads", "1");
			connector.init();
			try {
				connector.start();
				for (int round = 0; round < ROUNDS; round++) {
					for (String path : paths) {
						if (!goOn.getAsBoolean()) {
							return;
						}
						ask(path, socket);
					}
				}
			}
			finally {
				connector.stop();
				connector.destroy();
			}
		}

		private static void ask(String path, Path socket) throws IOException {
			try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
				channel.write(StandardCharsets.US_ASCII
					.encode("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
				ByteBuffer answer = ByteBuffer.allocate(8192);
				while (channel.read(answer.clear()) >= 0) {
					// what is answered does not matter
				}
			}
		}

	}

}
