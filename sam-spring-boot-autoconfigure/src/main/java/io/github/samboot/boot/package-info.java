/**
 * What a Spring Boot application uses of SAM besides {@link io.github.samboot.core.Sam}:
 * events, the instance, and {@link io.github.samboot.boot.ActiveInstanceOnly
 * @ActiveInstanceOnly}.
 */
@NullMarked
package io.github.samboot.boot;

import org.jspecify.annotations.NullMarked;
