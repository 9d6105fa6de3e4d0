/**
 * Micro-benchmarks of what runs in the application all the time.
 */
@NullMarked
package io.github.samboot.benchmarks;

import org.jspecify.annotations.NullMarked;
