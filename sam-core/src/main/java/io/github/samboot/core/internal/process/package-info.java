/**
 * Processes as the operating system knows them, and monotonic time.
 */
@NullMarked
package io.github.samboot.core.internal.process;

import org.jspecify.annotations.NullMarked;
