package io.github.samboot.watchdog.internal.cluster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.samboot.core.CsError;

/**
 * Stands in for Corosync and its libraries inside this JVM, so that every error can be
 * had at will.
 */
public final class ScriptedCorosync implements CorosyncCalls {

	private static final int QUORUM_SET = 1;

	private final Set<Long> handles = new HashSet<>();

	private long handleCount;

	private boolean running = true;

	private boolean quorate = true;

	private long epoch;

	private int quorumType = QUORUM_SET;

	private CsError refusal = CsError.LIBRARY;

	private String missingLibrary;

	private boolean frozen;

	private boolean isAsked;

	private final TreeMap<String, Object> keys = new TreeMap<>();

	private final List<String> states = new ArrayList<>();

	private final List<String> changes = new ArrayList<>();

	synchronized void quorate(boolean quorate) {
		this.quorate = quorate;
		this.epoch++;
		notifyAll();
	}

	synchronized void running(boolean running) {
		this.running = running;
		if (!running) {
			this.keys.clear();
		}
		notifyAll();
	}

	synchronized void refuseWith(CsError refusal) {
		this.refusal = refusal;
		this.running = false;
	}

	synchronized void quorumType(int type) {
		this.quorumType = type;
	}

	synchronized void missingLibrary(String text) {
		this.missingLibrary = text;
	}

	synchronized void frozen(boolean frozen) {
		this.frozen = frozen;
		notifyAll();
	}

	/**
	 * Return whether anybody has asked since it is frozen.
	 */
	synchronized boolean isAsked() {
		return this.isAsked;
	}

	synchronized int handles() {
		return this.handles.size();
	}

	/**
	 * Return the keys of processes.
	 */
	public synchronized Map<String, Object> keys() {
		return new TreeMap<>(this.keys.subMap("resources.", "resources/"));
	}

	/**
	 * Return the other keys.
	 */
	synchronized Set<String> owners() {
		Set<String> owners = new TreeSet<>(this.keys.keySet());
		owners.removeIf((key) -> key.startsWith("resources."));
		return owners;
	}

	synchronized void put(String key, Object value) {
		this.keys.put(key, value);
	}

	/**
	 * Return what changed the keys of processes, in order, such as {@code state=running}
	 * or {@code -state}.
	 */
	synchronized List<String> changes() {
		return List.copyOf(this.changes);
	}

	private void changed(String sign, String key, Object value) {
		if (key.startsWith("resources.")) {
			this.changes.add(sign + key.substring(key.lastIndexOf('.') + 1) + value);
		}
	}

	synchronized List<String> states() {
		return List.copyOf(this.states);
	}

	private synchronized int open(long[] handle) {
		awaitThaw();
		if (!this.running) {
			return this.refusal.code();
		}
		handle[0] = ++this.handleCount;
		this.handles.add(handle[0]);
		return CsError.OK.code();
	}

	private void awaitThaw() {
		while (this.frozen) {
			this.isAsked = true;
			await();
		}
	}

	private void await() {
		try {
			wait();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private synchronized int close(long handle) {
		this.handles.remove(handle);
		notifyAll();
		return CsError.OK.code();
	}

	@Override
	public synchronized Quorum quorum(Notification notification) {
		if (this.missingLibrary != null) {
			throw new UnsatisfiedLinkError(this.missingLibrary);
		}
		return new ScriptedQuorum(notification);
	}

	@Override
	public synchronized Cmap cmap() {
		if (this.missingLibrary != null) {
			throw new UnsatisfiedLinkError(this.missingLibrary);
		}
		return new ScriptedCmap();
	}

	private final class ScriptedQuorum implements Quorum {

		private final Notification notification;

		private boolean woken;

		ScriptedQuorum(Notification notification) {
			this.notification = notification;
		}

		@Override
		public int initialize(long[] handle, int[] type) {
			type[0] = ScriptedCorosync.this.quorumType;
			return open(handle);
		}

		@Override
		public int trackStart(long handle) {
			return CsError.OK.code();
		}

		@Override
		public int descriptor(long handle, int[] descriptor) {
			descriptor[0] = (int) handle;
			return CsError.OK.code();
		}

		@Override
		public int dispatch(long handle) {
			long told = -1;
			while (true) {
				boolean quorate;
				synchronized (ScriptedCorosync.this) {
					while (ScriptedCorosync.this.running && !this.woken && told == ScriptedCorosync.this.epoch) {
						await();
					}
					if (!ScriptedCorosync.this.running || this.woken) {
						return CsError.LIBRARY.code();
					}
					told = ScriptedCorosync.this.epoch;
					quorate = ScriptedCorosync.this.quorate;
				}
				this.notification.notified(quorate, quorate ? new int[] { 1, -1 } : new int[] { 1 });
			}
		}

		@Override
		public void wake(int descriptor) {
			synchronized (ScriptedCorosync.this) {
				assertHandle(descriptor);
				this.woken = true;
				ScriptedCorosync.this.notifyAll();
			}
		}

		private void assertHandle(long handle) {
			if (!ScriptedCorosync.this.handles.contains(handle)) {
				throw new IllegalStateException(
						"descriptor " + handle + " is closed and may be somebody else's by now");
			}
		}

		@Override
		public int finish(long handle) {
			return close(handle);
		}

	}

	private final class ScriptedCmap implements Cmap {

		@Override
		public int initialize(long[] handle) {
			return open(handle);
		}

		@Override
		public int setString(long handle, String key, String value) {
			int result = set(key, value);
			if (result == CsError.OK.code() && key.endsWith(".state")) {
				synchronized (ScriptedCorosync.this) {
					ScriptedCorosync.this.states.add(value);
				}
			}
			return result;
		}

		@Override
		public int setUint64(long handle, String key, long value) {
			return set(key, value);
		}

		private int set(String key, Object value) {
			synchronized (ScriptedCorosync.this) {
				awaitThaw();
				if (!ScriptedCorosync.this.running) {
					return CsError.LIBRARY.code();
				}
				if (!value.equals(ScriptedCorosync.this.keys.put(key, value))) {
					changed("", key, "=" + value);
				}
				return CsError.OK.code();
			}
		}

		@Override
		public int delete(long handle, String key) {
			synchronized (ScriptedCorosync.this) {
				Object before = ScriptedCorosync.this.keys.remove(key);
				if (before != null) {
					changed("-", key, "");
				}
				return ((before != null) ? CsError.OK : CsError.NOT_EXIST).code();
			}
		}

		@Override
		public List<String> keys(long handle, String prefix) {
			synchronized (ScriptedCorosync.this) {
				return ScriptedCorosync.this.keys.keySet().stream().filter((key) -> key.startsWith(prefix)).toList();
			}
		}

		@Override
		public int finish(long handle) {
			return close(handle);
		}

	}

}
