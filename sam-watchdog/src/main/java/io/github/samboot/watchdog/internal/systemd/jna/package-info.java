/**
 * Datagrams to systemd, by JNA.
 */
@NullMarked
package io.github.samboot.watchdog.internal.systemd.jna;

import org.jspecify.annotations.NullMarked;
