/**
 * Auto-configuration of SAM, and its properties.
 */
@NullMarked
package io.github.samboot.autoconfigure;

import org.jspecify.annotations.NullMarked;
