package io.github.samboot.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Gives a test class a {@link SamTester}, beside {@code @SpringBootTest} or a slice such
 * as {@code @WebMvcTest}. In a slice the health indicators that matter have to be
 * included, under their names: {@code @Import} would give them others.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureSamTester {

}
