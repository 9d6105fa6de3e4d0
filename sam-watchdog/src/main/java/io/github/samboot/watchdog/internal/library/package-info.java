/**
 * Loads JNA, when something needs native code that a watchdog usually does without.
 */
@NullMarked
package io.github.samboot.watchdog.internal.library;

import org.jspecify.annotations.NullMarked;
