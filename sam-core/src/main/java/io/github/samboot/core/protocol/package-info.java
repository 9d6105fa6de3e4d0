/**
 * How an application and its watchdog talk: where they meet, how they know each other,
 * frames, heartbeat page.
 */
@NullMarked
package io.github.samboot.core.protocol;

import org.jspecify.annotations.NullMarked;
