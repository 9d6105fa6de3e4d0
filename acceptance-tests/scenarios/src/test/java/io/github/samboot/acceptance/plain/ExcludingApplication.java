package io.github.samboot.acceptance.plain;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An {@link UnregisteredApplication} with auto-configuration, from which SAM's is to be
 * excluded.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(UnregisteredApplication.class)
public class ExcludingApplication {

	/**
	 * Start the application.
	 * @param args Spring properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(ExcludingApplication.class, args);
	}

}
