/**
 * Connections of application processes to the watchdog: accepting, verifying the peer,
 * reading and writing frames. Not those of the application's clients, which
 * {@code sam.connections} is about: they wait in the socket of
 * {@link io.github.samboot.watchdog.internal.socket}.
 */
@NullMarked
package io.github.samboot.watchdog.internal.connection;

import org.jspecify.annotations.NullMarked;
