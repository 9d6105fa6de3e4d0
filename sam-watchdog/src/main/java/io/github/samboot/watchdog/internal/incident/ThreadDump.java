package io.github.samboot.watchdog.internal.incident;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.process.ProgramStart;

/**
 * What the threads of a JVM do. The JVM is asked the way {@code jcmd} asks, with
 * deadlines of our own and without what {@code jcmd} does to a JVM that does not answer:
 * SIGQUIT is sent only where it is caught, so never to one with {@code -Xrs}, and never
 * to one that is stopped. Of a process that cannot be asked, the kernel's view is shown.
 */
public final class ThreadDump {

	private static final long ANSWER_MILLIS = 5000;

	private static final int SIGQUIT = 3;

	private static final String USER = "unix:uid";

	private ThreadDump() {
	}

	/**
	 * Return what the threads of a process do.
	 * @param pid its process id
	 * @return a text
	 */
	public static String of(long pid) {
		ByteArrayOutputStream text = new ByteArrayOutputStream();
		String problem = write(pid, ANSWER_MILLIS, text);
		return problem.isEmpty() ? text.toString(StandardCharsets.UTF_8)
				: "Process " + pid + " does not tell (" + problem + "). What the kernel says:\n" + KernelView.of(pid);
	}

	/**
	 * Write what the JVM says.
	 * @param pid its process id
	 * @param millis how long it may take
	 * @param out gets the text, or a part of it
	 * @return why it does not tell, empty if it does
	 */
	static String write(long pid, long millis, OutputStream out) {
		char state = KnownProcess.of(pid).state();
		if (state == 'T' || state == 't') {
			return "it is stopped by SIGSTOP or a debugger: it cannot be asked";
		}
		try {
			ask(pid, millis, out);
			return "";
		}
		catch (IOException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	private static void ask(long pid, long millis, OutputStream out) throws IOException {
		Path root = Path.of("/proc/" + pid + "/root/tmp");
		String number = numberInside(pid);
		Path socket = root.resolve(".java_pid" + number);
		long deadline = System.nanoTime() + millis * 1_000_000;
		if (!Files.exists(socket)) {
			begin(pid, root.resolve(".attach_pid" + number), socket, deadline);
		}
		requireOwner(pid, socket);
		try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
				Selector selector = Selector.open()) {
			channel.configureBlocking(false);
			channel.connect(UnixDomainSocketAddress.of(socket));
			channel.write(ByteBuffer.wrap("1\0threaddump\0-l\0\0\0".getBytes(StandardCharsets.US_ASCII)));
			channel.register(selector, SelectionKey.OP_READ);
			ByteBuffer buffer = ByteBuffer.allocate(8 * 1024);
			// the first line is the result of the command
			String result = "";
			boolean isResult = true;
			while (channel.read(buffer.clear()) >= 0) {
				for (buffer.flip(); isResult && buffer.hasRemaining();) {
					char next = (char) buffer.get();
					isResult = next != '\n';
					result += isResult ? next : "";
				}
				out.write(buffer.array(), buffer.position(), buffer.remaining());
				long left = (deadline - System.nanoTime()) / 1_000_000;
				if (left <= 0 || selector.select(left) == 0) {
					throw new IOException("no answer within " + millis + " ms: no safepoint is reached");
				}
				selector.selectedKeys().clear();
			}
			if (!result.equals("0")) {
				throw new IOException("it answers with error " + result);
			}
		}
	}

	/**
	 * A JVM listens from its first SIGQUIT on, if a file of that name is there.
	 */
	private static void begin(long pid, Path request, Path socket, long deadline) throws IOException {
		if (!KnownProcess.handles(pid, SIGQUIT)) {
			throw new IOException("SIGQUIT would end it: -Xrs, or no JVM");
		}
		if (KernelView.isAnyThreadIn(pid, "pipe_write")) {
			throw new IOException("a thread waits for a pipe that is not read: SIGQUIT would stop the others, too");
		}
		try {
			Files.createFile(request);
		}
		catch (FileAlreadyExistsException ex) {
			// somebody else asks, or was ended while asking; if the file is another
			// user's, the JVM takes this for a plain SIGQUIT, and writes to the output
			// of the application
			requireOwner(pid, request);
		}
		try {
			ProgramStart.start(new ProcessBuilder("/bin/sh", "-c", "kill -QUIT " + pid));
			while (!Files.exists(socket)) {
				if (System.nanoTime() - deadline > 0) {
					throw new IOException("it does not listen: -XX:+DisableAttachMechanism, or it hangs");
				}
				if (KnownProcess.of(pid).isGone()) {
					throw new IOException("it has ended");
				}
				LockSupport.parkNanos(20_000_000);
			}
		}
		finally {
			Files.deleteIfExists(request);
		}
	}

	/**
	 * Anybody may put a file of that name there, and answer for the JVM.
	 */
	private static void requireOwner(long pid, Path file) throws IOException {
		Object owner = Files.getAttribute(Path.of("/proc/" + pid), USER);
		if (!owner.equals(Files.getAttribute(file, USER, LinkOption.NOFOLLOW_LINKS))) {
			throw new IOException(file + " belongs to another user");
		}
	}

	/**
	 * The process id in its own namespace, which it uses in names of files.
	 */
	private static String numberInside(long pid) throws IOException {
		for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)) {
			if (line.startsWith("NSpid:")) {
				return line.substring(line.lastIndexOf('\t') + 1);
			}
		}
		return Long.toString(pid);
	}

}
