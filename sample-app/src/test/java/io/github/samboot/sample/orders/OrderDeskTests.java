package io.github.samboot.sample.orders;

import java.time.Duration;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.client.UnsupervisedSam;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link OrderDesk}.
 */
class OrderDeskTests {

	private final Sam sam = new UnsupervisedSam();

	private final OrderDesk desk = newDesk();

	@BeforeEach
	void initialize() {
		this.sam.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
	}

	@Test
	void ordersShouldBeEmptyAtFirst() {
		assertThat(this.desk.orders()).isEmpty();
	}

	@Test
	void nextDeskShouldHaveTheOrdersOfTheLastOne() {
		this.desk.put("1", "two pizzas");
		this.desk.put("2", "crème brûlée, \"flambée\" €");
		this.desk.put("1", "three pizzas");
		OrderDesk next = newDesk();
		assertThat(next.orders()).as("it may be in a spare").isEmpty();
		next.restore();
		assertThat(next.orders()).containsExactly(entry("1", "three pizzas"),
				entry("2", "crème brûlée, \"flambée\" €"));
	}

	@Test
	void orderThatCannotBeKeptShouldNotBeTaken() {
		this.desk.put("1", "two pizzas");
		this.sam.finalizeSam();
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.desk.put("2", "ice"));
		assertThat(this.desk.orders()).containsOnlyKeys("1");
	}

	private OrderDesk newDesk() {
		return new OrderDesk(this.sam, new JsonMapper());
	}

}
