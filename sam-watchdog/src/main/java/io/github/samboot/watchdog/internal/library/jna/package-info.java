/**
 * All that touches JNA: loaded by its own class loader, when something needs native code.
 */
@NullMarked
package io.github.samboot.watchdog.internal.library.jna;

import org.jspecify.annotations.NullMarked;
