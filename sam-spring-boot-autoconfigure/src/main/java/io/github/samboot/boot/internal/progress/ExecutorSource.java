package io.github.samboot.boot.internal.progress;

import java.util.Map;

/**
 * Finds executors of one kind.
 */
@FunctionalInterface
public interface ExecutorSource {

	/**
	 * Find the executors there are now.
	 * @param found gets them, by an object that stays the same
	 */
	void find(Map<Object, WatchedExecutor> found);

}
