/**
 * The watchdog's side of the run directory: heartbeat page, user data and recovery
 * record.
 */
@NullMarked
package io.github.samboot.watchdog.internal.rundir;

import org.jspecify.annotations.NullMarked;
