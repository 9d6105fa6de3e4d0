package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;

/**
 * Writes down what it hears, of quorum only changes.
 */
final class RecordingListener implements QuorumListener, CmapListener {

	static final Duration PATIENCE = Duration.ofSeconds(20);

	private final List<String> heard = new ArrayList<>();

	private Error error;

	/** What was heard of quorum last; a problem by its code. */
	private Object last;

	@Override
	public synchronized void quorumChanged(boolean quorate, List<Long> members) {
		String line = (quorate ? "quorate " : "not quorate ") + members;
		change(line, line);
	}

	@Override
	public synchronized void quorumUnavailable(CsError error, String problem) {
		if (!(this.last instanceof CsError && error == CsError.TRY_AGAIN)) {
			change(error, "unavailable " + error + ": " + problem);
		}
	}

	private void change(Object next, String line) {
		if (!next.equals(this.last)) {
			this.last = null;
			add(line);
			this.last = next;
		}
	}

	@Override
	public void cmapAvailable() {
		add("available");
	}

	@Override
	public void cmapUnavailable(CsError error, String problem) {
		add("unavailable " + error + ": " + problem);
	}

	/**
	 * Let the next call fail, with nothing heard.
	 */
	synchronized void failWith(Error error) {
		this.error = error;
	}

	synchronized void add(String line) {
		Error error = this.error;
		this.error = null;
		if (error != null) {
			throw error;
		}
		this.heard.add(line);
		notifyAll();
	}

	synchronized List<String> heard() {
		return List.copyOf(this.heard);
	}

	/**
	 * Wait for the next line that nobody has waited for yet.
	 */
	synchronized String next() {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (this.heard.isEmpty()) {
			long left = end - System.nanoTime();
			if (left <= 0) {
				throw new AssertionError("Nothing was heard within " + PATIENCE);
			}
			try {
				TimeUnit.NANOSECONDS.timedWait(this, left);
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}
		return this.heard.remove(0);
	}

}
