package io.github.samboot.sample.orders;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link OrderController}.
 */
@SpringBootTest
@AutoConfigureMockMvc
@DirtiesContext
class OrderControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@Test
	void getShouldReturnWhatWasPut() {
		assertThat(this.mvc.put().uri("/orders/1").contentType(MediaType.TEXT_PLAIN).content("two pizzas"))
			.hasStatus(HttpStatus.NO_CONTENT);
		assertThat(this.mvc.get().uri("/orders")).hasStatusOk()
			.bodyJson()
			.extractingPath("$")
			.asMap()
			.contains(entry("1", "two pizzas"));
	}

	@Test
	void putShouldTakeTheTextThatCurlSendsAsAForm() {
		assertThat(this.mvc.put()
			.uri("/orders/2")
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.content("one cola & ice")).hasStatus(HttpStatus.NO_CONTENT);
		assertThat(this.mvc.get().uri("/orders")).bodyJson()
			.extractingPath("$")
			.asMap()
			.contains(entry("2", "one cola & ice"));
	}

}
