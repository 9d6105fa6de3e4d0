/**
 * What the cluster tells the watchdog (quorum) and what the watchdog tells the cluster
 * (cmap).
 */
@NullMarked
package io.github.samboot.watchdog.quorum;

import org.jspecify.annotations.NullMarked;
