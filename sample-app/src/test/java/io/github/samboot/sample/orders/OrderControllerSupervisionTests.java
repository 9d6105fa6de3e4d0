package io.github.samboot.sample.orders;

import io.github.samboot.boot.test.AutoConfigureSamTester;
import io.github.samboot.boot.test.SamTester;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same in a slice: an order that was taken over HTTP survives.
 */
@WebMvcTest(controllers = OrderController.class,
		includeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE,
				classes = { OrderDesk.class, OrdersHealthIndicator.class }))
@AutoConfigureSamTester
class OrderControllerSupervisionTests {

	@Autowired
	private MockMvcTester mvc;

	@Test
	void orderShouldSurviveAClosedDesk(@Autowired SamTester sam, @Autowired OrderDesk desk) {
		assertThat(this.mvc.put().uri("/orders/1").content("two pizzas")).hasStatus(204);
		desk.open(false);
		assertThat(sam.checkHealth()).isPresent();
		MockMvcTester next = sam.nextInstance().getBean(MockMvcTester.class);
		assertThat(next.get().uri("/orders")).bodyJson().extractingPath("$.1").isEqualTo("two pizzas");
	}

}
