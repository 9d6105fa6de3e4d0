/**
 * Recognises an application launch and puts the application under a watchdog.
 */
@NullMarked
package io.github.samboot.boot.internal.launch;

import org.jspecify.annotations.NullMarked;
