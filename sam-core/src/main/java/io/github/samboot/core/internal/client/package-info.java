/**
 * The application's side of the connection to its watchdog.
 */
@NullMarked
package io.github.samboot.core.internal.client;

import org.jspecify.annotations.NullMarked;
