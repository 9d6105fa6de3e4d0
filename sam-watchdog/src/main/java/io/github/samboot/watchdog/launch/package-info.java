/**
 * Starting, signalling and burying the processes of the application.
 */
@NullMarked
package io.github.samboot.watchdog.launch;

import org.jspecify.annotations.NullMarked;
