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
		super(problems.stream()
			.map((problem) -> problem.property() + ": " + problem.reason())
			.collect(Collectors.joining("; ")));
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

		static Problem of(String name, @Nullable ConfigurationProperty property, String reason, String remedy) {
			return new Problem(name, (property != null) ? property.getValue() : null,
					(property != null) ? property.getOrigin() : null, reason, remedy);
		}

		/**
		 * Describe a property as it stands in an environment.
		 * @param environment the environment
		 * @param name the name of the property
		 * @param reason what is wrong with it
		 * @param remedy what to write instead
		 * @return the problem
		 */
		public static Problem in(Environment environment, String name, String reason, String remedy) {
			for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
				// a list may be written as one value or by its elements
				for (String written : List.of(name, name + "[0]")) {
					ConfigurationProperty property = source
						.getConfigurationProperty(ConfigurationPropertyName.of(written));
					if (property != null) {
						return of(name, property, reason, remedy);
					}
				}
			}
			return of(name, null, reason, remedy);
		}

	}

}
