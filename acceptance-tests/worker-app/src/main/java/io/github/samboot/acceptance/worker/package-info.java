/**
 * An application without a web server.
 */
@NullMarked
package io.github.samboot.acceptance.worker;

import org.jspecify.annotations.NullMarked;
