package io.github.samboot.applications.job;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Works, and ends with a code that says how it went.
 */
@SpringBootApplication
public class JobApplication {

	public static void main(String[] args) {
		System.exit(SpringApplication.exit(SpringApplication.run(JobApplication.class, args)));
	}

	@Bean
	CommandLineRunner work() {
		return (arguments) -> System.out.println("The job has run");
	}

	@Bean
	ExitCodeGenerator code(Environment environment) {
		return () -> environment.getProperty("job.code", Integer.class, 0);
	}

}
