/**
 * Makes a spare JVM quick to be promoted, and keeps it from acting before that.
 */
@NullMarked
package io.github.samboot.boot.internal.standby;

import org.jspecify.annotations.NullMarked;
