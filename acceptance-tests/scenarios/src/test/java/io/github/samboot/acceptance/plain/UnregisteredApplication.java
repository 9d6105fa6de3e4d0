package io.github.samboot.acceptance.plain;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * An application whose context has no SAM auto-configuration. It obeys its standard input
 * in a runner, or while its context is being refreshed.
 */
@Configuration(proxyBeanMethods = false)
public class UnregisteredApplication {

	/**
	 * Start the application.
	 * @param args Spring properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(UnregisteredApplication.class, args);
	}

	@Bean
	Object blocker(Environment environment) throws IOException {
		if (environment.getProperty("block-in-refresh", Boolean.class, false)) {
			obey("in refresh");
		}
		return new Object();
	}

	@Bean
	CommandLineRunner runner() {
		return (arguments) -> obey("in a runner");
	}

	private static void obey(String where) throws IOException {
		System.out.println("process " + ProcessHandle.current().pid() + " is " + where);
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			if (line.startsWith("exit ")) {
				int code = Integer.parseInt(line.substring(5));
				System.exit(code);
			}
			System.out.println("heard [" + line + "]");
		}
	}

}
