/**
 * Connections of application processes to the watchdog: accepting, verifying the peer,
 * reading and writing frames.
 */
@NullMarked
package io.github.samboot.watchdog.internal.connection;

import org.jspecify.annotations.NullMarked;
