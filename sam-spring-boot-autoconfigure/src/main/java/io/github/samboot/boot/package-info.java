/**
 * What a Spring Boot application uses of SAM besides {@link io.github.samboot.core.Sam}:
 * events, the instance, the annotation {@link io.github.samboot.boot.ActiveInstanceOnly},
 * the {@link io.github.samboot.boot.SamProperties properties}, and
 * {@link io.github.samboot.boot.SamIncidentReporter} to implement.
 */
@NullMarked
package io.github.samboot.boot;

import org.jspecify.annotations.NullMarked;
