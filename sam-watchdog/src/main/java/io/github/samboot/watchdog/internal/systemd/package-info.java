/**
 * What systemd is told about the unit whose main process the watchdog is.
 */
@NullMarked
package io.github.samboot.watchdog.internal.systemd;

import org.jspecify.annotations.NullMarked;
