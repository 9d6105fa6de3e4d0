/**
 * What the {@code main} method of an application may call, so that its process becomes
 * the watchdog before Spring Boot is loaded.
 */
@NullMarked
package io.github.samboot.boot.launch;

import org.jspecify.annotations.NullMarked;
