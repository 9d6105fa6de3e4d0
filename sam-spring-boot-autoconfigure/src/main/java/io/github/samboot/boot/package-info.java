/**
 * What a Spring Boot application uses of SAM besides {@link io.github.samboot.core.Sam}:
 * its properties, events, the instance, and the annotation
 * {@link io.github.samboot.boot.ActiveInstanceOnly}.
 */
@NullMarked
package io.github.samboot.boot;

import org.jspecify.annotations.NullMarked;
