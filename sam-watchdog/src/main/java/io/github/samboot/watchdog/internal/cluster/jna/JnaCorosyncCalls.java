package io.github.samboot.watchdog.internal.cluster.jna;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.github.samboot.watchdog.internal.cluster.CorosyncCalls;

/**
 * The calls by JNA's direct mapping. Arrays instead of structures and strings: they need
 * neither reflection nor native memory that a cleaner thread must free.
 */
public final class JnaCorosyncCalls implements CorosyncCalls {

	/**
	 * Load JNA's own native part.
	 * @throws LinkageError if that is not possible
	 */
	public JnaCorosyncCalls() {
		if (Native.POINTER_SIZE != Long.BYTES) {
			throw new UnsatisfiedLinkError("Corosync can be used in a 64-bit JVM only");
		}
	}

	@Override
	public Quorum quorum(Notification notification) {
		LibQuorum.load();
		return new JnaQuorum(notification);
	}

	@Override
	public Cmap cmap() {
		LibCmap.load();
		return new JnaCmap();
	}

	private static void register(Class<?> functions, String library) {
		if (!Native.registered(functions)) {
			Native.register(functions, NativeLibrary.getInstance(library));
		}
	}

	private static byte[] text(String value) {
		byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
		byte[] terminated = new byte[bytes.length + 1];
		System.arraycopy(bytes, 0, terminated, 0, bytes.length);
		return terminated;
	}

	/** Names as in {@code corosync/quorum.h}. */
	static final class LibQuorum {

		private LibQuorum() {
		}

		static synchronized void load() {
			register(LibQuorum.class, "libquorum.so.5");
			if (!Native.registered(LibC.class)) {
				Native.register(LibC.class, NativeLibrary.getProcess());
			}
		}

		static native int quorum_initialize(long[] handle, long[] callbacks, int[] type);

		static native int quorum_trackstart(long handle, int flags);

		static native int quorum_fd_get(long handle, int[] descriptor);

		static native int quorum_dispatch(long handle, int flags);

		static native int quorum_finalize(long handle);

	}

	/** Names as in {@code corosync/cmap.h}. */
	static final class LibCmap {

		private LibCmap() {
		}

		static synchronized void load() {
			register(LibCmap.class, "libcmap.so.4");
		}

		static native int cmap_initialize(long[] handle);

		static native int cmap_set_string(long handle, byte[] key, byte[] value);

		static native int cmap_set_uint64(long handle, byte[] key, long value);

		static native int cmap_delete(long handle, byte[] key);

		static native int cmap_iter_init(long handle, byte[] prefix, long[] iterator);

		static native int cmap_iter_next(long handle, long iterator, byte[] key, long[] length, int[] type);

		static native int cmap_iter_finalize(long handle, long iterator);

		static native int cmap_finalize(long handle);

	}

	/** Names as in {@code sys/socket.h}. */
	static final class LibC {

		private LibC() {
		}

		static native int shutdown(int descriptor, int how);

	}

	/** {@code quorum_notification_fn_t}. */
	interface NotificationFunction extends Callback {

		void invoke(long handle, int quorate, long ringId, int count, Pointer members);

	}

	private static final class JnaQuorum implements Quorum, NotificationFunction {

		private static final int TRACK_CURRENT_AND_CHANGES = 1 | 2;

		private static final int DISPATCH_BLOCKING = 3;

		private static final int SHUT_RDWR = 2;

		private static final int[] NO_MEMBERS = {};

		private final Notification notification;

		private final long function;

		JnaQuorum(Notification notification) {
			this.notification = notification;
			this.function = Pointer.nativeValue(CallbackReference.getFunctionPointer(this));
		}

		@Override
		public void invoke(long handle, int quorate, long ringId, int count, Pointer members) {
			this.notification.notified(quorate != 0, (count > 0) ? members.getIntArray(0, count) : NO_MEMBERS);
		}

		@Override
		public int initialize(long[] handle, int[] type) {
			// quorum_callbacks_t has one member, a pointer; it is copied during the call
			return LibQuorum.quorum_initialize(handle, new long[] { this.function }, type);
		}

		@Override
		public int trackStart(long handle) {
			return LibQuorum.quorum_trackstart(handle, TRACK_CURRENT_AND_CHANGES);
		}

		@Override
		public int descriptor(long handle, int[] descriptor) {
			return LibQuorum.quorum_fd_get(handle, descriptor);
		}

		@Override
		public int dispatch(long handle) {
			return LibQuorum.quorum_dispatch(handle, DISPATCH_BLOCKING);
		}

		@Override
		public void wake(int descriptor) {
			LibC.shutdown(descriptor, SHUT_RDWR);
		}

		@Override
		public int finish(long handle) {
			return LibQuorum.quorum_finalize(handle);
		}

	}

	private static final class JnaCmap implements Cmap {

		private static final int OK = 1;

		/** {@code CMAP_KEYNAME_MAXLEN}. */
		private static final int LONGEST_KEY = 255;

		@Override
		public int initialize(long[] handle) {
			return LibCmap.cmap_initialize(handle);
		}

		@Override
		public int setString(long handle, String key, String value) {
			return LibCmap.cmap_set_string(handle, text(key), text(value));
		}

		@Override
		public int setUint64(long handle, String key, long value) {
			return LibCmap.cmap_set_uint64(handle, text(key), value);
		}

		@Override
		public int delete(long handle, String key) {
			return LibCmap.cmap_delete(handle, text(key));
		}

		@Override
		public List<String> keys(long handle, String prefix) {
			List<String> keys = new ArrayList<>();
			long[] iterator = new long[1];
			if (LibCmap.cmap_iter_init(handle, text(prefix), iterator) != OK) {
				return keys;
			}
			byte[] key = new byte[LONGEST_KEY + 1];
			while (LibCmap.cmap_iter_next(handle, iterator[0], key, new long[1], new int[1]) == OK) {
				keys.add(Native.toString(key, StandardCharsets.UTF_8));
			}
			LibCmap.cmap_iter_finalize(handle, iterator[0]);
			return keys;
		}

		@Override
		public int finish(long handle) {
			return LibCmap.cmap_finalize(handle);
		}

	}

}
