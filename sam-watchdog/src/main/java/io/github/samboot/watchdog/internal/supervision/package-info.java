/**
 * The rules of supervision: which event, in which phase, has which effects. Nothing here
 * does I/O, starts a thread or reads a clock.
 * <p>
 * An instance goes through the phases Launching, Starting (its process runs), ComingUp
 * (start was called; AwaitingQuorum before) and Running. StartingUp and Started are what
 * two of them have in common, Supervised all but the first. Off is supervision switched
 * off. A failure leads to Warned, Killed and BackingOff, and back to Launching; what ends
 * by itself is ClosingDown (Closing, BeingReplaced, ShuttingDown), and the last phases
 * are Over (Ending, Ended).
 */
@NullMarked
package io.github.samboot.watchdog.internal.supervision;

import org.jspecify.annotations.NullMarked;
