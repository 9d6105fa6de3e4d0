package io.github.samboot.applications.beannamedsam;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sam is the name of its owner.
 */
@SpringBootApplication
public class SamApplication {

	public static void main(String[] args) {
		SpringApplication.run(SamApplication.class, args);
	}

	@Bean
	String sam() {
		return "Sam";
	}

	@RestController
	static class Greeting {

		private final String sam;

		Greeting(String sam) {
			this.sam = sam;
		}

		@GetMapping("/")
		String greet() {
			return this.sam;
		}

	}

}
