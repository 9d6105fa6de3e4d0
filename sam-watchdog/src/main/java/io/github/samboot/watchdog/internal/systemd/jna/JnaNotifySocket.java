package io.github.samboot.watchdog.internal.systemd.jna;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import io.github.samboot.watchdog.internal.systemd.NotifySocket;

/**
 * The calls by JNA.
 */
public final class JnaNotifySocket implements NotifySocket {

	private static final int AF_UNIX = 1;

	private static final int SOCK_DGRAM = 2;

	private static final int SOCK_CLOEXEC = 0x80000;

	/** systemd may be busy; then it is tried again. */
	private static final int MSG_DONTWAIT = 0x40;

	private static final int MSG_NOSIGNAL = 0x4000;

	/** Kept, as JNA forgets it otherwise: a LinkageError if there is no native part. */
	private final NativeLibrary process = NativeLibrary.getProcess();

	private int descriptor = -1;

	@Override
	public int send(String address, String text) {
		if (this.descriptor < 0) {
			this.descriptor = call("socket", AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
			if (this.descriptor < 0) {
				return Native.getLastError();
			}
		}
		byte[] to = address(address);
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		int sent = call("sendto", this.descriptor, bytes, new NativeLong(bytes.length), MSG_DONTWAIT | MSG_NOSIGNAL, to,
				to.length);
		return (sent == bytes.length) ? 0 : Native.getLastError();
	}

	private int call(String function, Object... arguments) {
		return this.process.getFunction(function).invokeInt(arguments);
	}

	/** A {@code sockaddr_un}; an abstract name begins with a zero and does not end so. */
	private static byte[] address(String text) {
		boolean isAbstract = text.startsWith("@");
		byte[] name = text.getBytes(StandardCharsets.UTF_8);
		byte[] address = new byte[2 + name.length + (isAbstract ? 0 : 1)];
		address[(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) ? 0 : 1] = AF_UNIX;
		System.arraycopy(name, 0, address, 2, name.length);
		if (isAbstract) {
			address[2] = 0;
		}
		return address;
	}

}
