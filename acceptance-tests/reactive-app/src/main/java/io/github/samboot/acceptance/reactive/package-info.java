/**
 * A reactive web application.
 */
@NullMarked
package io.github.samboot.acceptance.reactive;

import org.jspecify.annotations.NullMarked;
