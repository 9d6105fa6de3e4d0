package io.github.samboot.watchdog.internal.socket.jna;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import io.github.samboot.watchdog.internal.socket.SocketCalls;

/**
 * The calls by JNA.
 */
public final class JnaSocketCalls implements SocketCalls {

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

	/** Kept, as JNA forgets it otherwise: a LinkageError if there is no native part. */
	private final NativeLibrary process = NativeLibrary.getProcess();

	@Override
	public void open() throws IOException {
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
		try (InputStream in = new FileInputStream("/proc/net/if_inet6")) {
			return in.read() >= 0;
		}
		catch (FileNotFoundException ex) {
			return false;
		}
	}

	@Override
	public int port() {
		ByteBuffer name = name();
		int family = name.order(ByteOrder.nativeOrder()).getShort(0);
		boolean isInternet = family == AF_INET || family == AF_INET6;
		return isInternet ? name.order(ByteOrder.BIG_ENDIAN).getShort(2) & 0xffff : 0;
	}

	@Override
	public InetAddress address() {
		ByteBuffer name = name().order(ByteOrder.nativeOrder());
		boolean isFour = name.getShort(0) == AF_INET;
		byte[] address = Arrays.copyOfRange(name.array(), isFour ? 4 : 8, isFour ? 8 : 24);
		try {
			// one of IPv4 if it is mapped
			return (name.getInt(24) != 0) ? Inet6Address.getByAddress(null, address, name.getInt(24))
					: InetAddress.getByAddress(address);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private ByteBuffer name() {
		byte[] name = new byte[ADDRESS_SIZE];
		try {
			call("getsockname", DESCRIPTOR, name, new int[] { name.length });
		}
		catch (IOException ex) {
			// no socket: of no family
		}
		return ByteBuffer.wrap(name);
	}

	@Override
	public boolean isListening() {
		int[] value = new int[1];
		try {
			call("getsockopt", DESCRIPTOR, SOL_SOCKET, SO_ACCEPTCONN, value, new int[] { Integer.BYTES });
		}
		catch (IOException ex) {
			return false;
		}
		return value[0] != 0;
	}

	@Override
	public void bind(byte[] address, int scope, int port) throws IOException {
		ByteBuffer name = ByteBuffer.allocate(ADDRESS_SIZE);
		short family = name().order(ByteOrder.nativeOrder()).getShort(0);
		name.order(ByteOrder.nativeOrder()).putShort(0, family);
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

	@Override
	public void listen(int backlog) throws IOException {
		call("listen", DESCRIPTOR, backlog);
	}

	@Override
	public void refuse() {
		try {
			// not close(): instances and spares have the same socket
			call("shutdown", DESCRIPTOR, SHUT_RDWR);
		}
		catch (IOException ex) {
			// it does not listen
		}
	}

	/**
	 * Call a function of {@code sys/socket.h} or {@code unistd.h}. Direct mapping would
	 * cost a third of a megabyte more. An error is of the type that the JDK gives it: its
	 * text follows the locale.
	 */
	private int call(String function, Object... arguments) throws IOException {
		try {
			return this.process.getFunction(function, Function.THROW_LAST_ERROR).invokeInt(arguments);
		}
		catch (LastErrorException ex) {
			if (ex.getErrorCode() == EADDRINUSE) {
				throw new BindException(ex.getMessage());
			}
			throw new IOException(ex.getMessage(), ex);
		}
	}

}
