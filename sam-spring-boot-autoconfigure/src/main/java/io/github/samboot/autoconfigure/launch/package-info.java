/**
 * Who starts whom: recognises an application launch and puts a watchdog over or beside
 * it.
 */
@NullMarked
package io.github.samboot.autoconfigure.launch;

import org.jspecify.annotations.NullMarked;
