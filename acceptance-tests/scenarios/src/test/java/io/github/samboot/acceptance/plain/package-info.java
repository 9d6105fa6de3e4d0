/**
 * A program without Spring.
 */
@NullMarked
package io.github.samboot.acceptance.plain;

import org.jspecify.annotations.NullMarked;
