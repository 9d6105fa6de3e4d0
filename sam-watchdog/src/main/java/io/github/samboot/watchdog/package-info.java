/**
 * The watchdog program: its main class.
 */
@NullMarked
package io.github.samboot.watchdog;

import org.jspecify.annotations.NullMarked;
