package io.github.samboot.applications.splitapplication;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Its main method is in another module.
 */
@SpringBootApplication
public class SplitApplication {

	@RestController
	static class Greeting {

		@GetMapping("/")
		String greet() {
			return "hello";
		}

	}

}
