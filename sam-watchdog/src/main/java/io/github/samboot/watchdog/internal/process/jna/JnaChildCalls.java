package io.github.samboot.watchdog.internal.process.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.github.samboot.watchdog.internal.process.ChildCalls;

/**
 * The calls by JNA's direct mapping.
 */
public final class JnaChildCalls implements ChildCalls {

	/** {@code WNOHANG}. */
	private static final int DO_NOT_WAIT = 1;

	/**
	 * Load JNA's own native part.
	 * @throws LinkageError if that is not possible
	 */
	public JnaChildCalls() {
		LibC.load();
	}

	@Override
	public boolean reap(long pid) {
		return LibC.waitpid((int) pid, null, DO_NOT_WAIT) == pid;
	}

	/** Names as in {@code sys/wait.h}. */
	static final class LibC {

		private LibC() {
		}

		static synchronized void load() {
			if (!Native.registered(LibC.class)) {
				Native.register(LibC.class, NativeLibrary.getProcess());
			}
		}

		static native int waitpid(int pid, int[] status, int options);

	}

}
