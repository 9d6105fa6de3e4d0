/**
 * What an application and its watchdog exchange: frames, their payloads, and the
 * heartbeat page.
 */
@NullMarked
package io.github.samboot.core.internal.wire;

import org.jspecify.annotations.NullMarked;
