package io.github.samboot.sample.orders;

import io.github.samboot.boot.SamInstance;
import io.github.samboot.boot.test.AutoConfigureSamTester;
import io.github.samboot.boot.test.SamTester;
import io.github.samboot.core.IncidentReason;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * What SAM does with the order desk.
 */
@SpringBootTest(properties = { "sam.standby=hot", "sam.health.timeout=100ms" })
@AutoConfigureSamTester
class OrdersSupervisionTests {

	@Autowired
	private SamTester sam;

	@Autowired
	private OrderDesk desk;

	@Test
	void closedDeskShouldBeReplaced() {
		this.desk.open(false);
		assertThat(this.sam.checkHealth()).hasValueSatisfying((failure) -> {
			assertThat(failure.reason()).isEqualTo(IncidentReason.UNHEALTHY);
			assertThat(failure.message()).startsWith("health indicator 'orders' is DOWN 3 times in a row")
				.contains("The desk is closed");
		});
	}

	@Test
	void jammedDeskShouldBeReplaced() {
		this.desk.jam();
		assertThat(this.sam.checkHealth()).hasValueSatisfying(
				(failure) -> assertThat(failure.message()).startsWith("health indicator 'orders' has not returned"));
	}

	@Test
	void openDeskShouldStay() {
		assertThat(this.sam.checkHealth()).isEmpty();
	}

	@Test
	void ordersShouldBeThereInTheNextInstance() {
		this.desk.put("1", "two pizzas");
		OrderDesk next = this.sam.nextInstance().getBean(OrderDesk.class);
		assertThat(next.orders()).containsExactly(entry("1", "two pizzas"));
	}

	@Test
	void spareShouldHaveTheOrdersOnceItIsPromoted() {
		ConfigurableApplicationContext spare = this.sam.startSpare();
		assertThat(spare.getBean(SamInstance.class).isStandby()).isTrue();
		this.desk.put("1", "two pizzas");
		assertThat(spare.getBean(OrderDesk.class).orders()).isEmpty();
		assertThat(this.sam.nextInstance()).isSameAs(spare);
		assertThat(spare.getBean(OrderDesk.class).orders()).containsOnlyKeys("1");
	}

}
