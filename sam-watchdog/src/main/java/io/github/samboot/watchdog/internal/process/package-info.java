/**
 * Starts, signals and observes the processes of the application.
 */
@NullMarked
package io.github.samboot.watchdog.internal.process;

import org.jspecify.annotations.NullMarked;
