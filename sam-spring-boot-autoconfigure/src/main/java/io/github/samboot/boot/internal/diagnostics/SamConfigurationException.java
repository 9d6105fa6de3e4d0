package io.github.samboot.boot.internal.diagnostics;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/**
 * Something in the {@code sam.*} configuration that SAM refuses to run with.
 */
public class SamConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<Problem> problems;

	/**
	 * Create an exception.
	 * @param problems all that is wrong, at least one
	 */
	public SamConfigurationException(List<Problem> problems) {
		this(problems, null);
	}

	SamConfigurationException(List<Problem> problems, @Nullable Throwable cause) {
		super(problems.stream()
			.map((problem) -> problem.property() + ": " + problem.reason())
			.collect(Collectors.joining("; ")), cause);
		this.problems = List.copyOf(problems);
	}

	/**
	 * Return all that is wrong.
	 * @return the problems
	 */
	public List<Problem> problems() {
		return this.problems;
	}

	/**
	 * One property that is wrong.
	 *
	 * @param property its name
	 * @param value the value as it was written, {@code null} if none was
	 * @param origin where it was written, {@code null} if not known
	 * @param reason what is wrong with it
	 * @param remedy what to write instead
	 */
	public record Problem(String property, @Nullable Object value, @Nullable Origin origin, String reason,
			String remedy) {

		/**
		 * Describe a property as it stands in an environment.
		 * @param environment the environment
		 * @param property the name of the property
		 * @param reason what is wrong with it
		 * @param remedy what to write instead
		 * @return the problem
		 */
		public static Problem in(Environment environment, String property, String reason, String remedy) {
			ConfigurationProperty found = find(environment, ConfigurationPropertyName.of(property));
			return (found != null) ? new Problem(property, found.getValue(), found.getOrigin(), reason, remedy)
					: new Problem(property, null, null, reason, remedy);
		}

		private static @Nullable ConfigurationProperty find(Environment environment, ConfigurationPropertyName name) {
			for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
				ConfigurationProperty property = source.getConfigurationProperty(name);
				if (property == null) {
					property = source.getConfigurationProperty(name.append("[0]"));
				}
				if (property != null) {
					return property;
				}
			}
			return null;
		}

	}

}
