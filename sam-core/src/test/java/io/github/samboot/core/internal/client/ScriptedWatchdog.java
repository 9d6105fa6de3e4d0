package io.github.samboot.core.internal.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.FrameDecoder;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;

/**
 * A watchdog without rules that answers, refuses or keeps silent as a test says: for what
 * the real one does only when it is broken. In this process, or in one of its own.
 */
public final class ScriptedWatchdog implements Closeable {

	private static final String REFUSE = "refuse=";

	private static final String SILENT = "silent=";

	private static final String SLOW = "slow=";

	private static final String DIES = "dies=";

	private final Path directory;

	private final long pid;

	private final ServerSocketChannel server;

	private final Map<MessageType, CsError> refusals = new ConcurrentHashMap<>();

	private final Set<MessageType> silent = ConcurrentHashMap.newKeySet();

	private final List<Frame> received = new CopyOnWriteArrayList<>();

	private final List<Reply> unanswered = new CopyOnWriteArrayList<>();

	private final List<SocketChannel> clients = new CopyOnWriteArrayList<>();

	private volatile boolean reading = true;

	private volatile boolean hasSpares;

	private volatile MessageType slow = MessageType.REPLY;

	private volatile MessageType fatal = MessageType.REPLY;

	private volatile Runnable beforeAnswer = () -> {
	};

	/**
	 * Listen in a directory.
	 * @param directory the run directory
	 * @param pid the process id to be told
	 */
	ScriptedWatchdog(Path directory, long pid) throws IOException {
		this.directory = directory;
		this.pid = pid;
		Files.deleteIfExists(directory.resolve(RunDirectory.SOCKET));
		this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		this.server.bind(UnixDomainSocketAddress.of(directory.resolve(RunDirectory.SOCKET)));
		daemon(this::accept);
	}

	/**
	 * Return a watchdog that says that it is a process which ended long ago.
	 */
	static ScriptedWatchdog dying(Path directory) throws IOException {
		return new ScriptedWatchdog(directory, endedProcess());
	}

	/**
	 * Return a watchdog that says that it is this process, which lives.
	 */
	static ScriptedWatchdog living(Path directory) throws IOException {
		return new ScriptedWatchdog(directory, ProcessHandle.current().pid());
	}

	private static long endedProcess() throws IOException {
		Process process = new ProcessBuilder("true").start();
		BoundedProcess.exitCode(process);
		return process.pid();
	}

	/**
	 * Return the command of one in a process of its own.
	 */
	static List<String> command(String... script) {
		List<String> command = new ArrayList<>(
				List.of(JavaProgram.JAVA, "-Xint", "-XX:+UseSerialGC", "-Xmx16m", "-XX:-UsePerfData", "-cp",
						JavaProgram.classPath(ScriptedWatchdog.class, SamStatus.class, JavaProgram.class),
						ScriptedWatchdog.class.getName()));
		command.addAll(List.of(script));
		return command;
	}

	/**
	 * Be a sidecar until the adopted process is gone.
	 */
	public static void main(String[] args) throws Exception {
		Path directory = null;
		long adopted = 0;
		for (String arg : args) {
			if (arg.startsWith("--run-directory=")) {
				directory = Path.of(arg.substring(arg.indexOf('=') + 1));
			}
			if (arg.startsWith("--adopt=")) {
				adopted = Long.parseLong(arg.substring(arg.indexOf('=') + 1));
			}
		}
		ScriptedWatchdog watchdog = living(directory);
		for (String arg : args) {
			if (arg.startsWith(REFUSE)) {
				String[] parts = arg.substring(REFUSE.length()).split(":");
				watchdog.refusing(MessageType.valueOf(parts[0]), CsError.valueOf(parts[1]));
			}
			if (arg.startsWith(SILENT)) {
				watchdog.silentOn(MessageType.valueOf(arg.substring(SILENT.length())));
			}
			if (arg.startsWith(SLOW)) {
				watchdog.slow = MessageType.valueOf(arg.substring(SLOW.length()));
			}
			if (arg.startsWith(DIES)) {
				watchdog.fatal = MessageType.valueOf(arg.substring(DIES.length()));
			}
		}
		while (ProcessHandle.of(adopted).isPresent()) {
			Thread.sleep(20);
		}
		Runtime.getRuntime().halt(0);
	}

	WatchdogAddress address() {
		return new WatchdogAddress("nonce", this.directory);
	}

	ScriptedWatchdog refusing(MessageType type, CsError error) {
		this.refusals.put(type, error);
		return this;
	}

	ScriptedWatchdog answering(MessageType type) {
		this.refusals.remove(type);
		return this;
	}

