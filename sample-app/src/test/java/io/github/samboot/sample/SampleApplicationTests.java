package io.github.samboot.sample;

import io.github.samboot.core.Sam;
import io.github.samboot.core.protocol.WatchdogAddress;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the order desk as a whole. Under a test it must never get a watchdog.
 */
@SpringBootTest
@AutoConfigureMockMvc
class SampleApplicationTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private Sam sam;

	@Test
	void testShouldHaveNoWatchdog() {
		assertThat(WatchdogAddress.fromEnvironment()).isNull();
		assertThat(this.sam.status()).isNull();
		assertThat(ProcessHandle.current().children()).isEmpty();
	}

	@Test
	void healthShouldShowOrdersInLivenessGroup() {
		assertThat(this.mvc.get().uri("/actuator/health/liveness/orders")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.status")
			.isEqualTo("UP");
	}

	@Test
	void onlyTheDocumentedEndpointsShouldBeExposed() {
		assertThat(this.mvc.get().uri("/actuator")).bodyJson()
			.extractingPath("$._links")
			.asMap()
			.containsKeys("health", "info", "sam", "metrics", "prometheus")
			.doesNotContainKeys("env", "shutdown", "heapdump");
	}

	@Test
	void mainShouldBeInertWhenATestCallsIt() {
		SampleApplication.main(new String[] { "--server.port=0" });
		assertThat(ProcessHandle.current().children()).isEmpty();
	}

}
