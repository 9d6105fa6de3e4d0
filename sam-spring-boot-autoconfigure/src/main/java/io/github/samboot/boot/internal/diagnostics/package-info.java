/**
 * Checks the configuration and explains what is wrong with it.
 */
@NullMarked
package io.github.samboot.boot.internal.diagnostics;

import org.jspecify.annotations.NullMarked;
