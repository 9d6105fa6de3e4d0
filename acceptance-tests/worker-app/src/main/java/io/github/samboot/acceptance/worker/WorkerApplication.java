package io.github.samboot.acceptance.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.samboot.boot.SamRegisteredEvent;
import io.github.samboot.core.Sam;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.ApplicationPidFileWriter;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Obeys the lines of its standard input in a runner that does not return, as a daemon
 * does, and stays when there are no more.
 */
@SpringBootApplication
public class WorkerApplication {

	/**
	 * Start the worker.
	 * @param args Spring properties; all others are printed
	 */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(WorkerApplication.class);
		if (Arrays.toString(args).contains("--spring.pid.file=")) {
			application.addListeners(new ApplicationPidFileWriter());
		}
		application.run(args);
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "worker.enabled", matchIfMissing = true)
	CommandLineRunner worker(Sam sam, ConfigurableApplicationContext context) {
		return (arguments) -> {
			for (String argument : arguments) {
				System.out.println("argument [" + argument + "]");
			}
			System.out.println("tool options [" + System.getProperty("acceptance.tool-option") + "]");
			System.out.println("worker " + ProcessHandle.current().pid() + " has data ["
					+ new String(sam.dataRestore(), StandardCharsets.UTF_8) + "]");
			obey(sam, context);
			while (context.isActive() && !Thread.currentThread().isInterrupted()) {
				LockSupport.park();
			}
		};
	}

	/** Waits at its end for as long as a file is there. */
	@Bean
	@ConditionalOnProperty("worker.closes-after")
	DisposableBean slowEnd(@Value("${worker.closes-after}") Path file) {
		return () -> {
			System.out.println("closing");
			for (int i = 0; i < 3000 && Files.exists(file); i++) {
				Thread.sleep(20);
			}
		};
	}

	@Bean
	@ConditionalOnBooleanProperty("worker.refuses-data")
	ApplicationListener<SamRegisteredEvent> refusal() {
		return (event) -> {
			if (event.getInstanceId() > 0) {
				throw new IllegalStateException("these data cannot be restored");
			}
		};
	}

	/** Each of them takes a second. */
	@Bean
	@ConditionalOnProperty("worker.members")
	CompositeHealthContributor many(@Value("${worker.members}") int members) {
		HealthIndicator slow = () -> {
			LockSupport.parkNanos(1_000_000_000);
			return Health.up().build();
		};
		return CompositeHealthContributor
			.fromMap(IntStream.range(0, members).boxed().collect(Collectors.toMap(String::valueOf, (number) -> slow)));
	}

	private static void obey(Sam sam, ConfigurableApplicationContext context) throws IOException {
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			String[] words = line.split(" ", 2);
			String rest = (words.length > 1) ? words[1] : "";
			switch (words[0]) {
				case "say" -> System.out.println("said [" + rest + "]");
				case "store" -> {
					sam.dataStore(rest.getBytes(StandardCharsets.UTF_8));
					System.out.println("stored [" + rest + "]");
				}
				case "exit" -> new Thread(() -> System.exit(Integer.parseInt(rest))).start();
				case "leave" -> System.out
					.println("left " + new ProcessBuilder(rest.split(" ")).inheritIO().start().pid() + " behind");
				// its parent ends before it does
				case "orphan" -> new ProcessBuilder("/bin/sh", "-c", "sleep 0.1 &").start();
				case "fail" -> throw new IllegalStateException("as it was told");
				case "halt" -> Runtime.getRuntime().halt(Integer.parseInt(rest));
				case "close" -> {
					context.close();
					return;
				}
				default -> System.out.println("unknown [" + line + "]");
			}
		}
	}

}
