/**
 * Web servers on the listening socket that the watchdog holds.
 */
@NullMarked
package io.github.samboot.boot.internal.connections;

import org.jspecify.annotations.NullMarked;
