package io.github.samboot.autoconfigure;

import java.util.function.Function;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamProperties.Gate;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreErrorsBindHandler;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches a value as it is bound, where the conditions of Spring Boot compare texts:
 * {@code on}, {@code yes} and {@code 1} are true, {@code off}, {@code no} and {@code 0}
 * false, and blanks do not count.
 */
abstract class OnSamSetting extends SpringBootCondition {

	private final String property;

	private final Object value;

	private final Object byDefault;

	private final Function<SamProperties, Object> setting;

	OnSamSetting(String property, Object value, Object byDefault, Function<SamProperties, Object> setting) {
		this.setting = setting;
		this.property = property;
		this.value = value;
		this.byDefault = byDefault;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Object known = (context.getBeanFactory() != null)
				? context.getBeanFactory().getSingleton(SamProperties.class.getName()) : null;
		// those of the application count: what comes later changes nothing
		Object set = (known instanceof SamProperties properties) ? this.setting.apply(properties)
				: bind(context.getEnvironment());
		return new ConditionOutcome(this.value.equals(set), ConditionMessage.of(this.property + " is " + set));
	}

	/**
	 * What cannot be read is refused elsewhere, with all else that is wrong.
	 */
	private Object bind(Environment environment) {
		return Binder.get(environment)
			.bind(this.property, Bindable.ofInstance(this.byDefault), new IgnoreErrorsBindHandler())
			.orElse(this.byDefault);
	}

	static final class TrafficIsGated extends OnSamSetting {

		TrafficIsGated() {
			super("sam.quorum.gate", Gate.TRAFFIC, Gate.CONTEXT, (properties) -> properties.quorum().gate());
		}

	}

	static final class ConnectionsAreHeld extends OnSamSetting {

		ConnectionsAreHeld() {
			super("sam.connections.hold", true, false, (properties) -> properties.connections().hold());
		}

	}

	static final class FastStartIsEnabled extends OnSamSetting {

		FastStartIsEnabled() {
			super("sam.fast-start.enabled", true, false, (properties) -> properties.fastStart().enabled());
		}

	}

	static final class ProgressIsEnabled extends OnSamSetting {

		ProgressIsEnabled() {
			super("sam.health.progress.enabled", true, false, (properties) -> properties.health().progress().enabled());
		}

	}

	static final class DeadlocksAreDetected extends OnSamSetting {

		DeadlocksAreDetected() {
			super("sam.health.deadlock-detection", true, true, (properties) -> properties.health().deadlockDetection());
		}

	}

}
