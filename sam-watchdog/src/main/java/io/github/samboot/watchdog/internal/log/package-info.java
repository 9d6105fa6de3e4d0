/**
 * The watchdog's log lines, in the format of Spring Boot's.
 */
@NullMarked
package io.github.samboot.watchdog.internal.log;

import org.jspecify.annotations.NullMarked;
