package io.github.samboot.boot.internal.health;

/**
 * Checks one health indicator. May block.
 */
@FunctionalInterface
public interface HealthProbe {

	/**
	 * Make the check.
	 * @return what the indicator says
	 * @throws Exception if it cannot answer, which is a failed check
	 */
	HealthAnswer ask() throws Exception;

	/**
	 * Return the class that makes the check.
	 * @return the class of the health indicator
	 */
	default Class<?> type() {
		return getClass();
	}

}
