package io.github.samboot.watchdog.internal.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.github.samboot.core.CsError;
import io.github.samboot.watchdog.internal.library.NativeCalls;

/**
 * Stands in for Corosync and its libraries inside this JVM, so that every error can be
 * had at will.
 */
public final class ScriptedCorosync implements NativeCalls {

	private static final int QUORUM_SET = 1;

	private final Set<Long> handles = new HashSet<>();

	private long handleCount;

	private boolean running = true;

	private boolean quorate = true;

	private long epoch;

	private int quorumType = QUORUM_SET;

	private CsError refusal = CsError.LIBRARY;

	private String missingLibrary;

	private Error error;

	private boolean frozen;

	private boolean isAsked;

	private final Map<QuorumNotification, Long> functions = new ConcurrentHashMap<>();

	private final Map<Long, QuorumNotification> notifications = new ConcurrentHashMap<>();

	/** What was told over a connection last. */
	private final Map<Long, Long> told = new ConcurrentHashMap<>();

	/** The handles whose dispatch is to end. */
	private final Set<Long> woken = new HashSet<>();

	private final List<Iterator<String>> iterations = new ArrayList<>();

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

	/**
	 * Let calls fail, no memory being left or native code doing what it must not.
	 */
	synchronized void failWith(Error error) {
		this.error = error;
		notifyAll();
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
		if (this.missingLibrary != null) {
			throw new UnsatisfiedLinkError(this.missingLibrary);
		}
		fail();
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
	public String text(int errno) {
		return "[" + errno + "]";
	}

	@Override
	public LongSupplier function(QuorumNotification notification) {
		return () -> this.functions.computeIfAbsent(notification, (added) -> this.functions.size() + 1L);
	}

	/** Names as in {@code corosync/quorum.h} and {@code corosync/cmap.h}. */
	@Override
	public int call(String library, String function, Object... arguments) {
		return switch (function) {
			case "shutdown" -> wake((int) arguments[0]);
			case "quorum_initialize" -> initialize(arguments);
			case "quorum_trackstart" -> CsError.OK.code();
			case "quorum_fd_get" -> {
				((int[]) arguments[1])[0] = handle(arguments).intValue();
				yield CsError.OK.code();
			}
			case "quorum_dispatch" -> dispatch(handle(arguments));
			case "cmap_initialize" -> open((long[]) arguments[0]);
			case "cmap_set_string" -> setString(text(arguments[1]), text(arguments[2]));
			case "cmap_set_uint64" -> set(text(arguments[1]), arguments[2]);
			case "cmap_delete" -> delete(text(arguments[1]));
			case "cmap_iter_init" -> iterate(text(arguments[1]), (long[]) arguments[2]);
			case "cmap_iter_next" -> next((long) arguments[1], (byte[]) arguments[2]);
			case "cmap_iter_finalize" -> CsError.OK.code();
			case "quorum_finalize", "cmap_finalize" -> close(handle(arguments));
			default -> throw new UnsatisfiedLinkError(function);
		};
	}

	private static Long handle(Object[] arguments) {
		return (Long) arguments[0];
	}

	private static String text(Object argument) {
		String text = new String((byte[]) argument, StandardCharsets.UTF_8);
		return text.substring(0, text.indexOf('\0'));
	}

	private synchronized int initialize(Object[] arguments) {
		((int[]) arguments[2])[0] = this.quorumType;
		long[] handle = (long[]) arguments[0];
		int result = open(handle);
		long function = ((long[]) arguments[1])[0];
		this.functions.forEach((notification, address) -> {
			if (address == function) {
				this.notifications.put(handle[0], notification);
			}
		});
		return result;
	}

	private int dispatch(long handle) {
		boolean quorate;
		synchronized (this) {
			while (this.running && this.error == null && !this.woken.contains(handle)
					&& this.told.getOrDefault(handle, -1L) == this.epoch) {
				await();
			}
			fail();
			if (!this.running || this.woken.contains(handle)) {
				return CsError.LIBRARY.code();
			}
			this.told.put(handle, this.epoch);
			quorate = this.quorate;
		}
		try {
			this.notifications.get(handle).notified(quorate, quorate ? new int[] { 1, -1 } : new int[] { 1 });
		}
		catch (Throwable ex) {
			// as JNA does
			System.err.println("A callback has thrown " + ex);
		}
		return CsError.OK.code();
	}

	private void fail() {
		if (this.error != null) {
			throw this.error;
		}
	}

	private synchronized int wake(long descriptor) {
		if (!this.handles.contains(descriptor)) {
			throw new IllegalStateException(
					"descriptor " + descriptor + " is closed and may be somebody else's by now");
		}
		this.woken.add(descriptor);
		notifyAll();
		return 0;
	}

	private synchronized int setString(String key, String value) {
		int result = set(key, value);
		if (result == CsError.OK.code() && key.endsWith(".state")) {
			this.states.add(value);
		}
		return result;
	}

	private synchronized int set(String key, Object value) {
		fail();
		awaitThaw();
		if (!this.running) {
			return CsError.LIBRARY.code();
		}
		if (!value.equals(this.keys.put(key, value))) {
			changed("", key, "=" + value);
		}
		return CsError.OK.code();
	}

	private synchronized int delete(String key) {
		Object before = this.keys.remove(key);
		if (before != null) {
			changed("-", key, "");
		}
		return ((before != null) ? CsError.OK : CsError.NOT_EXIST).code();
	}

	private synchronized int iterate(String prefix, long[] iterator) {
		iterator[0] = this.iterations.size();
		this.iterations.add(List.copyOf(this.keys.subMap(prefix, prefix + '\uffff').keySet()).iterator());
		return CsError.OK.code();
	}

	private synchronized int next(long iterator, byte[] key) {
		Iterator<String> keys = this.iterations.get((int) iterator);
		if (!keys.hasNext()) {
			return CsError.NO_SECTIONS.code();
		}
		byte[] next = (keys.next() + '\0').getBytes(StandardCharsets.UTF_8);
		System.arraycopy(next, 0, key, 0, next.length);
		return CsError.OK.code();
	}

}
