package io.github.samboot.boot.internal.standby;

import java.util.concurrent.atomic.AtomicBoolean;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.rundir.WatchdogAddress;

/**
 * A spare that has not begun to start the application: it waits at the earliest hook.
 */
public final class WarmStandby {

	private static final String MODE = "warm";

	private static final AtomicBoolean ONCE = new AtomicBoolean();

	private WarmStandby() {
	}

	/**
	 * Wait until promoted, if this process is a warm spare. The waiting thread does
	 * nothing else.
	 * @param loader the class loader of the application
	 * @throws SamException if this process does not become the active instance: it must
	 * not start then
	 */
	public static void await(ClassLoader loader) {
		if (!MODE.equals(System.getenv(WatchdogAddress.SPARE)) || !ONCE.compareAndSet(false, true)) {
			return;
		}
		try (SpareClasses classes = SpareClasses.load(loader, (goOn) -> {
		})) {
			ProcessSam.get().standBy();
		}
		catch (SamException ex) {
			if (ex.error() != CsError.ACCESS) {
				throw ex;
			}
			// a descendant of the application, which inherited its environment
		}
	}

}
