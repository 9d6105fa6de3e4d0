/**
 * What a Spring Boot application sees of SAM: its properties, its life cycle, its events.
 */
@NullMarked
package io.github.samboot.autoconfigure;

import org.jspecify.annotations.NullMarked;
