/**
 * Ways to break this application, to see it being recovered.
 */
@NullMarked
package io.github.samboot.sample.faults;

import org.jspecify.annotations.NullMarked;
