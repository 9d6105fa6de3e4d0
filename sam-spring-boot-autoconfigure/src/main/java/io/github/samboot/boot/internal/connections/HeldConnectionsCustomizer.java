package io.github.samboot.boot.internal.connections;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.jetty.JettyWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.util.ClassUtils;

/**
 * Lets the main web server listen on the socket that the watchdog holds, and serve what
 * it has accepted before it stops.
 */
public final class HeldConnectionsCustomizer
		implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, SmartLifecycle, Ordered {

	private static final boolean HAS_TOMCAT = ClassUtils
		.isPresent("org.springframework.boot.tomcat.TomcatWebServerFactory", null);

	private static final boolean HAS_JETTY = ClassUtils
		.isPresent("org.springframework.boot.jetty.JettyWebServerFactory", null);

	private static final boolean HAS_NETTY = ClassUtils
		.isPresent("org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory", null);

	/** For clients that send one request after the other; idle ones are not awaited. */
	private static final long LONGEST_DRAIN = TimeUnit.MILLISECONDS.toNanos(500);

	private final Environment environment;

	private final BeanFactory beanFactory;

	private volatile @Nullable HeldServer server;

	private volatile boolean isRunning;

	/**
	 * Create a customizer.
	 * @param environment tells where the property was written
	 * @param beanFactory has what the web server uses
	 */
	public HeldConnectionsCustomizer(Environment environment, BeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = beanFactory;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void customize(ConfigurableWebServerFactory factory) {
		endInput();
		if (!(HAS_TOMCAT && Tomcat.customize(factory, this)) && !(HAS_JETTY && Jetty.customize(factory, this))
				&& !(HAS_NETTY && Netty.customize(factory, this))) {
			throw new SamConfigurationException(List.of(Problem.in(this.environment, "sam.connections.hold",
					"the web server cannot listen on a socket of another process: that takes Tomcat with its usual "
							+ "protocol, Jetty with an acceptor thread, or Reactor Netty, and this one comes from "
							+ factory.getClass().getSimpleName(),
					"Configure one of these, or remove the property.")));
		}
	}

	/**
	 * What reads standard input is not to fail because a socket takes its place.
	 */
	private static void endInput() {
		try {
			if (Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString().startsWith("socket:")) {
				System.setIn(InputStream.nullInputStream());
			}
		}
		catch (IOException | UnsupportedOperationException ex) {
			// it stays what it is
		}
	}

	@Override
	public void start() {
		this.isRunning = true;
	}

	@Override
	public void stop() {
		this.isRunning = false;
		HeldServer server = this.server;
		if (server == null) {
			return;
		}
		try {
			server.drain();
			long end = System.nanoTime() + LONGEST_DRAIN;
			while (!server.isDrained() && System.nanoTime() - end < 0) {
				Thread.sleep(1);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.isRunning;
	}

	/** Right before the web server does not serve any more. */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
	}

	/** In a class of its own because Tomcat may be missing. */
	private static final class Tomcat {

		static boolean customize(ConfigurableWebServerFactory factory, HeldConnectionsCustomizer customizer) {
			if (factory instanceof TomcatWebServerFactory tomcat
					&& tomcat.getProtocol().equals(TomcatWebServerFactory.DEFAULT_PROTOCOL)) {
				tomcat.setProtocol(HeldTomcatProtocol.class.getName());
				tomcat.addConnectorCustomizers(
						(connector) -> customizer.server = (HeldServer) connector.getProtocolHandler());
				return true;
			}
			return false;
		}

	}

	/** In a class of its own because Jetty may be missing. */
	private static final class Jetty {

		static boolean customize(ConfigurableWebServerFactory factory, HeldConnectionsCustomizer customizer) {
			if (factory instanceof JettyWebServerFactory jetty && jetty.getAcceptors() != 0) {
				jetty.addServerCustomizers((server) -> customizer.server = new HeldJettyConnector(
						(ServerConnector) server.getConnectors()[0]));
				return true;
			}
			return false;
		}

	}

	/** In a class of its own because Netty may be missing. */
	private static final class Netty {

		static boolean customize(ConfigurableWebServerFactory factory, HeldConnectionsCustomizer customizer) {
			if (factory instanceof NettyReactiveWebServerFactory netty) {
				ReactorResourceFactory resources = customizer.beanFactory.getBeanProvider(ReactorResourceFactory.class)
					.getIfUnique();
				HeldNettyLoops loops = new HeldNettyLoops(
						() -> (resources != null) ? resources.getLoopResources() : HttpResources.get());
				netty.addServerCustomizers(loops::customize);
				netty.setResourceFactory(new ReactorResourceFactory() {

					@Override
					public LoopResources getLoopResources() {
						return loops;
					}

				});
				customizer.server = loops;
				return true;
			}
			return false;
		}

	}

}
