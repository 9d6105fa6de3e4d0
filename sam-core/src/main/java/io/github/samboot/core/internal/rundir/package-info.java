/**
 * The private run directory in which an application and its watchdog meet, and how they
 * recognise each other.
 */
@NullMarked
package io.github.samboot.core.internal.rundir;

import org.jspecify.annotations.NullMarked;
