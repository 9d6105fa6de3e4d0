/**
 * For the {@code main} method of an application.
 */
@NullMarked
package io.github.samboot.boot.launch;

import org.jspecify.annotations.NullMarked;
