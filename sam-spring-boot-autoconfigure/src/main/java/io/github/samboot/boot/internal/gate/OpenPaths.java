package io.github.samboot.boot.internal.gate;

/**
 * What is answered while the gate is closed.
 */
@FunctionalInterface
public interface OpenPaths {

	/** Of an application without the actuator. */
	OpenPaths NONE = (path) -> false;

	/**
	 * Return whether a path is open at any time.
	 * @param path the path within the application, normalized by the server
	 * @return whether it is
	 */
	boolean contains(String path);

}
