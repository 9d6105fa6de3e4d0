package io.github.samboot.watchdog.internal.command;

import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.github.samboot.core.internal.process.KnownProcess;

/**
 * What the threads of a JVM do. The JVM is asked the way {@code jcmd} asks, with
 * deadlines of our own and without what {@code jcmd} does to a JVM that does not answer:
 * SIGQUIT is sent only where it is caught, so never to one with {@code -Xrs}, and never
 * to one that is stopped. Of a process that cannot be asked, the kernel's view is shown.
 */
final class ThreadDump {

	private static final long ANSWER_MILLIS = 5000;

	private static final int SIGQUIT = 3;

	private ThreadDump() {
	}

	static String of(long pid) {
		char state = KnownProcess.state(pid);
		if (state == 'T' || state == 't') {
			return "Process " + pid
					+ " is stopped (SIGSTOP, or a debugger): it cannot be asked. What the kernel says:\n"
					+ ofKernel(pid);
		}
		try {
			return ofJvm(pid);
		}
		catch (IOException ex) {
			return "Process " + pid + " does not tell (" + ex.getMessage() + "). What the kernel says:\n"
					+ ofKernel(pid);
		}
	}

	private static String ofJvm(long pid) throws IOException {
		Path root = Path.of("/proc/" + pid + "/root/tmp");
		String number = numberInside(pid);
		Path socket = root.resolve(".java_pid" + number);
		long deadline = System.nanoTime() + ANSWER_MILLIS * 1_000_000;
		if (!Files.exists(socket)) {
			begin(pid, root.resolve(".attach_pid" + number), socket, deadline);
		}
		try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
				Selector selector = Selector.open()) {
			channel.configureBlocking(false);
			channel.connect(UnixDomainSocketAddress.of(socket));
			channel.write(ByteBuffer.wrap("1\0threaddump\0-l\0\0\0".getBytes(StandardCharsets.US_ASCII)));
			channel.register(selector, SelectionKey.OP_READ);
			StringBuilder text = new StringBuilder();
			ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
			while (channel.read(buffer.clear()) >= 0) {
				text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
				long left = (deadline - System.nanoTime()) / 1_000_000;
				if (left <= 0 || selector.select(left) == 0) {
					throw new IOException("no answer within " + ANSWER_MILLIS + " ms: no safepoint is reached");
				}
				selector.selectedKeys().clear();
			}
			// the first line is the result of the command
			String result = text.substring(0, Math.max(0, text.indexOf("\n")));
			if (!result.equals("0")) {
				throw new IOException("it answers with error " + result);
			}
			return text.substring(result.length() + 1);
		}
	}

	/**
	 * A JVM listens from its first SIGQUIT on, if a file of that name is there.
	 */
	private static void begin(long pid, Path request, Path socket, long deadline) throws IOException {
		if (!KnownProcess.handles(pid, SIGQUIT)) {
			throw new IOException("SIGQUIT would end it: -Xrs, or no JVM");
		}
		if (ofKernel(pid).contains("pipe_write")) {
			throw new IOException("a thread waits for a pipe that is not read: SIGQUIT would stop the others, too");
		}
		Files.createFile(request);
		try {
			new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).redirectErrorStream(true).start().waitFor();
			while (!Files.exists(socket)) {
				if (System.nanoTime() - deadline > 0) {
					throw new IOException("it does not listen: -XX:+DisableAttachMechanism, or it hangs");
				}
				Thread.sleep(20);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted");
		}
		finally {
			Files.deleteIfExists(request);
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

	private static String ofKernel(long pid) {
		StringBuilder text = new StringBuilder();
		String[] threads = new File("/proc/" + pid + "/task").list();
		Arrays.sort((threads != null) ? threads : new String[0]);
		for (String thread : (threads != null) ? threads : new String[0]) {
			String directory = "/proc/" + pid + "/task/" + thread;
			text.append(thread)
				.append("  ")
				.append(KnownProcess.state(Long.parseLong(thread)))
				.append("  ")
				.append(read(directory + "/comm"))
				.append("  ")
				.append(read(directory + "/wchan"))
				.append('\n');
		}
		return text.toString();
	}

	private static String read(String file) {
		try {
			return Files.readString(Path.of(file)).strip();
		}
		catch (IOException ex) {
			return "?";
		}
	}

}
