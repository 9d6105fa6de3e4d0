package io.github.samboot.core.client;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.protocol.WatchdogAddress;

/**
 * Tries to get a new watchdog for this process until there is one.
 */
final class WatchdogReplacement implements Runnable {

	private static final long FIRST_PAUSE = 1000;

	private static final long LONGEST_PAUSE = 60_000;

	private static final Logger logger = System.getLogger(ProcessSam.class.getName());

	private final ProcessSam sam;

	private final Listeners listeners;

	WatchdogReplacement(ProcessSam sam, Listeners listeners) {
		this.sam = sam;
		this.listeners = listeners;
	}

	void start() {
		Thread thread = new Thread(null, this, "sam-replacement", 256 * 1024);
		thread.setDaemon(true);
		try {
			thread.start();
		}
		catch (OutOfMemoryError ex) {
			// the caller's thread has nothing else to do any more
			run();
		}
	}

	/**
	 * Load what a replacement takes while all is well: the jar may be another one by
	 * then.
	 */
	static void prepare() {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			lookup.ensureInitialized(WatchdogReplacement.class);
			lookup.ensureInitialized(SidecarProcess.class);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void run() {
		long pause = FIRST_PAUSE;
		while (this.sam.wantsWatchdog()) {
			try {
				resume();
				return;
			}
			catch (SamException ex) {
				if (ex.error() == CsError.VERSION) {
					failedForGood(String.valueOf(ex.getMessage()));
					return;
				}
				failed(String.valueOf(ex.getMessage()), pause);
			}
			catch (IOException | RuntimeException ex) {
				failed(String.valueOf(ex.getMessage()), pause);
			}
			catch (Error ex) {
				// no thread, no memory, a class that is gone: this is no time to give up
				failed(ex.toString(), pause);
			}
			try {
				Thread.sleep(pause);
			}
			catch (InterruptedException ex) {
				return;
			}
			pause = Math.min(2 * pause, LONGEST_PAUSE);
		}
	}

	private void resume() throws IOException {
		WatchdogAddress last = this.sam.address();
		if (last == null || !resumes(last)) {
			resumeWithSidecar();
		}
		long pid = this.sam.watchdogPid();
		logger.log(Level.INFO, "The watchdog with pid {0} supervises this application now", String.valueOf(pid));
		this.listeners.tell((listener) -> listener.watchdogReplaced(pid));
	}

	private void resumeWithSidecar() throws IOException {
		SidecarProcess sidecar = this.sam.startWatchdog();
		try {
			sidecar.awaitListening();
			this.sam.resume(sidecar.address());
		}
		catch (IOException | RuntimeException | Error ex) {
			// it watches over this process already: it would kill it, and several would
			// start an instance each
			sidecar.end();
			throw ex;
		}
	}

	/**
	 * Only the connection may be gone, not the watchdog.
	 */
	private boolean resumes(WatchdogAddress address) {
		try {
			this.sam.resume(address);
			return true;
		}
		catch (SamException ex) {
			// as expected
			return false;
		}
	}

	private void failed(String problem, long pause) {
		logger.log(Level.ERROR,
				"No new watchdog could be started ({0}); this application is not supervised. Next attempt in {1} ms",
				problem, String.valueOf(pause));
		tellFailed(problem);
	}

	/**
	 * The same command starts the same program again.
	 */
	private void failedForGood(String problem) {
		logger.log(Level.ERROR,
				"No new watchdog could be started ({0}); this application is not supervised until it is restarted",
				problem);
		tellFailed(problem);
	}

	private void tellFailed(String problem) {
		this.sam.replacementFailed();
		this.listeners.tell((listener) -> listener.watchdogReplacementFailed(problem));
	}

}
