/**
 * Where native code may lie while it is loaded.
 */
@NullMarked
package io.github.samboot.core.internal.library;

import org.jspecify.annotations.NullMarked;
