package io.github.samboot.applications.splitmain;

import io.github.samboot.applications.splitapplication.SplitApplication;

import org.springframework.boot.SpringApplication;

/**
 * Starts an application that lies in another jar.
 */
public final class Main {

	private Main() {
	}

	public static void main(String[] args) {
		SpringApplication.run(SplitApplication.class, args);
	}

}
