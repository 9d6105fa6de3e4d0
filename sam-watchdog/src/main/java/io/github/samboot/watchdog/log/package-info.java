/**
 * The watchdog's log lines, which look at home beside Spring Boot's.
 */
@NullMarked
package io.github.samboot.watchdog.log;

import org.jspecify.annotations.NullMarked;
