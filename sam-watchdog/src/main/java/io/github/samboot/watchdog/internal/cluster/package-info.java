/**
 * What the cluster tells the watchdog (quorum) and what the watchdog publishes to the
 * cluster (cmap).
 */
@NullMarked
package io.github.samboot.watchdog.internal.cluster;

import org.jspecify.annotations.NullMarked;
