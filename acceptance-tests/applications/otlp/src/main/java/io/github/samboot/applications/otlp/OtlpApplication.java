package io.github.samboot.applications.otlp;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sends its meters to an OpenTelemetry collector.
 */
@SpringBootApplication
@RestController
public class OtlpApplication {

	public static void main(String[] args) {
		SpringApplication.run(OtlpApplication.class, args);
	}

	@GetMapping("/")
	String greet() {
		return "hello";
	}

}
