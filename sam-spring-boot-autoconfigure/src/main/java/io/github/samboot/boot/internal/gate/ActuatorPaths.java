package io.github.samboot.boot.internal.gate;

import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * The paths of the actuator on the application's own port: those below its base path, and
 * additional ones such as {@code /livez}.
 */
public final class ActuatorPaths implements OpenPaths {

	private final ObjectProvider<PathMappedEndpoints> endpoints;

	private final Environment environment;

	private final String prefix;

	private final SingletonSupplier<List<String>> paths = SingletonSupplier.of(this::collect);

	/**
	 * Create the paths; they are looked up when they are first asked for, as the filters
	 * are made before the endpoints.
	 * @param endpoints the endpoints
	 * @param environment says which port they are on
	 * @param prefix where the endpoints are mounted, such as the path of the dispatcher
	 * servlet
	 */
	public ActuatorPaths(ObjectProvider<PathMappedEndpoints> endpoints, Environment environment, String prefix) {
		this.endpoints = endpoints;
		this.environment = environment;
		this.prefix = withoutSlash(prefix);
	}

	@Override
	public boolean contains(String path) {
		return this.paths.obtain().stream().anyMatch((open) -> path.equals(open) || path.startsWith(open + "/"));
	}

	private List<String> collect() {
		List<String> paths = new ArrayList<>();
		PathMappedEndpoints endpoints = this.endpoints.getIfAvailable();
		if (endpoints != null) {
			if (ManagementPortType.get(this.environment) == ManagementPortType.SAME) {
				// the base path itself lists the endpoints
				add(paths, endpoints.getBasePath());
				endpoints.getAllPaths().forEach((path) -> add(paths, path));
			}
			for (PathMappedEndpoint endpoint : endpoints) {
				List<String> additional = endpoint.getAdditionalPaths(WebServerNamespace.SERVER);
				additional.forEach((path) -> add(paths, path.startsWith("/") ? path : "/" + path));
			}
		}
		return paths;
	}

	private void add(List<String> paths, String path) {
		String plain = withoutSlash(path);
		if (!plain.isEmpty()) {
			paths.add(this.prefix + plain);
		}
	}

	private static String withoutSlash(String path) {
		return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
	}

}
