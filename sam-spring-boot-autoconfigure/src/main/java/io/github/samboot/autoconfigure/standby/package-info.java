/**
 * What makes a spare JVM quick to take over, and keeps it from acting before it does.
 */
@NullMarked
package io.github.samboot.autoconfigure.standby;

import org.jspecify.annotations.NullMarked;
