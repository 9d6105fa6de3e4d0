package io.github.samboot.applications.refresh;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Rebinds its properties on demand.
 */
@SpringBootApplication
public class RefreshApplication {

	public static void main(String[] args) {
		SpringApplication.run(RefreshApplication.class, args);
	}

	@RestController
	static class Greeting {

		@GetMapping("/")
		String greet() {
			return "hello";
		}

	}

}
