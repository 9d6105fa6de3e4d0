package io.github.samboot.boot.internal.connections;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SpareRequests}.
 */
class SpareRequestsTests {

	/** Of Tomcat. */
	@TempDir
	private static Path base;

	@TempDir
	private Path directory;

	@Test
	void requestsShouldGoThroughTheWebServerBeforeItListensWhichIsAsBeforeAfterThat() throws Exception {
		try (ConfigurableApplicationContext context = start("/desk?a=b", "/missing")) {
			Desk desk = context.getBean(Desk.class);
			assertThat(desk.connectorsWhileWaiting).isZero();
			assertThat(desk.asked).hasSizeGreaterThan(50).containsOnly("/desk?a=b of localhost");
			assertThat(this.directory).isEmptyDirectory();
			int port = ((WebServerApplicationContext) context).getWebServer().getPort();
			assertThat(URI.create("http://localhost:" + port + "/desk").toURL().openStream().readAllBytes()).asString()
				.isEqualTo("served");
			assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.noneMatch((name) -> name.contains(this.directory.toString()));
		}
	}

	@Test
	void promotedSpareShouldAnswerNoMore() throws IOException {
		// of a spare that was killed
		Files.createFile(this.directory.resolve("requests"));
		try (ConfigurableApplicationContext context = start()) {
			Desk desk = context.getBean(Desk.class);
			SpareRequests.answer(context, List.of("/desk"), this.directory, () -> desk.asked.size() < 3);
			assertThat(desk.asked).hasSize(3);
			assertThat(this.directory).isEmptyDirectory();
		}
	}

	@Test
	void contextWithoutTomcatShouldGoOn() throws IOException {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(SpareRequestsTests.class)
			.web(WebApplicationType.NONE)
			.run()) {
			SpareRequests.answer(context, List.of("/desk"), this.directory, () -> true);
			assertThat(Files.list(this.directory)).isEmpty();
		}
	}

	private ConfigurableApplicationContext start(String... paths) {
		return new SpringApplicationBuilder(Web.class).properties(Map.of("server.port", "0"))
			.initializers((context) -> context.getBeanFactory()
				.registerSingleton("desk", new Desk(context, List.of(paths), this.directory)))
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	static class Web {

		@Bean
		TomcatServletWebServerFactory webServerFactory(Desk desk) {
			TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
			factory.setBaseDirectory(base.toFile());
			factory.addInitializers((context) -> context.addServlet("desk", desk.servlet()).addMapping("/desk"));
			return factory;
		}

	}

	/** Waits where a spare does. */
	static class Desk implements SmartLifecycle {

		private final ConfigurableApplicationContext context;

		private final List<String> paths;

		private final Path directory;

		private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

		private int connectorsWhileWaiting = -1;

		private boolean isRunning;

		Desk(ConfigurableApplicationContext context, List<String> paths, Path directory) {
			this.context = context;
			this.paths = paths;
			this.directory = directory;
		}

		HttpServlet servlet() {
			return new HttpServlet() {

				@Override
				protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
					Desk.this.asked.add(request.getRequestURI()
							+ ((request.getQueryString() != null) ? "?" + request.getQueryString() : "") + " of "
							+ request.getServerName());
					response.getWriter().write("served");
				}

			};
		}

		@Override
		public void start() {
			SpareRequests.answer(this.context, this.paths, this.directory, () -> true);
			WebServer server = ((WebServerApplicationContext) this.context).getWebServer();
			this.connectorsWhileWaiting = ((TomcatWebServer) server).getTomcat().getService().findConnectors().length;
			this.isRunning = true;
		}

		@Override
		public void stop() {
			this.isRunning = false;
		}

		@Override
		public boolean isRunning() {
			return this.isRunning;
		}

		@Override
		public int getPhase() {
			return Integer.MIN_VALUE;
		}

	}

}
