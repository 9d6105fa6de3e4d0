package io.github.samboot.boot.internal.diagnostics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Reads and checks the {@code sam.*} configuration. Not left to the binding of beans: it
 * is needed before there is a context.
 */
public final class SamConfiguration {

	private static final ConfigurationPropertyName SAM = ConfigurationPropertyName.of("sam");

	private final Environment environment;

	private final Consumer<String> warnings;

	private final List<ConfigurationPropertySource> sources = new ArrayList<>();

	private SamConfiguration(Environment environment, Consumer<String> warnings) {
		this.environment = environment;
		this.warnings = warnings;
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			this.sources.add(source);
		}
	}

	/**
	 * Read and check the configuration.
	 * @param environment where it is
	 * @param warnings takes what looks odd but is no mistake for sure
	 * @return the properties
	 * @throws SamConfigurationException if something is wrong with it
	 */
	public static SamProperties read(Environment environment, Consumer<String> warnings) {
		SamConfiguration configuration = new SamConfiguration(environment, warnings);
		SamProperties properties = configuration.bind();
		List<Problem> problems = configuration.findUnknown();
		refuse(environment, problems, SamPropertyRules.check(properties));
		return properties;
	}

	/**
	 * Check what depends on the machine: only where it is going to be used.
	 * @param environment where the properties come from
	 * @param properties the properties
	 * @throws SamConfigurationException if a directory cannot be used
	 */
	public static void checkDirectories(Environment environment, SamProperties properties) {
		refuse(environment, new ArrayList<>(), SamPropertyRules.checkDirectories(properties));
	}

	private static void refuse(Environment environment, List<Problem> problems,
			List<SamPropertyRules.Violation> violations) {
		violations.forEach((violation) -> problems
			.add(Problem.in(environment, violation.property(), violation.reason(), violation.remedy())));
		if (!problems.isEmpty()) {
			throw new SamConfigurationException(problems);
		}
	}

	private static boolean isSystemEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
	}

	private SamProperties bind() {
		try {
			return new Binder(this.sources, new PropertySourcesPlaceholdersResolver(this.environment)).bindOrCreate(SAM,
					Bindable.of(SamProperties.class), null);
		}
		catch (BindException ex) {
			throw new SamConfigurationException(List.of(explain(ex)), ex);
		}
	}

	/**
	 * Say in the user's words why a value cannot be used.
	 * @param ex what the binder said
	 * @return the problem
	 */
	static Problem explain(BindException ex) {
		ConfigurationProperty property = ex.getProperty();
		String name = ((property != null) ? property.getName() : ex.getName()).toString();
		Object value = (property != null) ? property.getValue() : null;
		Class<?> type = typeOf(ex);
		String reason = "it cannot be read" + ((type != null) ? " as " + type.getSimpleName() : "") + ": "
				+ rootMessage(ex);
		String remedy = "Correct the value, or remove the property for its default.";
		if (type != null && type.isEnum()) {
			String values = Arrays.stream(type.getEnumConstants())
				.map((constant) -> inConfiguration((Enum<?>) constant))
				.collect(Collectors.joining(", "));
			reason = "it is none of the values that are known";
			remedy = "Write one of " + values + ".";
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
		return new Problem(name, value, (property != null) ? property.getOrigin() : null, reason, remedy);
	}

	private static String inConfiguration(Enum<?> constant) {
		String name = constant.name();
		return name.startsWith("SIG") ? name : name.toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static @Nullable Class<?> typeOf(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ConversionFailedException conversion) {
				return conversion.getTargetType().getType();
			}
			if (cause instanceof ConverterNotFoundException conversion) {
				return conversion.getTargetType().getType();
			}
		}
		return null;
	}

	private static String rootMessage(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return String.valueOf(root.getMessage());
	}

	/**
	 * Find what looks like one of our properties but is none. In files and arguments a
	 * typing error is refused; a foreign name, or a foreign environment variable, is left
	 * in peace.
	 */
	private List<Problem> findUnknown() {
		List<Problem> problems = new ArrayList<>();
		for (ConfigurationPropertySource source : this.sources) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				for (ConfigurationPropertyName name : iterable) {
					if (SAM.isAncestorOf(name) && !SamPropertyNames.isKnown(name.toString())) {
						judgeUnknown(source, name, problems);
					}
				}
			}
		}
		return problems;
	}

	private void judgeUnknown(ConfigurationPropertySource source, ConfigurationPropertyName name,
			List<Problem> problems) {
		String nearest = SamPropertyNames.nearest(name.toString());
		String hint = (nearest != null) ? "Did you mean " + nearest + "?" : "";
		ConfigurationProperty property = source.getConfigurationProperty(name);
		Object origin = (property != null) ? property.getOrigin() : source.getUnderlyingSource();
		if (isSystemEnvironment(source)) {
			if (nearest != null) {
				this.warnings.accept("There is no property '" + name + "', it is ignored (" + origin + "). " + hint);
			}
		}
		else if (nearest != null || SamPropertyNames.isInGroup(name.toString())) {
			problems.add(new Problem(name.toString(), (property != null) ? property.getValue() : null,
					(property != null) ? property.getOrigin() : null, "there is no such property",
					(nearest != null) ? "Write " + nearest + "."
							: "Remove it. The properties are " + String.join(", ", SamPropertyNames.all()) + "."));
		}
		else {
			this.warnings.accept("There is no property '" + name + "', SAM ignores it (" + origin + ")");
		}
	}

}
