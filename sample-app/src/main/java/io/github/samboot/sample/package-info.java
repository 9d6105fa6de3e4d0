/**
 * An order desk that uses SAM the way any application would.
 */
@NullMarked
package io.github.samboot.sample;

import org.jspecify.annotations.NullMarked;
