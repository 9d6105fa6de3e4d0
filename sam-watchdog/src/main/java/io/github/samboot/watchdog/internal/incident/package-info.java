/**
 * Reports of recoveries.
 */
@NullMarked
package io.github.samboot.watchdog.internal.incident;

import org.jspecify.annotations.NullMarked;
