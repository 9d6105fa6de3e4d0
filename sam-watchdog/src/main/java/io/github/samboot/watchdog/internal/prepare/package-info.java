/**
 * Prepares an application for a fast start: unpacked, and with an archive of its classes.
 */
@NullMarked
package io.github.samboot.watchdog.internal.prepare;

import org.jspecify.annotations.NullMarked;
