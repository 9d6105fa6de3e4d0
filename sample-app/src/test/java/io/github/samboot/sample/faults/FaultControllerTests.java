package io.github.samboot.sample.faults;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpStatus;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FaultController} and those {@link Faults} that a test survives.
 */
@SpringBootTest
@AutoConfigureMockMvc
@DirtiesContext
class FaultControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private ApplicationAvailability availability;

	@Test
	void everyFaultShouldBeListedWithItsEffect() {
		assertThat(this.mvc.get().uri("/faults")).hasStatusOk()
			.bodyJson()
			.extractingPath("$")
			.asMap()
			.containsOnlyKeys("halt", "exit", "segv", "freeze", "deadlock", "out-of-memory", "down", "up",
					"stuck-health", "broken", "stop-heartbeat");
	}

	@Test
	void unknownFaultShouldNameThoseThereAre() {
		assertThat(inject("explode")).hasStatus(HttpStatus.NOT_FOUND)
			.bodyJson()
			.extractingPath("$.faults")
			.asMap()
			.containsKeys("halt", "stop-heartbeat");
	}

	@Test
	void exitCodeThatIsNoNumberShouldBeRefused() {
		assertThat(inject("exit?code=soon")).hasStatus(HttpStatus.BAD_REQUEST);
	}

	@Test
	void downAndUpShouldChangeTheHealthOfTheDesk() {
		assertThat(inject("down")).hasStatus(HttpStatus.ACCEPTED);
		assertThat(this.mvc.get().uri("/actuator/health/liveness/orders")).hasStatus(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(inject("up")).hasStatus(HttpStatus.ACCEPTED);
		assertThat(this.mvc.get().uri("/actuator/health/liveness/orders")).hasStatusOk();
	}

	@Test
	void brokenShouldBreakLiveness() {
		assertThat(inject("broken")).hasStatus(HttpStatus.ACCEPTED);
		assertThat(this.availability.getLivenessState()).isEqualTo(LivenessState.BROKEN);
	}

	@Test
	void deadlockShouldBeARealOne() {
		assertThat(inject("deadlock")).hasStatus(HttpStatus.ACCEPTED);
		Awaitility.await()
			.atMost(3, TimeUnit.MINUTES)
			.until(() -> ManagementFactory.getThreadMXBean().findDeadlockedThreads() != null);
	}

	private MvcTestResult inject(String fault) {
		return this.mvc.post().uri("/faults/" + fault).exchange();
	}

}
