/**
 * Notices that what a spare was started from has changed on disk. The rules for the spare
 * are in {@link io.github.samboot.watchdog.internal.supervision}.
 */
@NullMarked
package io.github.samboot.watchdog.internal.standby;

import org.jspecify.annotations.NullMarked;
