package io.github.samboot.boot.internal.launch;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchdogEnvironment}.
 */
class WatchdogEnvironmentTests {

	@Test
	void variablesThatJvmsObeyShouldBeRenamed() {
		assertThat(of("A=1", "JAVA_TOOL_OPTIONS=-javaagent:x.jar=a b", "JDK_JAVA_OPTIONS=-Xmx1g", "_JAVA_OPTIONS=",
				"JAVA_TOOL_OPTIONS_X=2"))
			.containsExactly("A=1", "SAMBOOT_APP_JAVA_TOOL_OPTIONS=-javaagent:x.jar=a b",
					"SAMBOOT_APP_JDK_JAVA_OPTIONS=-Xmx1g", "SAMBOOT_APP__JAVA_OPTIONS=", "JAVA_TOOL_OPTIONS_X=2",
					"LC_ALL=C.UTF-8", "MALLOC_ARENA_MAX=1", "SAMBOOT_EXEC=4711");
	}

	@Test
	void localeAndMemoryShouldBeKeptForApplication() {
		assertThat(of("LC_ALL=C", "LANG=de_DE", "MALLOC_ARENA_MAX=2")).containsExactly("SAMBOOT_APP_LC_ALL=C",
				"LANG=de_DE", "SAMBOOT_APP_MALLOC_ARENA_MAX=2", "LC_ALL=C.UTF-8", "MALLOC_ARENA_MAX=1",
				"SAMBOOT_EXEC=4711");
	}

	@Test
	void variablesOfAnotherWatchdogShouldBeDropped() {
		assertThat(of("SAMBOOT_APP_LC_ALL=x", "SAMBOOT_EXEC=1", "SAMBOOT_WATCHDOG=a:/b", "SAMBOOT_NONCE=x",
				"SAMBOOT_STARTER=1-2", "SAM_ENABLED=true"))
			.containsExactly("SAM_ENABLED=true", "LC_ALL=C.UTF-8", "MALLOC_ARENA_MAX=1", "SAMBOOT_EXEC=4711");
	}

	@Test
	void bytesThatAreNoTextShouldSurvive() {
		byte[] entry = { 'X', '=', (byte) 0xff, (byte) 0xc3 };
		String kept = WatchdogEnvironment.of(List.of(new String(entry, NativeExec.BYTES)), 1).get(0);
		assertThat(kept.getBytes(NativeExec.BYTES)).isEqualTo(entry);
	}

	private static List<String> of(String... entries) {
		return WatchdogEnvironment.of(List.of(entries), 4711);
	}

}
