/**
 * The calls of Corosync's client libraries through JNA: loaded only when a quorum policy
 * or cmap needs them, possibly by a class loader of its own.
 */
@NullMarked
package io.github.samboot.watchdog.internal.cluster.jna;

import org.jspecify.annotations.NullMarked;
