package io.github.samboot.watchdog.internal.library;

import java.util.function.LongSupplier;

/**
 * Calls nothing: all goes well.
 */
public class NoNativeCalls implements NativeCalls {

	@Override
	public int call(String library, String function, Object... arguments) {
		return 0;
	}

	@Override
	public String text(int errno) {
		return "[" + errno + "] Die Adresse wird bereits verwendet";
	}

	@Override
	public LongSupplier function(QuorumNotification notification) {
		return () -> 0;
	}

}
