package io.github.samboot.watchdog.internal.systemd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import io.github.samboot.watchdog.internal.library.NativeCalls;

/**
 * Sends datagrams to a unix-domain socket, which the JDK cannot.
 */
final class NotifySocket {

	private static final short AF_UNIX = 1;

	private static final int SOCK_DGRAM = 2;

	private static final int SOCK_CLOEXEC = 0x80000;

	/** systemd may be busy; then it is tried again. */
	private static final int MSG_DONTWAIT = 0x40;

	private static final int MSG_NOSIGNAL = 0x4000;

	private final NativeCalls calls;

	private final byte[] address;

	private int descriptor = -1;

	/**
	 * Create a socket.
	 * @param calls calls the C library
	 * @param address a path, or {@code @} and the name of an abstract socket
	 */
	NotifySocket(NativeCalls calls, String address) {
		this.calls = calls;
		this.address = address(address);
	}

	/** A {@code sockaddr_un}; an abstract name begins with a zero and does not end so. */
	private static byte[] address(String text) {
		byte[] name = (text.startsWith("@") ? "\0" + text.substring(1) : text + "\0").getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(2 + name.length).order(ByteOrder.nativeOrder()).putShort(AF_UNIX).put(name).array();
	}

	/**
	 * Send a datagram, or fail at once.
	 * @param text the datagram
	 * @return 0, or the {@code errno} of the call that failed
	 */
	int send(String text) {
		if (this.descriptor < 0) {
			this.descriptor = this.calls.call(NativeCalls.C, "socket", (int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
			if (this.descriptor < 0) {
				return -this.descriptor;
			}
		}
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		int sent = this.calls.call(NativeCalls.C, "sendto", this.descriptor, bytes, (long) bytes.length,
				MSG_DONTWAIT | MSG_NOSIGNAL, this.address, this.address.length);
		return Math.max(0, -sent);
	}

}
