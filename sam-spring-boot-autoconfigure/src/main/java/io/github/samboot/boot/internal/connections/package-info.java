/**
 * Web servers on the socket that the watchdog holds.
 */
@NullMarked
package io.github.samboot.boot.internal.connections;

import org.jspecify.annotations.NullMarked;
