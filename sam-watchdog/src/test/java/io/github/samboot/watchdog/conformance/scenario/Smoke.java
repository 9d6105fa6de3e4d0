package io.github.samboot.watchdog.conformance.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;

/**
 * Instance after instance crashes.
 */
public final class Smoke extends Story {

	private Smoke() {
	}

	public static void main(String[] args) {
		new Smoke().begin();
	}

	@Override
	void tell() throws IOException, InterruptedException {
		int id = initializeAndRegister(RecoveryPolicy.RESTART);
		if (id < Integer.getInteger("sam.scenario.crashes")) {
			start();
			event("crash SIGSEGV");
			new ProcessBuilder("kill", "-SEGV", Long.toString(ProcessHandle.current().pid())).start();
			new CountDownLatch(1).await();
		}
		leave(0);
	}

	@Override
	protected SamOptions.Builder options(RecoveryPolicy policy) {
		return SamOptions.builder(Duration.ZERO, policy);
	}

}
