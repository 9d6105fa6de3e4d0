package io.github.samboot.sample;

import java.nio.charset.StandardCharsets;

import io.github.samboot.boot.SamRegisteredEvent;
import io.github.samboot.core.Sam;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.ApplicationContext;
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

	@Autowired
	private ApplicationContext context;

	@Test
	void testShouldHaveNoWatchdog() {
		assertThat(WatchdogAddress.fromEnvironment()).isNull();
		assertThat(this.sam.status()).isNull();
		assertThat(ProcessHandle.current().children()).isEmpty();
	}

	/**
	 * As after a promotion: what the active instance stored while this context waited.
	 */
	@Test
	void ordersShouldBeRestoredWhenThisIsTheActiveInstance() {
		byte[] before = this.sam.dataRestore();
		this.sam.dataStore("{\"7\":\"cake\"}".getBytes(StandardCharsets.UTF_8));
		this.context.publishEvent(new SamRegisteredEvent(this.context, 1, true));
		assertThat(this.mvc.get().uri("/orders")).hasStatusOk().bodyText().contains("cake");
		this.sam.dataStore(before);
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
