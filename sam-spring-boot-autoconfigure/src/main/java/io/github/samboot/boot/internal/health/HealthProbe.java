package io.github.samboot.boot.internal.health;

/**
 * Asks one member of the health group how it is. May block.
 */
@FunctionalInterface
public interface HealthProbe {

	/**
	 * Ask the member.
	 * @return its answer
	 * @throws Exception if it cannot answer, which is a bad answer
	 */
	HealthAnswer ask() throws Exception;

}
