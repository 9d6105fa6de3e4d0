/**
 * A web application on Jetty.
 */
@NullMarked
package io.github.samboot.acceptance.jetty;

import org.jspecify.annotations.NullMarked;
