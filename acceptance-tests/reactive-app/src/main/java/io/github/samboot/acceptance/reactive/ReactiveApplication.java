package io.github.samboot.acceptance.reactive;

import java.util.concurrent.atomic.AtomicReference;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Its reactive health indicator {@code tide} can be set.
 */
@SpringBootApplication
@RestController
public class ReactiveApplication {

	private final AtomicReference<String> tide = new AtomicReference<>("UP");

	private final ConfigurableApplicationContext context;

	public ReactiveApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start the application.
	 * @param args Spring properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(ReactiveApplication.class, args);
	}

	/**
	 * Set the health: a status, or {@code STUCK} for a health check that never completes.
	 * @param status the status
	 */
	@PostMapping("/tide/{status}")
	public void tide(@PathVariable String status) {
		this.tide.set(status);
	}

	/**
	 * Answer.
	 * @return always the same
	 */
	@GetMapping("/orders")
	public Mono<String> orders() {
		return Mono.just("none");
	}

	/**
	 * Let another application context of this process serve.
	 * @return its port
	 */
	@PostMapping("/neighbour")
	public Mono<Integer> neighbour() {
		return Mono.fromCallable(() -> {
			ApplicationContext neighbour = SpringApplication.run(ReactiveApplication.class, "--server.port=0",
					"--sam.connections.hold=true");
			return ((WebServerApplicationContext) neighbour).getWebServer().getPort();
		}).subscribeOn(Schedulers.boundedElastic());
	}

	/**
	 * Stop and start the context again.
	 */
	@PostMapping("/again")
	public void again() {
		Thread thread = new Thread(() -> {
			this.context.stop();
			this.context.start();
		});
		// unlike the one of this request: the process would end meanwhile
		thread.setDaemon(false);
		thread.start();
	}

	@Bean
	ReactiveHealthIndicator tideHealthIndicator() {
		return () -> this.tide.get().equals("STUCK") ? Mono.never() : Mono.just(Health.status(this.tide.get()).build());
	}

}
