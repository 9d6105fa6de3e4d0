/**
 * The ten reference scenarios of SAM, and the programs of the cluster tests: each tells
 * what one instance after the other does.
 */
@NullMarked
package io.github.samboot.watchdog.conformance.scenario;

import org.jspecify.annotations.NullMarked;
