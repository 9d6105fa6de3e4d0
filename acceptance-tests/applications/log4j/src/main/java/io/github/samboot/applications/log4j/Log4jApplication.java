package io.github.samboot.applications.log4j;

import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Logs with Log4j 2.
 */
@SpringBootApplication
@RestController
public class Log4jApplication {

	public static void main(String[] args) {
		SpringApplication.run(Log4jApplication.class, args);
	}

	@GetMapping("/")
	String greet() {
		LoggerFactory.getLogger("greetings").warn("a greeting was sent");
		return "hello";
	}

}
