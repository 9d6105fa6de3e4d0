package io.github.samboot.boot.internal.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;

/**
 * What can be asked without health indicators: the availability state of the application,
 * and the threads of the JVM.
 */
public final class AvailabilityMembers implements HealthMembers {

	private final Map<String, HealthProbe> members = new LinkedHashMap<>();

	public AvailabilityMembers(ObjectProvider<ApplicationAvailability> availability, boolean deadlockDetection) {
		this.members.put(HealthGroups.LIVENESS_STATE, livenessState(availability));
		if (deadlockDetection) {
			this.members.put(DeadlockDetector.NAME, new DeadlockDetector());
		}
	}

	public static HealthProbe livenessState(ObjectProvider<ApplicationAvailability> availability) {
		return () -> {
			ApplicationAvailability available = availability.getIfAvailable();
			return (available != null && available.getLivenessState() == LivenessState.BROKEN)
					? HealthAnswer.down("the liveness state is BROKEN") : HealthAnswer.up();
		};
	}

	@Override
	public Map<String, HealthProbe> members(Consumer<String> progress) {
		return this.members;
	}

}
