/**
 * What the tests of all modules share: waiting, processes, and what a machine must have.
 */
@NullMarked
package io.github.samboot.test;

import org.jspecify.annotations.NullMarked;
