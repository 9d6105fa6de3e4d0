package io.github.samboot.watchdog.conformance.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The keys of a supervised process as Corosync's own tool shows them.
 */
final class Cmap {

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private final String prefix;

	Cmap(long watchdogPid) {
		this.prefix = "resources.process." + watchdogPid + ".";
	}

	static void set(String key, int value) {
		run("-s", key, "u32", Integer.toString(value));
	}

	/**
	 * Read a key. The watchdog writes it a moment after what it tells of, so another
	 * value than the expected one is only believed when it stays.
	 * @return the value, {@code NOT_EXIST} if there is none
	 */
	String read(String key, String expected) {
		return read(key, expected::equals);
	}

	/**
	 * Read a number that is expected to lie between two others.
	 */
	long readBetween(String key, long first, long last) {
		String value = read(key, (text) -> {
			long number = number(text);
			return number >= first && number <= last;
		});
		return number(value);
	}

	private static long number(String text) {
		return text.equals("NOT_EXIST") ? 0 : Long.parseLong(text);
	}

	private String read(String key, Predicate<String> expected) {
		long end = System.nanoTime() + PATIENCE;
		String value = read(key);
		while (!expected.test(value) && System.nanoTime() - end < 0) {
			value = read(key);
		}
		return value;
	}

	private String read(String key) {
		String text = run("-g", this.prefix + key);
		int equals = text.indexOf(" = ");
		return (equals < 0) ? "NOT_EXIST" : text.substring(equals + 3).strip();
	}

	private static String run(String... arguments) {
		String[] command = new String[arguments.length + 1];
		command[0] = "corosync-cmapctl";
		System.arraycopy(arguments, 0, command, 1, arguments.length);
		try {
			Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
			String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			process.waitFor();
			return text;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
