package io.github.samboot.autoconfigure.gate;

/**
 * What is answered while the gate is closed.
 */
@FunctionalInterface
interface OpenPaths {

	/**
	 * Return whether a path is open at any time.
	 * @param path the path within the application, normalized by the server
	 * @return whether it is
	 */
	boolean contains(String path);

}
