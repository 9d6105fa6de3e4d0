package io.github.samboot.watchdog.internal.library.jna;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import io.github.samboot.watchdog.internal.library.NativeCalls;

/**
 * The calls by JNA. Direct mapping would cost a third of a megabyte more; arrays instead
 * of structures and strings need neither reflection nor native memory that a cleaner
 * thread must free.
 */
public final class JnaNativeCalls implements NativeCalls {

	/** Without a lock, as loading one of the others may take its time. */
	private final NativeLibrary c;

	/** Kept, as JNA forgets them otherwise. */
	private final Map<String, NativeLibrary> libraries = new HashMap<>();

	/**
	 * Load JNA's own native part.
	 * @throws LinkageError if that is not possible
	 */
	public JnaNativeCalls() {
		this.c = NativeLibrary.getProcess();
	}

	private NativeLibrary library(String name) {
		return name.equals(C) ? this.c : loaded(name);
	}

	private synchronized NativeLibrary loaded(String name) {
		NativeLibrary library = this.libraries.get(name);
		if (library == null) {
			library = NativeLibrary.getInstance(name);
			this.libraries.put(name, library);
		}
		return library;
	}

	@Override
	public int call(String library, String function, Object... arguments) {
		for (int i = 0; i < arguments.length; i++) {
			if (arguments[i] instanceof Long number) {
				arguments[i] = new NativeLong(number);
			}
		}
		int result = library(library).getFunction(function).invokeInt(arguments);
		return (result != -1) ? result : -Native.getLastError();
	}

	@Override
	public String text(int errno) {
		Object[] arguments = { errno };
		return "[" + errno + "] " + this.c.getFunction("strerror").invokeString(arguments, false);
	}

	@Override
	public LongSupplier function(QuorumNotification notification) {
		return new Notified(notification);
	}

	/** {@code quorum_notification_fn_t}. */
	interface NotificationFunction extends Callback {

		void invoke(long handle, int quorate, long ringId, int count, Pointer members);

	}

	private static final class Notified implements NotificationFunction, LongSupplier {

		private final QuorumNotification notification;

		Notified(QuorumNotification notification) {
			this.notification = notification;
		}

		@Override
		public void invoke(long handle, int quorate, long ringId, int count, Pointer members) {
			this.notification.notified(quorate != 0, (count > 0) ? members.getIntArray(0, count) : new int[0]);
		}

		@Override
		public long getAsLong() {
			return Pointer.nativeValue(CallbackReference.getFunctionPointer(this));
		}

	}

}
