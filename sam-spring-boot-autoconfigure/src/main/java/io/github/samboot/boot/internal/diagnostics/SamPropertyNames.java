package io.github.samboot.boot.internal.diagnostics;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

import io.github.samboot.boot.SamProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/**
 * The names of all {@code sam.*} properties, to recognize a misspelt one.
 */
public final class SamPropertyNames {

	private static final int TYPING_ERRORS = 2;

	private static final Set<String> NAMES = new LinkedHashSet<>();

	private static final Set<String> GROUPS = new LinkedHashSet<>();

	static {
		collect("sam.", SamProperties.class);
	}

	private SamPropertyNames() {
	}

	private static void collect(String prefix, Class<?> type) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
			if (component.getType().isRecord()) {
				GROUPS.add(name + ".");
				collect(name + ".", component.getType());
			}
			else {
				NAMES.add(name);
			}
		}
	}

	/**
	 * Return the names of all properties.
	 * @return the names, in dashed form
	 */
	public static Set<String> all() {
		return NAMES;
	}

	static boolean isKnown(String name) {
		int bracket = name.indexOf('[');
		String uniform = uniform((bracket >= 0) ? name.substring(0, bracket) : name);
		return NAMES.stream().anyMatch((known) -> uniform(known).equals(uniform));
	}

	/**
	 * Return whether a name lies below a group of ours, such as {@code sam.health.}.
	 */
	static boolean isInGroup(String name) {
		return GROUPS.stream().anyMatch(name::startsWith);
	}

	/**
	 * Return the property that was most likely meant.
	 * @param name an unknown name
	 * @return a name that differs by a typing error or two, {@code null} if none does
	 */
	static @Nullable String nearest(String name) {
		String uniform = uniform(name);
		String nearest = null;
		int least = TYPING_ERRORS + 1;
		for (String known : NAMES) {
			int distance = distance(uniform, uniform(known));
			if (distance < least) {
				least = distance;
				nearest = known;
			}
		}
		return nearest;
	}

	/**
	 * An environment variable cannot show where the dots and dashes were.
	 */
	private static String uniform(String name) {
		StringBuilder uniform = new StringBuilder(name.length());
		name.chars().filter(Character::isLetterOrDigit).forEach(uniform::appendCodePoint);
		return uniform.toString().toLowerCase(Locale.ROOT);
	}

	/**
	 * The Levenshtein distance.
	 */
	private static int distance(String left, String right) {
		int[] previous = new int[right.length() + 1];
		for (int j = 0; j < previous.length; j++) {
			previous[j] = j;
		}
		for (int i = 1; i <= left.length(); i++) {
			int[] current = new int[previous.length];
			current[0] = i;
			for (int j = 1; j < current.length; j++) {
				int replaced = previous[j - 1] + ((left.charAt(i - 1) != right.charAt(j - 1)) ? 1 : 0);
				current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
			}
			previous = current;
		}
		return previous[right.length()];
	}

}
