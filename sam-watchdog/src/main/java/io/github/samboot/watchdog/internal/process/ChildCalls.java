package io.github.samboot.watchdog.internal.process;

/**
 * The system calls for children that the JDK does not offer.
 */
public interface ChildCalls {

	/**
	 * Take note of the end of a child, which is a zombie until then.
	 * @param pid its process id
	 * @return whether it was one
	 */
	boolean reap(long pid);

}
