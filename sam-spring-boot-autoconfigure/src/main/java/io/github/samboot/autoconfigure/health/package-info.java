/**
 * Decides whether the application is healthy, and tells the watchdog so.
 */
@NullMarked
package io.github.samboot.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
