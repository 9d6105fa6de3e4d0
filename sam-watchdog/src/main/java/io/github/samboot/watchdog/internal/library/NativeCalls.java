package io.github.samboot.watchdog.internal.library;

import java.util.function.LongSupplier;

/**
 * Calls functions of C libraries, without a word of how: the other side of the class
 * loader that knows JNA. Safe for use by several threads.
 */
public interface NativeCalls {

	/** The library that each process has. */
	String C = "";

	/**
	 * Call a function that returns an {@code int}.
	 * @param library the file name of the library, such as {@code libcmap.so.4}, or
	 * {@link #C}; it stays loaded
	 * @param function the name of the function
	 * @param arguments its arguments; a {@code long} is one of C, an array is a pointer
	 * to what it holds, and gets what the function writes there
	 * @return what it returns, but the negated {@code errno} for -1
	 * @throws LinkageError if the library is not there
	 */
	int call(String library, String function, Object... arguments);

	/**
	 * Return what an error means.
	 * @param errno the number of the error
	 * @return number and text, which follows the locale
	 */
	String text(int errno);

	/**
	 * Make a function that C can call.
	 * @param notification what it does
	 * @return its address, which is valid as long as this is kept
	 */
	LongSupplier function(QuorumNotification notification);

	/**
	 * What {@code quorum_notification_fn_t} tells.
	 */
	interface QuorumNotification {

		/**
		 * The quorum service sent its state.
		 * @param quorate whether this node is quorate
		 * @param members the node ids of its partition, unsigned
		 */
		void notified(boolean quorate, int[] members);

	}

}
