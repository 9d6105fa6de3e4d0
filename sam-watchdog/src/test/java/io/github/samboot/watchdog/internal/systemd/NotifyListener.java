package io.github.samboot.watchdog.internal.systemd;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.github.samboot.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listens where systemd would.
 */
public final class NotifyListener implements AutoCloseable {

	private static final int AF_UNIX = 1;

	private static final int SOCK_DGRAM = 2;

	private static final int SOCK_CLOEXEC = 0x80000;

	private static final int MSG_DONTWAIT = 0x40;

	static {
		Native.register(NotifyListener.class, NativeLibrary.getProcess());
	}

	private final int descriptor;

	private final List<String> messages = new ArrayList<>();

	public NotifyListener(String address) {
		byte[] name = address.replaceFirst("^@", "\0").getBytes(StandardCharsets.US_ASCII);
		byte[] bytes = new byte[2 + name.length];
		bytes[(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) ? 0 : 1] = AF_UNIX;
		System.arraycopy(name, 0, bytes, 2, name.length);
		this.descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		assertThat(bind(this.descriptor, bytes, bytes.length)).as("bind to " + address).isZero();
	}

	/**
	 * Return all messages so far.
	 */
	public List<String> messages() {
		byte[] buffer = new byte[4096];
		long length = recv(this.descriptor, buffer, buffer.length, MSG_DONTWAIT);
		while (length >= 0) {
			this.messages.add(new String(buffer, 0, (int) length, StandardCharsets.UTF_8));
			length = recv(this.descriptor, buffer, buffer.length, MSG_DONTWAIT);
		}
		return this.messages;
	}

	/**
	 * Wait until a message contains a text.
	 */
	public void await(String text) {
		Await.until("a message with " + text, () -> messages().toString(),
				() -> messages().stream().anyMatch((message) -> message.contains(text)));
	}

	@Override
	public void close() {
		close(this.descriptor);
	}

	private static native int socket(int domain, int type, int protocol);

	private static native int bind(int socket, byte[] address, int length);

	private static native long recv(int socket, byte[] buffer, long length, int flags);

	private static native int close(int descriptor);

}
