/**
 * What must work, seen from outside: real processes, real signals, real sockets.
 */
@NullMarked
package io.github.samboot.acceptance;

import org.jspecify.annotations.NullMarked;
