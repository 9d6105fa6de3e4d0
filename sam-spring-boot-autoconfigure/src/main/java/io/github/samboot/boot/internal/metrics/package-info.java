/**
 * Measures supervision with Micrometer.
 */
@NullMarked
package io.github.samboot.boot.internal.metrics;

import org.jspecify.annotations.NullMarked;
