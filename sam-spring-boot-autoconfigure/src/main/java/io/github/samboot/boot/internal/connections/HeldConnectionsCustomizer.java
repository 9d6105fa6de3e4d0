package io.github.samboot.boot.internal.connections;

import java.util.List;

import io.github.samboot.boot.internal.diagnostics.SamConfigurationException;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;

import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Lets the main web server listen on the socket that the watchdog holds.
 */
public final class HeldConnectionsCustomizer
		implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, Ordered {

	private static final boolean HAS_TOMCAT = ClassUtils
		.isPresent("org.springframework.boot.tomcat.TomcatWebServerFactory", null);

	private final Environment environment;

	/**
	 * Create a customizer.
	 * @param environment tells where the property was written
	 */
	public HeldConnectionsCustomizer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void customize(ConfigurableWebServerFactory factory) {
		if (!HAS_TOMCAT || !Tomcat.customize(factory)) {
			throw new SamConfigurationException(List.of(Problem.in(this.environment, "sam.connections.hold",
					"the web server cannot listen on a socket of another process: that takes Tomcat with its usual "
							+ "protocol, and this one comes from " + factory.getClass().getSimpleName(),
					"Use Tomcat (spring-boot-starter-tomcat), or remove the property.")));
		}
	}

	/** In a class of its own because Tomcat may be missing. */
	private static final class Tomcat {

		static boolean customize(ConfigurableWebServerFactory factory) {
			if (factory instanceof TomcatWebServerFactory tomcat
					&& tomcat.getProtocol().equals(TomcatWebServerFactory.DEFAULT_PROTOCOL)) {
				tomcat.setProtocol(HeldTomcatProtocol.class.getName());
				return true;
			}
			return false;
		}

	}

}
