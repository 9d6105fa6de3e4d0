/**
 * The socket on which instances listen one after the other ({@code sam.connections}).
 */
@NullMarked
package io.github.samboot.watchdog.internal.socket;

import org.jspecify.annotations.NullMarked;
