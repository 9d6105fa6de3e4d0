/**
 * Shows supervision through the actuator: health component, endpoint and info.
 */
@NullMarked
package io.github.samboot.boot.internal.actuate;

import org.jspecify.annotations.NullMarked;
