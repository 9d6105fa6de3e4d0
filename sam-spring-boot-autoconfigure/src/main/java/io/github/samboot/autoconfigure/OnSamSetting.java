package io.github.samboot.autoconfigure;

import io.github.samboot.boot.SamProperties.Gate;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreErrorsBindHandler;
import org.springframework.context.annotation.ConditionContext;
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

	OnSamSetting(String property, Object value, Object byDefault) {
		this.property = property;
		this.value = value;
		this.byDefault = byDefault;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		// what cannot be read is refused elsewhere, with all else that is wrong
		Object set = Binder.get(context.getEnvironment())
			.bind(this.property, Bindable.ofInstance(this.byDefault), new IgnoreErrorsBindHandler())
			.orElse(this.byDefault);
		return new ConditionOutcome(this.value.equals(set), ConditionMessage.of(this.property + " is " + set));
	}

	static final class TrafficIsGated extends OnSamSetting {

		TrafficIsGated() {
			super("sam.quorum.gate", Gate.TRAFFIC, Gate.CONTEXT);
		}

	}

	static final class ConnectionsAreHeld extends OnSamSetting {

		ConnectionsAreHeld() {
			super("sam.connections.hold", true, false);
		}

	}

	static final class FastStartIsEnabled extends OnSamSetting {

		FastStartIsEnabled() {
			super("sam.fast-start.enabled", true, false);
		}

	}

	static final class ProgressIsEnabled extends OnSamSetting {

		ProgressIsEnabled() {
			super("sam.health.progress.enabled", true, false);
		}

	}

	static final class DeadlocksAreDetected extends OnSamSetting {

		DeadlocksAreDetected() {
			super("sam.health.deadlock-detection", true, true);
		}

	}

}
