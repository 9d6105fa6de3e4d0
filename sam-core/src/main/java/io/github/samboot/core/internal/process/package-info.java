/**
 * Processes as the operating system knows them, this process and its threads among them,
 * and monotonic time.
 */
@NullMarked
package io.github.samboot.core.internal.process;

import org.jspecify.annotations.NullMarked;
