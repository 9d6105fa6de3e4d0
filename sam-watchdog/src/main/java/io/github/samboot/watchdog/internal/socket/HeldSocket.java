package io.github.samboot.watchdog.internal.socket;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.process.Nanos;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import io.github.samboot.watchdog.internal.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket that outlives instances ({@code sam.connections.hold}). It is file
 * descriptor 0 of this process, and so of each instance and spare: what one does with it
 * all see. It is bound when the first instance asks for that, listens while there is an
 * instance, and is never closed, only refuses connections.
 */
public final class HeldSocket {

	private static final int UNKNOWN = -1;

	private final Supplier<NativeCalls> loading;

	private final Log log;

	private @Nullable SocketCalls calls;

	private boolean isWanted;

	private boolean isImpossible;

	private long longest = Duration.ofSeconds(10).toNanos();

	private int port;

	/** Where it is bound, empty if that is not known. */
	private byte[] address = {};

	private int scope;

	private int backlog = 100;

	/** What users see. */
	private String state = "none";

	private long since = System.currentTimeMillis();

	private int waits;

	private int refusals;

	private boolean isListening;

	/** An instance accepts connections, as far as is known. */
	private boolean isServed;

	private boolean isRefusalDue;

	private long refuseAt;

	/**
	 * Create a socket that is not wanted.
	 * @param loading loads the system calls
	 * @param log takes what is to be said
	 */
	public HeldSocket(Supplier<NativeCalls> loading, Log log) {
		this.loading = loading;
		this.log = log;
	}

	/**
	 * Return what users see.
	 * @return the status, {@code null} if no socket is wanted
	 */
	public SamStatus.@Nullable Connections status() {
		return this.isWanted ? new SamStatus.Connections(this.state, this.port, Instant.ofEpochMilli(this.since),
				this.waits, this.refusals) : null;
	}

	private void change(String state) {
		if (!state.equals(this.state)) {
			this.state = state;
			this.since = System.currentTimeMillis();
		}
	}

	/**
	 * Say whether processes that are started from now on shall have it.
	 * @param isWanted if not, it lets go of the port
	 */
	public void want(boolean isWanted) {
		if (!isWanted && stopListening()) {
			change("none");
			this.log.info("Connections to port " + this.port
					+ " are no longer held, as sam.connections.hold or sam.enabled is false now.");
		}
		this.isWanted = isWanted;
	}

	/**
	 * Set how long connections may wait for the next instance.
	 * @param longest the time
	 */
	public void longest(Duration longest) {
		this.longest = longest.toNanos();
	}

	/**
	 * A process is about to be started.
	 * @return whether it gets the socket
	 */
	public boolean open() {
		if (!this.isWanted || this.isImpossible) {
			return false;
		}
		if (this.calls != null) {
			return true;
		}
		try {
			SocketCalls calls = new SocketCalls(this.loading.get());
			calls.open();
			this.calls = calls;
			return true;
		}
		catch (IOException | SamException | LinkageError ex) {
			cannotHold(ex);
			return false;
		}
	}

	private void cannotHold(Throwable ex) {
		this.isImpossible = true;
		this.log.warn("sam.connections.hold has no effect, as no socket can be held ("
				+ ((ex instanceof SamException problem) ? problem.reason() : ex.getMessage())
				+ "): instances listen by themselves, and connections are refused during a recovery.");
	}

	/**
	 * This watchdog replaces one that was lost, and was started by an instance: it may
	 * have inherited the socket from that.
	 * @return whether that is so
	 */
	public boolean takeOver() {
		if (!this.isWanted || this.calls != null || this.isImpossible) {
			return this.calls != null;
		}
		try {
			SocketCalls calls = new SocketCalls(this.loading.get());
			InetSocketAddress bound = calls.address();
			if (bound == null) {
				return false;
			}
			this.port = bound.getPort();
			InetAddress address = bound.getAddress();
			this.address = address.getAddress();
			// the kernel tells that of link-local addresses alone
			this.scope = (address instanceof Inet6Address six && six.getScopeId() != 0) ? six.getScopeId() : UNKNOWN;
			this.calls = calls;
			this.isListening = calls.isListening();
			this.isServed = this.isListening;
			change(this.isListening ? "accepting" : "refusing");
			return true;
		}
		catch (SamException | LinkageError ex) {
			cannotHold(ex);
			return false;
		}
	}

