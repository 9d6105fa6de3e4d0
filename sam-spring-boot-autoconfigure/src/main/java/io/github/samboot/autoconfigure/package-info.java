/**
 * Auto-configuration of SAM.
 */
@NullMarked
package io.github.samboot.autoconfigure;

import org.jspecify.annotations.NullMarked;
