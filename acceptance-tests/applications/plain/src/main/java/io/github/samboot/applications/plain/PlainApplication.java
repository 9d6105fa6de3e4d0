package io.github.samboot.applications.plain;

import java.util.concurrent.CountDownLatch;

import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Has no auto-configuration, and so no SAM: it must be left alone.
 */
@Configuration
public class PlainApplication {

	public static void main(String[] args) throws InterruptedException {
		SpringApplication.run(PlainApplication.class, args);
		System.out.println("plain application " + ProcessHandle.current().pid() + " works");
		new CountDownLatch(1).await();
	}

	@Bean
	Object work() {
		return new Object();
	}

}
