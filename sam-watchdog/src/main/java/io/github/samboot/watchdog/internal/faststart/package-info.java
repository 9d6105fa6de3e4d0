/**
 * Later starts of an application from an unpacked copy with an archive of its classes.
 */
@NullMarked
package io.github.samboot.watchdog.internal.faststart;

import org.jspecify.annotations.NullMarked;
