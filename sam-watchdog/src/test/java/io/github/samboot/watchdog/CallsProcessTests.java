package io.github.samboot.watchdog;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of calls, states and errors, against the real watchdog.
 */
class CallsProcessTests {

	@Test
	void everyCallShouldBeAllowedExactlyInItsStates() throws IOException {
		List<String> command = WatchdogProcess.command();
		command.set(command.indexOf(TalkingApplication.class.getName()), CallingApplication.class.getName());
		try (WatchdogProcess watchdog = WatchdogProcess.of(command, Map.of())) {
			int code = watchdog.awaitExit();
			watchdog.awaitLine("the watchdog exits too");
			assertThat(code).as(watchdog.output()).isZero();
			assertThat(watchdog.output()).contains("wrong calls: 0");
			assertThat(watchdog.leavesNothing()).isTrue();
		}
	}

}
