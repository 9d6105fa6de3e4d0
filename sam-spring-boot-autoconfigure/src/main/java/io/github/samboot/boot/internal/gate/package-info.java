/**
 * Keeps requests away from an application whose node is not quorate.
 */
@NullMarked
package io.github.samboot.boot.internal.gate;

import org.jspecify.annotations.NullMarked;
