package io.github.samboot.boot.internal.launch;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Closes the gap in which a request to stop could get lost: a JVM only notes a signal and
 * acts later, when there may be another program in its place. With the kernel's own
 * disposition a signal ends the process at once.
 */
final class SignalDefaults {

	private static final int SIGHUP = 1;

	private static final int SIGINT = 2;

	private static final int SIGTERM = 15;

	private static final int[] SIGNALS = { SIGHUP, SIGINT, SIGTERM };

	/** More than any C library's {@code struct sigaction} takes. */
	private static final int STRUCT_SIZE = 256;

	private static final long SIG_DFL = 0;

	private static final long SIG_IGN = 1;

	private final Function sigaction;

	private final @Nullable Memory[] previous = new Memory[SIGNALS.length];

	SignalDefaults(Function sigaction) {
		this.sigaction = sigaction;
	}

	/**
	 * Let the kernel handle the signals, except those that are ignored, as under
	 * {@code nohup}.
	 * @return whether the JVM would have caught one
	 */
	boolean set() {
		boolean caught = false;
		Memory defaults = new Memory(STRUCT_SIZE);
		defaults.clear();
		for (int i = 0; i < SIGNALS.length; i++) {
			Memory action = new Memory(STRUCT_SIZE);
			action.clear();
			this.sigaction.invokeInt(new Object[] { SIGNALS[i], null, action });
			// the handler comes first in the structure
			long handler = Pointer.nativeValue(action.getPointer(0));
			if (handler != SIG_DFL && handler != SIG_IGN) {
				this.sigaction.invokeInt(new Object[] { SIGNALS[i], defaults, null });
				this.previous[i] = action;
				caught = true;
			}
		}
		return caught;
	}

	/**
	 * Give the signals back to the JVM.
	 */
	void restore() {
		for (int i = 0; i < SIGNALS.length; i++) {
			if (this.previous[i] != null) {
				this.sigaction.invokeInt(new Object[] { SIGNALS[i], this.previous[i], null });
			}
		}
	}

}
