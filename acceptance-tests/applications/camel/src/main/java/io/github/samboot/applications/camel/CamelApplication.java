package io.github.samboot.applications.camel;

import org.apache.camel.builder.RouteBuilder;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * A route that begins by itself.
 */
@SpringBootApplication
public class CamelApplication {

	public static void main(String[] args) {
		SpringApplication.run(CamelApplication.class, args);
	}

	@Bean
	RouteBuilder route() {
		return new RouteBuilder() {

			@Override
			public void configure() {
				from("timer:tick?period=500&repeatCount=3").log("tick");
			}

		};
	}

}
