/**
 * Reports of incidents, and what they are made of.
 */
@NullMarked
package io.github.samboot.watchdog.internal.incident;

import org.jspecify.annotations.NullMarked;
