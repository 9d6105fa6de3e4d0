package io.github.samboot.boot.internal.gate;

import java.util.List;

import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TrafficGateFilter}.
 */
class TrafficGateFilterTests {

	private final TrafficGate gate = new TrafficGate(RecordingSam.initialized().supervision(), true,
			new GenericApplicationContext());

	private final TrafficGateFilter filter = new TrafficGateFilter(this.gate, (path) -> path.startsWith("/actuator/"));

	@Test
	void closedGateShouldRefuseWithTimeToComeBack() throws Exception {
		MockHttpServletResponse response = get("/orders", "/orders", null);
		assertThat(response.getStatus()).isEqualTo(503);
		assertThat(response.getHeader("Retry-After")).isEqualTo("5");
		assertThat(response.getContentAsString()).contains("not in the quorate part");
	}

	@Test
	void openGateShouldLetPass() throws Exception {
		this.gate.started();
		assertThat(get("/orders", "/orders", null).getStatus()).isEqualTo(200);
		this.gate.quorumChanged(false, List.of());
		assertThat(get("/orders", "/orders", null).getStatus()).isEqualTo(503);
	}

	/**
	 * Server and Spring MVC may each take such a path for another one.
	 */
	@ParameterizedTest
	@CsvSource({ "/actuator/health, /actuator/health, 200", "/actuator/../orders, /orders, 503",
			"/orders/..;/actuator/health, /actuator/health, 503", "//actuator/health, /actuator/health, 503" })
	void openPathShouldBeOneByAnyReading(String sent, String normalized, int status) throws Exception {
		assertThat(get(sent, normalized, null).getStatus()).isEqualTo(status);
	}

	@Test
	void contextPathShouldNotCount() throws Exception {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/shop/actuator/health");
		request.setContextPath("/shop");
		request.setServletPath("/actuator");
		request.setPathInfo("/health");
		assertThat(filter(request).getStatus()).isEqualTo(200);
	}

	@Test
	void shouldBeFirst() {
		assertThat(this.filter.getOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE);
	}

	private MockHttpServletResponse get(String uri, String servletPath, String pathInfo) throws Exception {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", uri);
		request.setServletPath(servletPath);
		request.setPathInfo(pathInfo);
		return filter(request);
	}

	private MockHttpServletResponse filter(MockHttpServletRequest request) throws Exception {
		MockHttpServletResponse response = new MockHttpServletResponse();
		this.filter.doFilter(request, response, new MockFilterChain());
		return response;
	}

}
