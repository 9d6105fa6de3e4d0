package io.github.samboot.acceptance;

import io.github.samboot.acceptance.worker.WorkerApplication;
import io.github.samboot.core.Sam;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of an application, run by whoever runs tests: they are never supervised.
 */
@Tag("integration")
@SpringBootTest(classes = WorkerApplication.class, properties = "worker.enabled=false")
class InertUnderTestIT {

	@Autowired
	private Sam sam;

	@Test
	void applicationContextOfATestShouldHaveNoWatchdog() {
		assertThat(this.sam.status()).isNull();
		assertThat(ProcessHandle.current().children()).isEmpty();
	}

	@Test
	void mainThatATestCallsShouldHaveNoWatchdog() {
		WorkerApplication.main(new String[] { "--worker.enabled=false" });
		assertThat(ProcessHandle.current().children()).isEmpty();
		assertThat(System.getenv()).doesNotContainKeys("SAMBOOT_WATCHDOG", "SAMBOOT_EXEC");
	}

}
