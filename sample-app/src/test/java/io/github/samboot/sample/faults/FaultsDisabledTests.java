package io.github.samboot.sample.faults;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for faults that are switched off.
 */
@SpringBootTest(properties = "sample.faults.enabled=false")
@AutoConfigureMockMvc
class FaultsDisabledTests {

	@Autowired
	private MockMvcTester mvc;

	@Test
	void noFaultShouldBeThere() {
		assertThat(this.mvc.post().uri("/faults/down")).hasStatus(HttpStatus.NOT_FOUND);
	}

}
