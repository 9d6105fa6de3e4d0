package io.github.samboot.sample;

import io.github.samboot.boot.launch.SamLauncher;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The order desk.
 */
@SpringBootApplication
public class SampleApplication {

	/**
	 * Start the order desk.
	 * @param args Spring properties, such as {@code --server.port=9000}
	 */
	public static void main(String[] args) {
		SamLauncher.launch(SampleApplication.class, args);
		SpringApplication.run(SampleApplication.class, args);
	}

}
