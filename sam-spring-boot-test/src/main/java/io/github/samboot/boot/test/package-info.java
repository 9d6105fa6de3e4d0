/**
 * Tests of an application that SAM supervises, without processes.
 */
@NullMarked
package io.github.samboot.boot.test;

import org.jspecify.annotations.NullMarked;
