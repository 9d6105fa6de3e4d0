package io.github.samboot.acceptance.jetty;

import java.io.IOException;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers every request.
 */
@SpringBootApplication
@RestController
public class JettyApplication {

	private final ConfigurableApplicationContext context;

	public JettyApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

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

	/**
	 * Let another application context of this process serve.
	 * @return its port
	 */
	@PostMapping("/neighbour")
	public int neighbour() {
		ApplicationContext neighbour = SpringApplication.run(JettyApplication.class, "--server.port=0",
				"--sam.connections.hold=true");
		return ((WebServerApplicationContext) neighbour).getWebServer().getPort();
	}

	/**
	 * Stop and start the context again.
	 */
	@PostMapping("/again")
	public void again() {
		new Thread(() -> {
			this.context.stop();
			this.context.start();
		}).start();
	}

	/**
	 * Read from standard input.
	 * @return a byte, or -1 at its end
	 * @throws IOException if it cannot be read
	 */
	@GetMapping("/input")
	public int input() throws IOException {
		return System.in.read();
	}

}
