package io.github.samboot.watchdog.internal.supervision;

/**
 * Nothing is left to do.
 *
 * @param isFailure whether the application failed
 */
record Ended(boolean isFailure) implements Over {

}
