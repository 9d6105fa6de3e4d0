/**
 * What outlives an instance, or a watchdog: incident reports and the recovery record.
 */
@NullMarked
package io.github.samboot.watchdog.incident;

import org.jspecify.annotations.NullMarked;
