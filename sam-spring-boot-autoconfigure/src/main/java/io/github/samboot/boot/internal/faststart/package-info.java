/**
 * Has later starts of the application prepared while it runs.
 */
@NullMarked
package io.github.samboot.boot.internal.faststart;

import org.jspecify.annotations.NullMarked;
