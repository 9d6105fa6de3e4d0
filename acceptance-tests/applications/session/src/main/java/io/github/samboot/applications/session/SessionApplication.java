package io.github.samboot.applications.session;

import jakarta.servlet.http.HttpSession;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sessions that outlive an instance.
 */
@SpringBootApplication
public class SessionApplication {

	public static void main(String[] args) {
		SpringApplication.run(SessionApplication.class, args);
	}

	@RestController
	static class Visits {

		@GetMapping("/")
		int count(HttpSession session) {
			Integer before = (Integer) session.getAttribute("visits");
			int visits = (before != null) ? before + 1 : 1;
			session.setAttribute("visits", visits);
			return visits;
		}

	}

}
