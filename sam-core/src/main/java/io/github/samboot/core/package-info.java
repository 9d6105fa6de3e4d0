/**
 * The Java SAM API: what an application calls to be supervised, as {@code sam_*(3)}
 * describes it.
 */
@NullMarked
package io.github.samboot.core;

import org.jspecify.annotations.NullMarked;
