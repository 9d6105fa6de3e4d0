/**
 * Decides whether the application is healthy, and reports that to the watchdog.
 */
@NullMarked
package io.github.samboot.boot.internal.health;

import org.jspecify.annotations.NullMarked;
