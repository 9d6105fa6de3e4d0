/**
 * Measures supervision with Micrometer.
 */
@NullMarked
package io.github.samboot.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
