package io.github.samboot.watchdog.launch;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.Signal;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class ApplicationProcessTests {

	/**
	 * Images without a shell exist, and the application must end all the same.
	 */
	@Test
	void signalThatCannotBeSentShouldBecomeSigterm() throws IOException, InterruptedException {
		Process sleep = new ProcessBuilder("sleep", "60").start();
		try {
			ApplicationProcess process = ApplicationProcess.adopt(sleep.pid());
			assertThatIOException().isThrownBy(() -> process.send(Signal.SIGHUP, "/no/such/shell"))
				.withMessageEndingWith("; SIGTERM was sent instead");
			assertThat(sleep.waitFor(30, TimeUnit.SECONDS)).isTrue();
			assertThat(sleep.exitValue()).isEqualTo(143);
		}
		finally {
			sleep.destroyForcibly();
		}
	}

}
