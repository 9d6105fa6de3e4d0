package io.github.samboot.watchdog.internal.cluster;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.samboot.core.CsError;
import io.github.samboot.test.JavaProgram;

/**
 * The test's end of a {@link QuorumProbe}.
 */
final class ProbeProcess implements AutoCloseable {

	private final Process process;

	private final Writer input;

	private final RecordingListener answers = new RecordingListener();

	private final Thread reader;

	/**
	 * Start a probe.
	 * @param where turns a command into one that runs on a node
	 * @param jna the option {@code --jna}, empty to have JNA on the class path
	 * @param heard gets every line that tells of quorum or cmap
	 * @param options further options of the JVM
	 */
	ProbeProcess(UnaryOperator<List<String>> where, String jna, Consumer<String> heard, String... options) {
		List<String> command = new ArrayList<>();
		command.add(JavaProgram.JAVA);
		command.addAll(JavaProgram.WATCHDOG_OPTIONS);
		command.addAll(List.of(options));
		command.add("-cp");
		command.add(classPath(jna.isEmpty()));
		command.add(QuorumProbe.class.getName());
		command.add(jna);
		try {
			this.process = new ProcessBuilder(where.apply(command)).redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.input = this.process.outputWriter(StandardCharsets.UTF_8);
		this.reader = new Thread(() -> read(heard), "probe-reader");
		this.reader.start();
	}

	private void read(Consumer<String> heard) {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.startsWith("quorum ") || line.startsWith("cmap ")) {
					heard.accept(line);
				}
				else {
					this.answers.add(line);
				}
			}
		}
		catch (IOException ex) {
			this.answers.add(ex.toString());
		}
	}

	long pid() {
		return this.process.pid();
	}

	/**
	 * Send a command without waiting for it.
	 */
	void send(String command) {
		try {
			this.input.write(command + "\n");
			this.input.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Send a command, and wait until it is done.
	 * @return the last word that it printed before
	 */
	String ask(String command) {
		send(command);
		String last = "";
		while (true) {
			String line = this.answers.next();
			if (line.equals("done " + command)) {
				return last;
			}
			last = line.substring(line.lastIndexOf(' ') + 1);
		}
	}

	@Override
	public void close() {
		try {
			this.input.close();
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
				throw new AssertionError("The probe did not end at the end of its input");
			}
			this.reader.join(10_000);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	static void tell(String line, QuorumListener listener) {
		String[] words = line.split(" ", 3);
		if (words[1].equals("yes") || words[1].equals("no")) {
			List<Long> members = new ArrayList<>();
			if (words.length == 3) {
				for (String member : words[2].split(" ")) {
					members.add(Long.valueOf(member));
				}
			}
			listener.quorumChanged(words[1].equals("yes"), members);
		}
		else {
			listener.quorumUnavailable(CsError.valueOf(words[1]), words[2]);
		}
	}

	static Path jnaJar() {
		return JavaProgram.location(jna());
	}

	private static Class<?> jna() {
		try {
			return Class.forName("com.sun.jna.Native", false, ProbeProcess.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			throw new AssertionError(ex);
		}
	}

	private static String classPath(boolean withJna) {
		String path = JavaProgram.classPath(QuorumProvider.class, QuorumProbe.class, CsError.class);
		return withJna ? path + File.pathSeparator + jnaJar() : path;
	}

}
