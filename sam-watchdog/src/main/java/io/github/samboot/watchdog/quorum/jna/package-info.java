/**
 * The calls of Corosync's client libraries through JNA: loaded only when a quorum policy
 * or cmap asks for it, possibly by a class loader of its own.
 */
@NullMarked
package io.github.samboot.watchdog.quorum.jna;

import org.jspecify.annotations.NullMarked;
