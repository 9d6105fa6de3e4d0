package io.github.samboot.core.internal.rundir;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WatchdogAddressTests {

	@Test
	void addressShouldComeBack() {
		WatchdogAddress address = new WatchdogAddress("abc", Path.of("/dev/shm/sam: 1"));
		assertThat(WatchdogAddress.parse(address.format())).isEqualTo(address);
		assertThat(address.runDirectory().resolve(RunDirectory.SOCKET)).isEqualTo(Path.of("/dev/shm/sam: 1/s"));
	}

	@Test
	void secretShouldStayOutOfLogs() {
		assertThat(new WatchdogAddress("abc", Path.of("/x"))).hasToString("watchdog at /x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "abc", "abc:", ":/x", ":" })
	void textThatIsNoAddressShouldBeNone(String text) {
		assertThat(WatchdogAddress.parse(text)).isNull();
	}

	@Test
	void noncesShouldDiffer() {
		assertThat(Nonce.create()).matches("[0-9a-f]{32}").isNotEqualTo(Nonce.create());
	}

}
