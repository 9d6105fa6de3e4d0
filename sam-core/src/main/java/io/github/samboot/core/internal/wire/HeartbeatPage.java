package io.github.samboot.core.internal.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

import io.github.samboot.core.internal.rundir.VerifiedDirectory;

/**
 * One page of memory in which an instance notes when it was last well. Beating is one
 * store: no system call, and no thread is woken up. Its place in the watchdog, with what
 * happens when it is cut short, is {@code BeatPage}. Thread-safe.
 */
public final class HeartbeatPage {

	private static final int SIZE = 4096;

	private static final VarHandle LAST_BEAT = MethodHandles.byteBufferViewVarHandle(long[].class,
			ByteOrder.nativeOrder());

	private final MappedByteBuffer memory;

	private HeartbeatPage(MappedByteBuffer memory) {
		this.memory = memory;
	}

	/**
	 * Make the file of a page. A full tmpfs says so here, and not with SIGBUS at the
	 * first beat.
	 * @param directory where
	 * @param name the name of the file
	 * @return the file, open for {@link #read}
	 * @throws IOException if it cannot be made
	 */
	public static RandomAccessFile create(VerifiedDirectory directory, String name) throws IOException {
		return directory.newFile(name, SIZE);
	}

	/**
	 * Return the last beat on a page. Whoever looks only now and then does not map it: a
	 * file that was cut short is a short read then, and no fault. (No channel either:
	 * reading from one takes an interpreter through far more code.)
	 * @param page the file of the page
	 * @param buffer for eight bytes
	 * @return the monotonic clock of the last beat, 0 if there was none
	 * @throws IOException if it cannot be read, or was cut short
	 */
	public static long read(RandomAccessFile page, byte[] buffer) throws IOException {
		page.seek(0);
		if (page.read(buffer, 0, Long.BYTES) < Long.BYTES) {
			throw new EOFException("it is too short");
		}
		return ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder()).getLong(0);
	}

	/**
	 * Make a page whole again that was cut short. Whoever has mapped it can write to it
	 * again, for the file is the same.
	 * @param page the file of the page
	 * @param now the monotonic clock, noted as a beat, as the silence has another cause
	 * @throws IOException if there is no room for it
	 */
	public static void mend(RandomAccessFile page, long now) throws IOException {
		page.seek(0);
		page.write(ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder()).putLong(0, now).array());
	}

	/**
	 * Open a page that exists.
	 * @param directory where
	 * @param name the name of the file
	 * @return the page
	 * @throws IOException if it cannot be opened, or is too short
	 */
	public static HeartbeatPage open(VerifiedDirectory directory, String name) throws IOException {
		try (FileChannel channel = directory.file(name, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			if (channel.size() < SIZE) {
				throw new IOException("The heartbeat page " + name + " is too short");
			}
			return new HeartbeatPage(channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE));
		}
	}

	/**
	 * Note a beat. A page whose file was cut short faults, as {@link InternalError} here
	 * or later in this thread.
	 * @param now the monotonic clock
	 */
	public void beat(long now) {
		LAST_BEAT.setRelease(this.memory, 0, now);
	}

}
