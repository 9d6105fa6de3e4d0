/**
 * The system calls for children, by JNA.
 */
@NullMarked
package io.github.samboot.watchdog.internal.process.jna;

import org.jspecify.annotations.NullMarked;
