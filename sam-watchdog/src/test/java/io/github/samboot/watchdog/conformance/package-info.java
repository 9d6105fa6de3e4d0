/**
 * Proof that this is SAM: the reference scenarios under the real watchdog, beside
 * Corosync's own libsam, and whole clusters. See {@code docs/conformance.md}.
 */
@NullMarked
package io.github.samboot.watchdog.conformance;

import org.jspecify.annotations.NullMarked;
