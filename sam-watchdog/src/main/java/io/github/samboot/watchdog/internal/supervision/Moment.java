package io.github.samboot.watchdog.internal.supervision;

/**
 * When something happens, on both clocks: deadlines only use the first, reports show the
 * second.
 *
 * @param nanos the monotonic clock
 * @param millis the wall clock
 */
public record Moment(long nanos, long millis) {

}
