package io.github.samboot.boot.internal.launch;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SidecarLaunch}.
 */
class SidecarLaunchTests {

	@Test
	void plainProcessShouldHaveNoOwner() {
		assertThat(SidecarLaunch.findOwner(4711, 4000, Map.of())).isNull();
	}

	@Test
	void processOneShouldBeOwned() {
		assertThat(SidecarLaunch.findOwner(1, 0, Map.of())).contains("process 1");
	}

	@Test
	void mainProcessOfUnitShouldBeOwned() {
		assertThat(SidecarLaunch.findOwner(4711, 1, Map.of("SYSTEMD_EXEC_PID", "4711", "INVOCATION_ID", "x")))
			.contains("systemd");
		assertThat(SidecarLaunch.findOwner(4711, 1, Map.of("INVOCATION_ID", "x"))).contains("systemd");
		assertThat(SidecarLaunch.findOwner(4711, 1, Map.of("NOTIFY_SOCKET", "/run/x"))).contains("systemd");
	}

	@Test
	void processFurtherDownInUnitShouldHaveNoOwner() {
		assertThat(SidecarLaunch.findOwner(4711, 4000, Map.of("SYSTEMD_EXEC_PID", "4000", "INVOCATION_ID", "x")))
			.isNull();
		assertThat(SidecarLaunch.findOwner(4711, 4000, Map.of("INVOCATION_ID", "x"))).isNull();
	}

}
