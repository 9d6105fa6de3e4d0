/**
 * What an instance tells about itself for the report of an incident.
 */
@NullMarked
package io.github.samboot.boot.internal.evidence;

import org.jspecify.annotations.NullMarked;
