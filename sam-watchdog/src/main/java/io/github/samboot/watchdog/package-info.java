/**
 * The watchdog program: its main class, its options and its log.
 */
@NullMarked
package io.github.samboot.watchdog;

import org.jspecify.annotations.NullMarked;
