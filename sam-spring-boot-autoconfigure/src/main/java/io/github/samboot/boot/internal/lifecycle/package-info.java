/**
 * Registers and starts supervision as part of the life cycle of the application context.
 */
@NullMarked
package io.github.samboot.boot.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
