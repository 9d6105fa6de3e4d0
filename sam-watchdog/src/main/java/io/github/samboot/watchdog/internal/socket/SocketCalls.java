package io.github.samboot.watchdog.internal.socket;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.github.samboot.watchdog.internal.library.NativeCalls;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK cannot do with a socket. All of it is about file descriptor 0, which
 * instances inherit.
 *
 * @param calls calls the C library
 */
record SocketCalls(NativeCalls calls) {

	private static final int DESCRIPTOR = 0;

	private static final int AF_INET = 2;

	private static final int AF_INET6 = 10;

	private static final int SOCK_STREAM = 1;

	private static final int SOCK_CLOEXEC = 0x80000;

	private static final int SOL_SOCKET = 1;

	private static final int SO_REUSEADDR = 2;

	private static final int SO_ACCEPTCONN = 30;

	private static final int IPPROTO_IPV6 = 41;

	private static final int IPV6_V6ONLY = 26;

	private static final int SHUT_RDWR = 2;

	private static final int EADDRINUSE = 98;

	/** Of {@code sockaddr_in6}; that of IPv4 is shorter. */
	private static final int ADDRESS_SIZE = 28;

	/**
	 * Let it be a TCP socket that is not bound.
	 * @throws IOException if that is not possible
	 */
	void open() throws IOException {
		// as the JDK does: both families, if there are two
		boolean both = hasIpv6();
		int socket = call("socket", both ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (both) {
			call("setsockopt", socket, IPPROTO_IPV6, IPV6_V6ONLY, new int[] { 0 }, Integer.BYTES);
		}
		call("setsockopt", socket, SOL_SOCKET, SO_REUSEADDR, new int[] { 1 }, Integer.BYTES);
		call("dup2", socket, DESCRIPTOR);
		call("close", socket);
	}

	private static boolean hasIpv6() throws IOException {
		Path addresses = Path.of("/proc/net/if_inet6");
		return Files.exists(addresses) && !Files.readString(addresses).isEmpty();
	}

	/**
	 * Return the address of the TCP socket that it is.
	 * @return an IPv4 or IPv6 address, with its scope; {@code null} if it is none or not
	 * bound
	 */
	@Nullable InetSocketAddress address() {
		ByteBuffer name = name();
		int family = name.getShort(0);
		int port = name.order(ByteOrder.BIG_ENDIAN).getShort(2) & 0xffff;
		if ((family != AF_INET && family != AF_INET6) || port == 0) {
			return null;
		}
		boolean isFour = family == AF_INET;
		byte[] address = Arrays.copyOfRange(name.array(), isFour ? 4 : 8, isFour ? 8 : 24);
		int scope = name.order(ByteOrder.nativeOrder()).getInt(24);
		try {
			// one of IPv4 if it is mapped
			return new InetSocketAddress(
					(scope != 0) ? Inet6Address.getByAddress(null, address, scope) : InetAddress.getByAddress(address),
					port);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Of no family if it is no socket. */
	private ByteBuffer name() {
		byte[] name = new byte[ADDRESS_SIZE];
		this.calls.call(NativeCalls.C, "getsockname", DESCRIPTOR, name, new int[] { name.length });
		return ByteBuffer.wrap(name).order(ByteOrder.nativeOrder());
	}

	/**
	 * Return whether it listens.
	 * @return whether connections are accepted by the kernel
	 */
	boolean isListening() {
		int[] value = new int[1];
		this.calls.call(NativeCalls.C, "getsockopt", DESCRIPTOR, SOL_SOCKET, SO_ACCEPTCONN, value,
				new int[] { Integer.BYTES });
		return value[0] != 0;
	}

	/**
	 * Bind it.
	 * @param address an IPv4 or IPv6 address
	 * @param scope the scope of an IPv6 address, or 0
	 * @param port the port, above 0
	 * @throws IOException if that is not possible; a {@link BindException} if the port is
	 * taken
	 */
	void bind(byte[] address, int scope, int port) throws IOException {
		short family = name().getShort(0);
		ByteBuffer name = ByteBuffer.allocate(ADDRESS_SIZE).order(ByteOrder.nativeOrder()).putShort(0, family);
		name.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) port);
		boolean isFour = address.length == 4;
		if (family == AF_INET) {
			name.position(4).put(address, 0, Math.min(address.length, 4));
		}
		else if (!isFour) {
			name.position(8).put(address);
			name.order(ByteOrder.nativeOrder()).putInt(24, scope);
		}
		else if (ByteBuffer.wrap(address).getInt() != 0) {
			name.position(18).putShort((short) 0xffff).put(address);
		}
		call("bind", DESCRIPTOR, name.array(), (family == AF_INET) ? 16 : ADDRESS_SIZE);
	}

	/**
	 * Listen, also again.
	 * @param backlog how many connections may wait
	 * @throws IOException if that is not possible; a {@link BindException} if the port is
	 * taken
	 */
	void listen(int backlog) throws IOException {
		call("listen", DESCRIPTOR, backlog);
	}

	/** Refuse connections, and reset those that wait; it stays bound. */
	void refuse() {
		// not close(): instances and spares have the same socket
		this.calls.call(NativeCalls.C, "shutdown", DESCRIPTOR, SHUT_RDWR);
	}

	/** An error is of the type that the JDK gives it. */
	private int call(String function, Object... arguments) throws IOException {
		int result = this.calls.call(NativeCalls.C, function, arguments);
		if (result < 0) {
			String problem = this.calls.text(-result);
			throw (result == -EADDRINUSE) ? new BindException(problem) : new IOException(problem);
		}
		return result;
	}

}
