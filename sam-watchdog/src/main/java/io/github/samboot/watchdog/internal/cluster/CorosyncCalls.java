package io.github.samboot.watchdog.internal.cluster;

import java.util.List;

/**
 * The C functions of Corosync that SAM needs, without a word of how they are reached: the
 * other side of the class loader that knows JNA. All return a {@code cs_error_t}.
 */
public interface CorosyncCalls {

	/**
	 * Load libquorum.
	 * @param notification called inside {@link Quorum#dispatch}
	 * @return its functions
	 * @throws LinkageError if the library is not there
	 */
	Quorum quorum(Notification notification);

	/**
	 * Load libcmap.
	 * @return its functions
	 * @throws LinkageError if the library is not there
	 */
	Cmap cmap();

	/**
	 * Hears {@code quorum_notification_fn_t}.
	 */
	interface Notification {

		/**
		 * The quorum service sent its state.
		 * @param quorate whether this node is quorate
		 * @param members the node ids of its partition, unsigned
		 */
		void notified(boolean quorate, int[] members);

	}

	/**
	 * Functions of libquorum.
	 */
	interface Quorum {

		/**
		 * Call {@code quorum_initialize}.
		 * @param handle receives the handle
		 * @param type receives 0 if Corosync has no quorum provider
		 * @return the error
		 */
		int initialize(long[] handle, int[] type);

		/**
		 * Call {@code quorum_trackstart} for the present state and all changes.
		 * @param handle the handle
		 * @return the error
		 */
		int trackStart(long handle);

		/**
		 * Call {@code quorum_fd_get}.
		 * @param handle the handle
		 * @param descriptor receives the descriptor
		 * @return the error
		 */
		int descriptor(long handle, int[] descriptor);

		/**
		 * Call {@code quorum_dispatch}, which blocks until the connection ends. The
		 * calling thread needs more than 1 MiB of stack.
		 * @param handle the handle
		 * @return the error
		 */
		int dispatch(long handle);

		/**
		 * End a dispatch that blocks in another thread.
		 * @param descriptor the connection's descriptor
		 */
		void wake(int descriptor);

		/**
		 * Call {@code quorum_finalize}.
		 * @param handle the handle
		 * @return the error
		 */
		int finish(long handle);

	}

	/**
	 * Functions of libcmap.
	 */
	interface Cmap {

		/**
		 * Call {@code cmap_initialize}.
		 * @param handle receives the handle
		 * @return the error
		 */
		int initialize(long[] handle);

		/**
		 * Call {@code cmap_set_string}.
		 * @param handle the handle
		 * @param key the key
		 * @param value the value
		 * @return the error
		 */
		int setString(long handle, String key, String value);

		/**
		 * Call {@code cmap_set_uint64}.
		 * @param handle the handle
		 * @param key the key
		 * @param value the value
		 * @return the error
		 */
		int setUint64(long handle, String key, long value);

		/**
		 * Call {@code cmap_delete}.
		 * @param handle the handle
		 * @param key the key
		 * @return the error
		 */
		int delete(long handle, String key);

		/**
		 * Call {@code cmap_iter_init}, {@code cmap_iter_next} and
		 * {@code cmap_iter_finalize}.
		 * @param handle the handle
		 * @param prefix with what the keys begin
		 * @return the keys, none after an error
		 */
		List<String> keys(long handle, String prefix);

		/**
		 * Call {@code cmap_finalize}.
		 * @param handle the handle
		 * @return the error
		 */
		int finish(long handle);

	}

}
