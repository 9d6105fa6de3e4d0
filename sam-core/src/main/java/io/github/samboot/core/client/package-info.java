/**
 * The application's side of the conversation with its watchdog.
 */
@NullMarked
package io.github.samboot.core.client;

import org.jspecify.annotations.NullMarked;
