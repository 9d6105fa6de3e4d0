package io.github.samboot.watchdog.internal.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StatusText}.
 */
@Tag("any-java")
class StatusTextTests {

	@Test
	void spareShouldBeShownWithItsProcess() {
		assertThat(table(new SamStatus.Standby("hot", "ready", 4711))).contains("  hot ready 4711  -  ");
		assertThat(table(new SamStatus.Standby("warm", "none", 0))).contains("  warm none  -  ");
		assertThat(table(null)).containsPattern("12 parent {2}- {6}- ");
	}

	private static String table(SamStatus.@Nullable Standby standby) {
		SamStatus status = new SamStatus(SupervisionState.RUNNING, 1, Long.MAX_VALUE, 12, "parent",
				RecoveryPolicy.RESTART, Duration.ofSeconds(10), null, standby, null, null, 0, 0, Map.of(),
				Duration.ZERO, List.of());
		return StatusText.table(List.of(new RunningWatchdog(Path.of("/run/sam"), status, "")), false);
	}

}
