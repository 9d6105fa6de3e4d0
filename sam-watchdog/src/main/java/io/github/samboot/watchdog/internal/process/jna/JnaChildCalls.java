package io.github.samboot.watchdog.internal.process.jna;

import com.sun.jna.NativeLibrary;
import io.github.samboot.watchdog.internal.process.ChildCalls;

/**
 * The calls by JNA.
 */
public final class JnaChildCalls implements ChildCalls {

	/** {@code WNOHANG}. */
	private static final int DO_NOT_WAIT = 1;

	/** Kept, as JNA forgets it otherwise: a LinkageError if there is no native part. */
	private final NativeLibrary process = NativeLibrary.getProcess();

	@Override
	public boolean reap(long pid) {
		return this.process.getFunction("waitpid").invokeInt(new Object[] { (int) pid, null, DO_NOT_WAIT }) == pid;
	}

}
