package io.github.samboot.boot.internal.diagnostics;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Binds and checks the {@code sam.*} configuration, before there is a context. All that
 * is wrong is found in one go.
 */
public final class SamConfiguration {

	private static final ConfigurationPropertyName SAM = ConfigurationPropertyName.of("sam");

	private static final String SHUTDOWN_PHASE = "spring.lifecycle.timeout-per-shutdown-phase";

	private static final int TYPING_ERRORS = 2;

	private static final Set<String> NAMES = new LinkedHashSet<>();

	private static final Set<String> GROUPS = new LinkedHashSet<>();

	static {
		collectNames("sam.", SamProperties.class);
	}

	private SamConfiguration() {
	}

	private static void collectNames(String prefix, Class<?> type) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
			if (component.getType().isRecord()) {
				GROUPS.add(name + ".");
				collectNames(name + ".", component.getType());
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
	public static Set<String> names() {
		return NAMES;
	}

	/**
	 * Bind and check the configuration.
	 * @param environment where it is
	 * @param warnings takes what looks odd but is no mistake for sure
	 * @return the properties
	 * @throws SamConfigurationException if something is wrong with it
	 */
	public static SamProperties read(Environment environment, Consumer<String> warnings) {
		List<Problem> problems = new ArrayList<>();
		SamProperties properties = Binder.get(environment)
			.bindOrCreate(SAM, Bindable.of(SamProperties.class), new Failures(problems));
		if (problems.isEmpty()) {
			problems.addAll(SamPropertyRules.check(environment, properties));
		}
		findUnknown(environment, problems, warnings);
		refuse(problems);
		compareShutdownTimeouts(environment, properties, warnings);
		return properties;
	}

	private static void compareShutdownTimeouts(Environment environment, SamProperties properties,
			Consumer<String> warnings) {
		Duration phase = Binder.get(environment).bind(SHUTDOWN_PHASE, Duration.class).orElse(Duration.ZERO);
		Duration timeout = properties.shutdownTimeout();
		if (phase.compareTo(timeout) > 0) {
			warnings.accept(SHUTDOWN_PHASE + " (" + SamPropertyRules.text(phase)
					+ ") is longer than sam.shutdown-timeout (" + SamPropertyRules.text(timeout)
					+ "): a stop that takes longer is cut short by SIGKILL. Set sam.shutdown-timeout above it");
		}
	}

	/**
	 * Check what depends on the machine: only where it is going to be used.
	 * @param environment where the properties come from
	 * @param properties the properties
	 * @throws SamConfigurationException if a directory cannot be used
	 */
	public static void checkDirectories(Environment environment, SamProperties properties) {
		refuse(SamPropertyRules.checkDirectories(environment, properties));
	}

	private static void refuse(List<Problem> problems) {
		if (!problems.isEmpty()) {
			throw new SamConfigurationException(problems);
		}
	}

	/**
	 * Find what looks like one of our properties but is none. Boot's own handler of
	 * unbound elements takes empty values for unbound, and knows neither a nearest name
	 * nor a warning. In files and arguments a typing error is refused; a foreign name, or
	 * a foreign environment variable, is not.
	 */
	private static void findUnknown(Environment environment, List<Problem> problems, Consumer<String> warnings) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter((name) -> SAM.isAncestorOf(name) && !isKnown(name.toString()))
					.forEach((name) -> judgeUnknown(iterable, name, problems, warnings));
			}
		}
	}

	private static void judgeUnknown(ConfigurationPropertySource source, ConfigurationPropertyName name,
			List<Problem> problems, Consumer<String> warnings) {
		String nearest = nearest(name.toString());
		ConfigurationProperty property = source.getConfigurationProperty(name);
		Object origin = (property != null) ? property.getOrigin() : source.getUnderlyingSource();
		if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource) {
			if (nearest != null) {
				warnings.accept("There is no property '" + name + "', it is ignored (" + origin + "). Did you mean "
						+ nearest + "?");
			}
		}
		else if (nearest != null || GROUPS.stream().anyMatch(name.toString()::startsWith)) {
			problems.add(Problem.of(name.toString(), property, "there is no such property", (nearest != null)
					? "Write " + nearest + "." : "Remove it. The properties are " + String.join(", ", NAMES) + "."));
		}
		else {
			warnings.accept("There is no property '" + name + "', SAM ignores it (" + origin + ")");
		}
	}

	private static boolean isKnown(String name) {
		int bracket = name.indexOf('[');
		String uniform = uniform((bracket >= 0) ? name.substring(0, bracket) : name);
		return NAMES.stream().anyMatch((known) -> uniform(known).equals(uniform));
	}

	/**
	 * Return a name that differs by a typing error or two.
	 */
	private static @Nullable String nearest(String name) {
		return NAMES.stream()
			.min(Comparator.comparingInt((known) -> distance(uniform(name), uniform(known))))
			.filter((known) -> distance(uniform(name), uniform(known)) <= TYPING_ERRORS)
			.orElse(null);
	}

	/**
	 * An environment variable cannot show where the dots and dashes were.
	 */
	private static String uniform(String name) {
		return name.replaceAll("[^\\p{L}\\p{Nd}]", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * The Levenshtein distance.
	 */
	private static int distance(String left, String right) {
		int[] previous = new int[right.length() + 1];
		Arrays.setAll(previous, (j) -> j);
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

	/**
	 * Notes each value that cannot be converted, so that binding goes on with its default
	 * to the next one.
	 *
	 * @param problems takes them
	 */
	private record Failures(List<Problem> problems) implements BindHandler {

		@Override
		public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Exception error) {
			// the list of a failed element fails too
			if (this.problems.stream().noneMatch((problem) -> problem.property().startsWith(name + "["))) {
				this.problems.add(explain(name, context.getConfigurationProperty(), error));
			}
			return null;
		}

		private static Problem explain(ConfigurationPropertyName name, @Nullable ConfigurationProperty property,
				Exception error) {
			Class<?> type = typeOf(error);
			String reason = "it cannot be read: " + NestedExceptionUtils.getMostSpecificCause(error).getMessage();
			String remedy = "Correct the value, or remove the property for its default.";
			if (type != null && type.isEnum()) {
				reason = "it is none of the values that are known";
				remedy = "Write one of " + Arrays.stream(type.getEnumConstants())
					.map((constant) -> inConfiguration(((Enum<?>) constant).name()))
					.collect(Collectors.joining(", ")) + ".";
			}
			else if (type == Duration.class) {
				reason = "it is no time";
				remedy = "Write a number with a unit: 500ms, 10s, 5m, 1h.";
			}
			else if (type == Integer.class || type == int.class) {
				reason = "it is no whole number";
				remedy = "Write a whole number.";
			}
			else if (type == Boolean.class || type == boolean.class) {
				reason = "it is neither true nor false";
				remedy = "Write true or false.";
			}
			return Problem.of(((property != null) ? property.getName() : name).toString(), property, reason, remedy);
		}

		private static String inConfiguration(String name) {
			return name.startsWith("SIG") ? name : name.toLowerCase(Locale.ROOT).replace('_', '-');
		}

		private static @Nullable Class<?> typeOf(Throwable failure) {
			for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
				if (cause instanceof ConversionFailedException conversion) {
					return conversion.getTargetType().getType();
				}
			}
			return null;
		}

	}

}
