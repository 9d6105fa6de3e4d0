/**
 * The orders: taking them, keeping them over a recovery, and whether that works.
 */
@NullMarked
package io.github.samboot.sample.orders;

import org.jspecify.annotations.NullMarked;
