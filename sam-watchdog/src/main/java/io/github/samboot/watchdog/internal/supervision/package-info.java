/**
 * The rules of supervision: which event, in which phase, has which effects. Nothing here
 * does I/O, starts a thread or reads a clock.
 */
@NullMarked
package io.github.samboot.watchdog.internal.supervision;

import org.jspecify.annotations.NullMarked;