	/**
	 * The instance is about to accept connections.
	 * @param address where, as the JDK has it
	 * @param scope the scope of an IPv6 address, or 0
	 * @param port the port, 0 for any
	 * @param backlog how many connections may wait
	 * @return the port
	 * @throws SamException EXIST if the port is taken, NOT_EXIST if the instance has to
	 * bind a socket of its own
	 */
	public int listen(byte[] address, int scope, int port, int backlog) {
		SocketCalls calls = this.calls;
		if (calls == null) {
			throw new SamException(CsError.NOT_EXIST, "No socket is held");
		}
		try {
			if (this.port != 0 && ((port != 0 && port != this.port) || isElsewhere(address, scope))) {
				change(calls, port);
				throw new SamException(CsError.NOT_EXIST, "The socket that is held has another address");
			}
			if (this.port == 0) {
				int chosen = (port != 0) ? port : freePort();
				calls.bind(address, scope, chosen);
				this.port = chosen;
			}
			if (!this.isListening) {
				calls.listen(backlog);
				this.log.info("Connections to port " + this.port + " are held from now on: they wait for up to "
						+ this.longest / 1_000_000_000 + " s while no instance serves (sam.connections.longest-hold).");
			}
		}
		catch (IOException ex) {
			throw new SamException((ex instanceof BindException) ? CsError.EXIST : CsError.ACCESS,
					String.valueOf(ex.getMessage()), ex);
		}
		this.address = address;
		this.scope = scope;
		this.backlog = backlog;
		this.isListening = true;
		this.isServed = true;
		if (this.isRefusalDue) {
			serveAgain();
		}
		change("accepting");
		return this.port;
	}

	private boolean isElsewhere(byte[] address, int scope) {
		boolean isOtherScope = this.scope != UNKNOWN && scope != this.scope;
		return this.address.length != 0 && (isOtherScope || !Arrays.equals(bare(this.address), bare(address)));
	}

	/**
	 * That of all IPv4 addresses is that of all IPv6 addresses.
	 */
	private static byte[] bare(byte[] address) {
		for (byte part : address) {
			if (part != 0) {
				return address;
			}
		}
		return new byte[0];
	}

	/**
	 * A socket that was bound to any port would lose it when it stops listening.
	 */
	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(0));
			return socket.getLocalPort();
		}
	}

	/**
	 * The configuration has changed: later instances get another socket.
	 */
	private void change(SocketCalls calls, int port) throws IOException {
		refuse("an instance listens on another address, port " + port);
		this.isServed = false;
		calls.open();
		this.port = 0;
	}

	/**
	 * The instance has ended.
	 */
	public void unserved() {
		this.isServed = false;
	}

	/**
	 * Look what the rules have decided.
	 * @param state what the watchdog does
	 * @param isToBeReplaced whether another instance follows though this one closes
	 * @param now the monotonic clock
	 */
	public void follow(SupervisionState state, boolean isToBeReplaced, long now) {
		if (!this.isListening) {
			boolean isUp = state == SupervisionState.RUNNING || state == SupervisionState.STOPPED;
			if (isUp && this.isServed && this.isWanted) {
				listenAgain();
			}
			return;
		}
		boolean isStopping = state == SupervisionState.STOPPING;
		if (isStopping && !isToBeReplaced) {
			this.isServed = false;
			refuse("the application is being stopped");
			return;
		}
		boolean isIdle = !this.isServed || isStopping || state == SupervisionState.RECOVERING
				|| state == SupervisionState.FAILED;
		if (isIdle && !this.isRefusalDue) {
			this.refuseAt = now + this.longest;
			this.waits++;
			change("waiting");
			this.log.info("Connections to port " + this.port + " wait for the next instance.");
		}
		else if (!isIdle && this.isRefusalDue) {
			serveAgain();
		}
		this.isRefusalDue = isIdle;
	}

	private void serveAgain() {
		this.isRefusalDue = false;
		change("accepting");
		this.log.info("Connections to port " + this.port + " are served again.");
	}

	/**
	 * A warning was withdrawn: the instance has never stopped to accept.
	 */
	private void listenAgain() {
		try {
			listen(this.address, this.scope, this.port, this.backlog);
		}
		catch (SamException ex) {
			this.isServed = false;
			this.log.warn("Connections to port " + this.port + " are refused until the next instance: " + ex.reason());
		}
	}

	/**
	 * Refuse connections until an instance listens again.
	 * @param reason part of a sentence
	 */
	public void refuse(String reason) {
		if (stopListening()) {
			this.refusals++;
			change("refusing");
			this.log.info("Connections to port " + this.port + " are refused, as " + reason
					+ ". They are held again when the next instance listens.");
		}
	}

	private boolean stopListening() {
		SocketCalls calls = this.calls;
		if (calls == null || !this.isListening) {
			return false;
		}
		calls.refuse();
		this.isListening = false;
		this.isRefusalDue = false;
		return true;
	}

	/**
	 * Return when to look at the time, if that is before.
	 * @param wakeAt when it would be looked at otherwise
	 * @return the earlier of both
	 */
	public long earlier(long wakeAt) {
		return this.isRefusalDue ? Nanos.earlier(this.refuseAt, wakeAt) : wakeAt;
	}

	/**
	 * Look at the time.
	 * @param now the monotonic clock
	 */
	public void look(long now) {
		if (this.isRefusalDue && now - this.refuseAt >= 0) {
			refuse("no instance has served for longer than sam.connections.longest-hold");
		}
	}

}