	/**
	 * Forget what was received.
	 */
	ScriptedWatchdog forget() {
		this.received.clear();
		return this;
	}

	ScriptedWatchdog silentOn(MessageType type) {
		this.silent.add(type);
		return this;
	}

	ScriptedWatchdog speakingAgainOn(MessageType type) {
		this.silent.remove(type);
		return this;
	}

	/**
	 * Give the answers that were kept back.
	 */
	ScriptedWatchdog answerLate(MessageType type) {
		this.silent.remove(type);
		for (Reply reply : this.unanswered) {
			this.unanswered.remove(reply);
			try {
				reply.send();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return this;
	}

	/**
	 * An answer that is kept back.
	 */
	private interface Reply {

		void send() throws IOException;

	}

	/**
	 * Have something done between a request and its answer.
	 */
	ScriptedWatchdog beforeAnswer(Runnable beforeAnswer) {
		this.beforeAnswer = beforeAnswer;
		return this;
	}

	/**
	 * Whatever connects is a spare.
	 */
	ScriptedWatchdog withSpares() {
		this.hasSpares = true;
		return this;
	}

	/**
	 * As a process that was stopped.
	 */
	ScriptedWatchdog notReading() {
		this.reading = false;
		return this;
	}

	/**
	 * Return the types of what was received, in order.
	 */
	List<MessageType> received() {
		return this.received.stream().map(Frame::type).toList();
	}

	/**
	 * Return the payload of the first message of a type.
	 */
	byte[] payload(MessageType type) {
		return this.received.stream().filter((frame) -> frame.type() == type).findFirst().orElseThrow().payload();
	}

	/**
	 * Return the numbers of the requests that were received.
	 */
	List<Integer> requests() {
		return this.received.stream().map(Frame::request).filter((number) -> number != 0).toList();
	}

	void awaitReceived(MessageType type) {
		Await.until("a message " + type, () -> received().contains(type));
	}

	void tell(MessageType type, byte[] payload) {
		for (SocketChannel client : this.clients) {
			try {
				write(client, new Frame(type, 0, payload));
			}
			catch (IOException ex) {
				// an earlier connection
			}
		}
	}

	/**
	 * Close the connections, and go on listening.
	 */
	void hangUp() throws IOException {
		for (SocketChannel client : this.clients) {
			this.clients.remove(client);
			client.close();
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		hangUp();
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "scripted-watchdog");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		try {
			while (true) {
				SocketChannel client = this.server.accept();
				this.clients.add(client);
				daemon(() -> serve(client));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(SocketChannel client) {
		FrameDecoder decoder = new FrameDecoder(Frame.MAX_REQUEST_LENGTH);
		ByteBuffer buffer = ByteBuffer.allocate(4096);
		try (client) {
			while (this.reading && client.read(buffer.clear()) >= 0) {
				decoder.feed(buffer.flip());
				Frame frame = decoder.next();
				while (frame != null) {
					this.received.add(frame);
					answer(client, frame);
					frame = decoder.next();
				}
			}
			while (!this.reading && client.isOpen()) {
				Thread.sleep(10);
			}
		}
		catch (IOException | InterruptedException ex) {
			// the application has ended
		}
		finally {
			this.clients.remove(client);
		}
	}

	private void answer(SocketChannel client, Frame frame) throws IOException {
		if (frame.request() == 0) {
			return;
		}
		if (frame.type() == this.fatal) {
			Runtime.getRuntime().halt(0);
		}
		if (this.silent.contains(frame.type())) {
			this.unanswered.add(() -> reply(client, frame));
			return;
		}
		reply(client, frame);
	}

	private void reply(SocketChannel client, Frame frame) throws IOException {
		if (frame.type() == this.slow) {
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
		}
		this.beforeAnswer.run();
		CsError error = this.refusals.getOrDefault(frame.type(), CsError.OK);
		byte[] body = switch (frame.type()) {
			case HELLO -> new Payload.Welcome(this.hasSpares, this.pid, "external", "", command()).encode();
			case STATUS -> Payload.status(new SamStatus(SupervisionState.RUNNING, 0, ProcessHandle.current().pid(),
					this.pid, "external", RecoveryPolicy.RESTART, java.time.Duration.ofSeconds(1), null, null, null,
					null, 0, 0, Map.of(), java.time.Duration.ZERO, List.of()));
			default -> Payload.number(0);
		};
		write(client, new Frame(MessageType.REPLY, frame.request(), Payload.reply(error, "", body)));
	}

	private static synchronized void write(SocketChannel client, Frame frame) throws IOException {
		ByteBuffer bytes = frame.encode();
		while (bytes.hasRemaining()) {
			client.write(bytes);
		}
	}

}
