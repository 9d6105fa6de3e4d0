/**
 * Whether the executors of the application get their work done.
 */
@NullMarked
package io.github.samboot.boot.internal.progress;

import org.jspecify.annotations.NullMarked;
