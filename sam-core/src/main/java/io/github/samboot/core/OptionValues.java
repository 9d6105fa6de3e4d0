package io.github.samboot.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringTokenizer;

import org.jspecify.annotations.Nullable;

/**
 * Options as names and texts. A component is read and written by one call that names it:
 * what was given takes the place of the value so far, and the result is noted. A text
 * without a meaning is an {@link IllegalArgumentException}.
 */
final class OptionValues {

	private static final int MOST_CODES = 256;

	/** Some 146 years: added to a clock reading it still is no overflow. */
	private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

	private final Map<String, String> given;

	private final Map<String, String> noted = new LinkedHashMap<>();

	/** The option that is being read. */
	private String name = "";

	OptionValues(Map<String, String> given) {
		this.given = given;
	}

	private @Nullable String given(String name) {
		this.name = name;
		return this.given.get(name);
	}

	private <T> T note(T value) {
		if (value != null) {
			this.noted.put(this.name, text(value));
		}
		return value;
	}

	/**
	 * Return a value as text. Durations are nanoseconds: that takes no regular expression
	 * to read.
	 */
	static String text(Object value) {
		if (value instanceof Duration duration) {
			return Long.toString((duration.compareTo(LONGEST) < 0) ? duration.toNanos() : LONGEST.toNanos());
		}
		return (value instanceof Path path) ? path.toAbsolutePath().toString() : value.toString();
	}

	Map<String, String> noted() {
		return this.noted;
	}

	/**
	 * Return what was given and is no option here.
	 */
	Map<String, String> unknown() {
		Map<String, String> unknown = new LinkedHashMap<>(this.given);
		unknown.keySet().removeAll(this.noted.keySet());
		return Map.copyOf(unknown);
	}

	SamException refusal(IllegalArgumentException problem) {
		return new SamException(CsError.INVALID_PARAM,
				"The option " + this.name + " is refused: " + problem.getMessage());
	}

	boolean flag(String name, boolean value) {
		return constant(name, value, Boolean.FALSE, Boolean.TRUE);
	}

	int number(String name, int value) {
		String text = given(name);
		return note((text != null) ? Integer.parseInt(text) : value);
	}

	String text(String name, String value) {
		String text = given(name);
		return note((text != null) ? text : value);
	}

	Duration duration(String name, Duration value) {
		return Objects.requireNonNull(durationOrNull(name, value));
	}

	@Nullable Duration durationOrNull(String name, @Nullable Duration value) {
		String text = given(name);
		Duration result = (text != null) ? Duration.ofNanos(Long.parseLong(text)) : value;
		if (result != null && result.isNegative()) {
			throw new IllegalArgumentException(result + " is negative, use zero or more");
		}
		return note(result);
	}

	@Nullable Path pathOrNull(String name, @Nullable Path value) {
		String text = given(name);
		return note((text != null) ? Path.of(text) : value);
	}

	@SafeVarargs
	final <T extends @Nullable Object> T constant(String name, T value, T... constants) {
		String text = given(name);
		if (text == null) {
			return note(value);
		}
		for (T constant : constants) {
			if (constant.toString().equals(text)) {
				return note(constant);
			}
		}
		throw new IllegalArgumentException("'" + text + "' is not one of " + Arrays.toString(constants));
	}

	Set<Integer> codes(String name, Set<Integer> value) {
		String text = given(name);
		Set<Integer> result = value;
		if (text != null) {
			result = new HashSet<>();
			StringTokenizer codes = new StringTokenizer(text, "[, ]");
			while (codes.hasMoreTokens()) {
				result.add(Integer.parseInt(codes.nextToken()));
			}
		}
		if (result.size() > MOST_CODES) {
			throw new IllegalArgumentException(
					"there are " + result.size() + " codes, but a process has only " + MOST_CODES);
		}
		return note(Set.copyOf(result));
	}

}
