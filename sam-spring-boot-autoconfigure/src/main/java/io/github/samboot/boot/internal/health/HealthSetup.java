package io.github.samboot.boot.internal.health;

import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.github.samboot.boot.internal.health.HealthRounds.Limits;

/**
 * What is checked, how, and who learns of it.
 *
 * @param limits when a check has failed, and when the application has
 * @param members the members of the group, looked for in every round
 * @param begin whether the first round may begin; after one interval it does anyway
 * @param unhealthy is told why the application is unhealthy, in every round in which it
 * is
 * @param observer measures; must not block
 * @param threads makes the threads for checks
 */
record HealthSetup(Limits limits, HealthMembers members, BooleanSupplier begin, Consumer<String> unhealthy,
		HealthObserver observer, ThreadFactory threads) {

}
