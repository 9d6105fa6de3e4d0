package io.github.samboot.watchdog.internal.process.jna;

import com.sun.jna.NativeLibrary;
import io.github.samboot.watchdog.internal.process.ChildCalls;

/**
 * The calls by JNA.
 */
public final class JnaChildCalls implements ChildCalls {

	/** {@code WNOHANG}. */
	private static final int DO_NOT_WAIT = 1;

	/**
	 * Load JNA's own native part.
	 * @throws LinkageError if that is not possible
	 */
	public JnaChildCalls() {
		NativeLibrary.getProcess();
	}

	@Override
	public boolean reap(long pid) {
		return NativeLibrary.getProcess()
			.getFunction("waitpid")
			.invokeInt(new Object[] { (int) pid, null, DO_NOT_WAIT }) == pid;
	}

}
