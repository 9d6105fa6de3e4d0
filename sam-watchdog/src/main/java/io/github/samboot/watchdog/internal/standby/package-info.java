/**
 * Notices that what a spare was started from has changed on disk.
 */
@NullMarked
package io.github.samboot.watchdog.internal.standby;

import org.jspecify.annotations.NullMarked;
