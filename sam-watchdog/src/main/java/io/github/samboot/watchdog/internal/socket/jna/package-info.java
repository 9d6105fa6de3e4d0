/**
 * The system calls for sockets, by JNA.
 */
@NullMarked
package io.github.samboot.watchdog.internal.socket.jna;

import org.jspecify.annotations.NullMarked;
