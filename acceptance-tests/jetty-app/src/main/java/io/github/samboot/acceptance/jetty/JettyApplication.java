package io.github.samboot.acceptance.jetty;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers every request.
 */
@SpringBootApplication
@RestController
public class JettyApplication {

	/**
	 * Start the application.
	 * @param args Spring properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(JettyApplication.class, args);
	}

	/**
	 * Answer.
	 * @return always the same
	 */
	@GetMapping("/orders")
	public String orders() {
		return "none";
	}

}
