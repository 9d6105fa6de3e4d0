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
 * The calls by JNA. Arrays instead of structures and strings: they need neither
 * reflection nor native memory that a cleaner thread must free.
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
		return new JnaQuorum(NativeLibrary.getInstance("libquorum.so.5"), notification);
	}

	@Override
	public Cmap cmap() {
		return new JnaCmap(NativeLibrary.getInstance("libcmap.so.4"));
	}

	private static int call(NativeLibrary library, String function, Object... arguments) {
		return library.getFunction(function).invokeInt(arguments);
	}

	private static byte[] text(String value) {
		return Native.toByteArray(value, StandardCharsets.UTF_8);
	}

	/** {@code quorum_notification_fn_t}. */
	interface NotificationFunction extends Callback {

		void invoke(long handle, int quorate, long ringId, int count, Pointer members);

	}

	/** Names as in {@code corosync/quorum.h}. */
	private static final class JnaQuorum implements Quorum, NotificationFunction {

		private static final int TRACK_CURRENT_AND_CHANGES = 1 | 2;

		private static final int DISPATCH_BLOCKING = 3;

		private static final int SHUT_RDWR = 2;

		private static final int[] NO_MEMBERS = {};

		private final NativeLibrary library;

		/** Kept, as JNA forgets it otherwise. */
		private final NativeLibrary process = NativeLibrary.getProcess();

		private final Notification notification;

		private final long function;

		JnaQuorum(NativeLibrary library, Notification notification) {
			this.library = library;
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
			return call(this.library, "quorum_initialize", handle, new long[] { this.function }, type);
		}

		@Override
		public int trackStart(long handle) {
			return call(this.library, "quorum_trackstart", handle, TRACK_CURRENT_AND_CHANGES);
		}

		@Override
		public int descriptor(long handle, int[] descriptor) {
			return call(this.library, "quorum_fd_get", handle, descriptor);
		}

		@Override
		public int dispatch(long handle) {
			return call(this.library, "quorum_dispatch", handle, DISPATCH_BLOCKING);
		}

		@Override
		public void wake(int descriptor) {
			call(this.process, "shutdown", descriptor, SHUT_RDWR);
		}

		@Override
		public int finish(long handle) {
			return call(this.library, "quorum_finalize", handle);
		}

	}

	/** Names as in {@code corosync/cmap.h}. */
	private record JnaCmap(NativeLibrary library) implements Cmap {

		private static final int OK = 1;

		/** {@code CMAP_KEYNAME_MAXLEN}. */
		private static final int LONGEST_KEY = 255;

		@Override
		public int initialize(long[] handle) {
			return call(this.library, "cmap_initialize", handle);
		}

		@Override
		public int setString(long handle, String key, String value) {
			return call(this.library, "cmap_set_string", handle, text(key), text(value));
		}

		@Override
		public int setUint64(long handle, String key, long value) {
			return call(this.library, "cmap_set_uint64", handle, text(key), value);
		}

		@Override
		public int delete(long handle, String key) {
			return call(this.library, "cmap_delete", handle, text(key));
		}

		@Override
		public List<String> keys(long handle, String prefix) {
			List<String> keys = new ArrayList<>();
			long[] iterator = new long[1];
			if (call(this.library, "cmap_iter_init", handle, text(prefix), iterator) != OK) {
				return keys;
			}
			byte[] key = new byte[LONGEST_KEY + 1];
			while (call(this.library, "cmap_iter_next", handle, iterator[0], key, new long[1], new int[1]) == OK) {
				keys.add(Native.toString(key, StandardCharsets.UTF_8));
			}
			call(this.library, "cmap_iter_finalize", handle, iterator[0]);
			return keys;
		}

		@Override
		public int finish(long handle) {
			return call(this.library, "cmap_finalize", handle);
		}

	}

}
