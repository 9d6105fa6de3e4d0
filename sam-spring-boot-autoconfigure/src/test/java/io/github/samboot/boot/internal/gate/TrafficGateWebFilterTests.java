package io.github.samboot.boot.internal.gate;

import java.util.concurrent.atomic.AtomicBoolean;

import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TrafficGateWebFilter}.
 */
class TrafficGateWebFilterTests {

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final TrafficGate gate = new TrafficGate(RecordingSam.initialized().supervision(), true, this.context);

	private final TrafficGateWebFilter filter = new TrafficGateWebFilter(this.gate,
			(path) -> path.startsWith("/actuator/"), this.context);

	@Test
	void closedGateShouldRefuseWithTimeToComeBack() {
		MockServerWebExchange exchange = exchange("/orders", this.context);
		assertThat(passes(exchange)).isFalse();
		assertThat(exchange.getResponse().getStatusCode()).hasToString("503 SERVICE_UNAVAILABLE");
		assertThat(exchange.getResponse().getHeaders().getFirst("Retry-After")).isEqualTo("5");
		assertThat(exchange.getResponse().getBodyAsString().block()).contains("not in the quorate part");
	}

	@Test
	void openPathsAndOpenGateShouldLetPass() {
		assertThat(passes(exchange("/actuator/health", this.context))).isTrue();
		this.gate.started();
		assertThat(passes(exchange("/orders", this.context))).isTrue();
	}

	@Test
	void managementContextWithPortOfItsOwnShouldNotBeGated() {
		GenericApplicationContext management = new GenericApplicationContext(this.context);
		assertThat(passes(exchange("/health", management))).isTrue();
	}

	private boolean passes(MockServerWebExchange exchange) {
		AtomicBoolean passed = new AtomicBoolean();
		this.filter.filter(exchange, (next) -> {
			passed.set(true);
			return Mono.empty();
		}).block();
		return passed.get();
	}

	private static MockServerWebExchange exchange(String path, GenericApplicationContext context) {
		return MockServerWebExchange.builder(MockServerHttpRequest.get(path)).applicationContext(context).build();
	}

}
