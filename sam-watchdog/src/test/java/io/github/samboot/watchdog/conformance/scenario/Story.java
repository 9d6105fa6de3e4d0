package io.github.samboot.watchdog.conformance.scenario;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import sun.misc.Signal;

/**
 * A program that does one thing per instance and writes down what happens, one line per
 * event: milliseconds since the start of the scenario, instance, event. The words are
 * those of {@code conformance/README.md}.
 */
abstract class Story {

	/** Exit status after something that no scenario expects. */
	private static final int EXIT_UNEXPECTED = 98;

	protected final Sam sam = Sam.ofProcess();

	/** Every other time follows from it. */
	protected final Duration interval = Duration.ofMillis(Long.getLong("sam.scenario.interval"));

	private final long zero = Long.getLong("sam.scenario.zero");

	private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

	private volatile String who = "-";

	/**
	 * What one instance does. It ends with {@link #leave} or {@link #silent}.
	 */
	abstract void tell() throws Exception;

	/**
	 * Tell the story; what it did not foresee becomes an event of its own.
	 */
	final void begin() {
		try {
			tell();
		}
		catch (Exception ex) {
			event("unexpected " + ex);
			Runtime.getRuntime().halt(EXIT_UNEXPECTED);
		}
	}

	/**
	 * One write per line: lines of several threads and processes never mix.
	 */
	protected final void event(String what) {
		String line = (System.nanoTime() - this.zero) / 1_000_000 + "\t" + this.who + "\t" + what + "\n";
		try {
			this.out.write(line.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			Runtime.getRuntime().halt(EXIT_UNEXPECTED);
		}
	}

	/**
	 * Call, write down the result, go on whatever it is: the test judges.
	 */
	protected final void call(String name, Runnable call) {
		event(name + " " + result(call));
	}

	private static String result(Runnable call) {
		try {
			call.run();
			return "OK";
		}
		catch (SamException ex) {
			return ex.error().name();
		}
	}

	protected final void initialize(RecoveryPolicy policy) {
		call("initialize", () -> this.sam.initialize(options(policy).build()));
	}

	protected SamOptions.Builder options(RecoveryPolicy policy) {
		return SamOptions.builder(this.interval, policy).shutdownTimeout(Duration.ofSeconds(5));
	}

	protected final int register() {
		int id = this.sam.register();
		this.who = Integer.toString(id);
		event("register OK");
		return id;
	}

	protected final int initializeAndRegister(RecoveryPolicy policy) {
		initialize(policy);
		return register();
	}

	protected final void start() {
		call("start", this.sam::start);
	}

	protected final void stop() {
		call("stop", this.sam::stop);
	}

	protected final void beat(int times) {
		for (int i = 0; i < times; i++) {
			rest(0.5);
			call("beat", this.sam::hcSend);
		}
	}

	protected final void rest(double intervals) {
		long end = System.nanoTime() + (long) (intervals * this.interval.toNanos());
		for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	/**
	 * Fall silent for longer than any limit; who survives that was not supervised.
	 */
	protected final void silent() {
		event("silent");
		outlive();
	}

	protected final void outlive() {
		rest(4);
		event("alive");
		Runtime.getRuntime().halt(1);
	}

	protected final void leave(int status) {
		event("exit " + status);
		System.exit(status);
	}

	/**
	 * Handle a signal instead of being ended by it.
	 */
	protected final void on(String signal, Consumer<String> handler) {
		Signal.handle(new Signal(signal), (delivered) -> {
			event("signal SIG" + delivered.getName());
			handler.accept(delivered.getName());
		});
	}

	/**
	 * The size of the user data.
	 */
	protected final void size() {
		try {
			event("size " + this.sam.dataSize());
		}
		catch (SamException ex) {
			event("size " + ex.error().name());
		}
	}

	/**
	 * Store bytes that count upwards.
	 */
	protected final void store(int length, int first) {
		call("store", () -> this.sam.dataStore(counting(length, first)));
	}

	/**
	 * Restore into a buffer, and compare.
	 */
	protected final void restore(int length, int first) {
		byte[] buffer = new byte[length];
		String result = result(() -> this.sam.dataRestore(buffer));
		if (result.equals("OK") && !java.util.Arrays.equals(buffer, counting(length, first))) {
			result = "OK but different";
		}
		event("restore " + result);
	}

	private static byte[] counting(int length, int first) {
		byte[] data = new byte[length];
		for (int i = 0; i < length; i++) {
			data[i] = (byte) (first + i);
		}
		return data;
	}

	/**
	 * Restore a number that the instance before has left.
	 */
	protected final void counted() {
		byte[] buffer = new byte[1];
		call("restore", () -> this.sam.dataRestore(buffer));
		event("counted " + buffer[0]);
	}

}
