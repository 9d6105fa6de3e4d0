/**
 * The event loop: brings events to the rules of supervision and carries out the effects.
 */
@NullMarked
package io.github.samboot.watchdog.internal.loop;

import org.jspecify.annotations.NullMarked;
