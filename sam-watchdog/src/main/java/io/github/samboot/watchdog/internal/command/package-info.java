/**
 * The command line for operators: finds the watchdogs of this user, shows them and steers
 * them. Nothing of it is loaded in a watchdog.
 */
@NullMarked
package io.github.samboot.watchdog.internal.command;

import org.jspecify.annotations.NullMarked;
