package io.github.samboot.autoconfigure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.github.samboot.boot.internal.actuate.SamEndpoint;
import io.github.samboot.boot.internal.actuate.SamHealthIndicator;
import io.github.samboot.boot.internal.actuate.SamInfoContributor;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import org.json.JSONException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skyscreamer.jsonassert.JSONAssert;
import org.skyscreamer.jsonassert.JSONCompareMode;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SamActuatorAutoConfiguration} in real applications of every kind.
 */
class SamActuatorAutoConfigurationTests {

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=*";

	private static final String JSON = """
			{"state":"running","instanceId":2,"pid":4712,"watchdogPid":4711,"mode":"parent","recoveryPolicy":"restart",
			 "timeInterval":"PT2S","standby":{"mode":"hot","state":"ready","pid":4790},
			 "quorum":{"provider":"corosync","quorate":true,"members":[1,2,3]},
			 "connections":{"hold":true,"state":"accepting","port":8080,"since":"1970-01-01T00:00:00Z"},
			 "health":{"group":"liveness","status":"UNKNOWN","consecutiveFailures":0},
			 "data":{"size":128},
			 "recoveries":2,"recentRestarts":2,"incidents":[{"instanceId":1,"pid":4650,"reason":"missed-heartbeat",
			 "message":"no heartbeat for 2 s","detectedAt":"2026-01-02T03:04:05Z",
			 "recoveredAt":"2026-01-02T03:04:05.180Z","downtime":"PT0.18S","exit":"SIGKILL"}]}
			""";

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void endpointShouldShowJsonOfTheDesign(String type) throws Exception {
		try (ConfigurableApplicationContext context = run(type, EXPOSED, "--sam.time-interval=1h")) {
			context.getBean(RecordingSam.class)
				.status(RecordingSam.status(SupervisionState.RUNNING,
						new SamStatus.Quorum("corosync", true, List.of(1L, 2L, 3L)),
						new SamStatus.Standby("hot", "ready", 4790)));
			HttpResponse<String> response = get(context, "/actuator/sam");
			assertThat(response.statusCode()).isEqualTo(200);
			JSONAssert.assertEquals(withAnyHealth(JSON, response.body()), response.body(), JSONCompareMode.STRICT);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void endpointShouldOmitWhatIsNotThere(String type) throws Exception {
		try (ConfigurableApplicationContext context = run(type, EXPOSED)) {
			context.getBean(RecordingSam.class).inState(SupervisionState.RUNNING);
			assertThat(get(context, "/actuator/sam").body()).doesNotContain("null", "quorum", "standby",
					"reason\":null");
			context.getBean(RecordingSam.class).status(null);
			context.getBean(RecordingSam.class).unsupervised();
			JSONAssert.assertEquals("{'state':'off','mode':'off','reason':'This is a test.','pid':"
					+ ProcessHandle.current().pid() + "}", get(context, "/actuator/sam").body(),
					JSONCompareMode.STRICT);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void endpointShouldBeReadOnlyByDefault(String type) throws Exception {
		try (ConfigurableApplicationContext context = run(type, EXPOSED)) {
			assertThat(get(context, "/actuator/sam").statusCode()).isEqualTo(200);
			assertThat(post(context, "{\"action\":\"recover\"}").statusCode()).isEqualTo(405);
			assertThat(context.getBean(RecordingSam.class).calls()).noneMatch((call) -> call.startsWith("recover"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void endpointWithAccessShouldChangeAndRefuse(String type) throws Exception {
		try (ConfigurableApplicationContext context = run(type, EXPOSED,
				"--management.endpoint.sam.access=unrestricted")) {
			RecordingSam sam = context.getBean(RecordingSam.class);
			assertThat(post(context, "{\"action\":\"recover\"}").statusCode()).isEqualTo(200);
			assertThat(sam.calls()).endsWith("recover: requested through the endpoint sam");
			assertThat(post(context, "{\"action\":\"stop\"}").statusCode()).isEqualTo(200);
			assertRefused(context, "{\"action\":\"stop\"}");
			assertRefused(context, "{\"action\":\"explode\"}");
			assertRefused(context, "{}");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void endpointShouldNotBeExposedByDefault(String type) throws Exception {
		try (ConfigurableApplicationContext context = run(type)) {
			assertThat(get(context, "/actuator/sam").statusCode()).isEqualTo(404);
			assertThat(get(context, "/actuator/health").statusCode()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "servlet", "reactive" })
	void healthShouldHaveComponents(String type) throws Exception {
		try (ConfigurableApplicationContext context = run(type, EXPOSED,
				"--management.endpoint.health.show-details=always")) {
			context.getBean(RecordingSam.class).inState(SupervisionState.RUNNING);
			String body = get(context, "/actuator/health").body();
			assertThat(body).contains("\"deadlock\":{\"status\":\"UP\"}");
			JSONAssert.assertEquals("""
					{"components":{"sam":{"status":"UP","details":{"state":"running","instanceId":2,
					"watchdogPid":4711,"mode":"parent","recoveries":2}}}}""", body, JSONCompareMode.LENIENT);
			context.getBean(RecordingSam.class).inState(SupervisionState.STOPPED);
			HttpResponse<String> stopped = get(context, "/actuator/health");
			assertThat(stopped.statusCode()).isEqualTo(200);
			assertThat(get(context, "/actuator/health/sam").statusCode()).isEqualTo(200);
			assertThat(get(context, "/actuator/health/liveness").statusCode()).isEqualTo(200);
			context.getBean(RecordingSam.class).inState(SupervisionState.WAITING_FOR_QUORUM);
			assertThat(get(context, "/actuator/health").statusCode()).as("on purpose").isEqualTo(503);
			assertThat(get(context, "/actuator/health/liveness").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void infoShouldHaveSam() throws Exception {
		try (ConfigurableApplicationContext context = run("servlet", EXPOSED)) {
			context.getBean(RecordingSam.class).inState(SupervisionState.RUNNING);
			JSONAssert.assertEquals("""
					{"sam":{"state":"running","instanceId":2,"mode":"parent","recoveryPolicy":"restart","recoveries":2}}
					""", get(context, "/actuator/info").body(), JSONCompareMode.STRICT);
		}
	}

	@Test
	void configpropsAndBeansShouldNotStumbleOverSam() throws Exception {
		try (ConfigurableApplicationContext context = run("servlet", EXPOSED)) {
			assertThat(get(context, "/actuator/configprops").statusCode()).isEqualTo(200);
			assertThat(get(context, "/actuator/beans").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void switchedOffComponentsShouldNotBeThere() {
		try (ConfigurableApplicationContext context = run("servlet", "--management.health.sam.enabled=false",
				"--management.info.sam.enabled=false", "--management.endpoint.sam.access=none", EXPOSED)) {
			assertThat(context.getBeanProvider(SamHealthIndicator.class).getIfAvailable()).isNull();
			assertThat(context.getBeanProvider(SamInfoContributor.class).getIfAvailable()).isNull();
			assertThat(context.getBeanProvider(SamEndpoint.class).getIfAvailable()).isNull();
		}
	}

	@Test
	void endpointShouldWorkOverJmxWithoutWeb() throws Exception {
		try (ConfigurableApplicationContext context = run("none", "--spring.jmx.enabled=true",
				"--management.endpoints.jmx.exposure.include=sam", "--management.endpoints.jmx.domain=sam.test")) {
			context.getBean(RecordingSam.class).inState(SupervisionState.RUNNING);
			MBeanServer server = ManagementFactory.getPlatformMBeanServer();
			Object result = server.invoke(new ObjectName("sam.test:type=Endpoint,name=Sam"), "sam", new Object[0],
					new String[0]);
			assertThat(result).isInstanceOf(Map.class).asString().contains("running", "PT2S");
		}
	}

	private static ConfigurableApplicationContext run(String type, String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--spring.main.web-application-type=" + type);
		all.add("--server.port=0");
		all.add("--spring.main.banner-mode=off");
		return SpringApplication.run(Application.class, all.toArray(String[]::new));
	}

	/**
	 * The first round may or may not have been before the request.
	 */
	private static String withAnyHealth(String json, String actual) throws JSONException {
		return actual.contains("\"status\":\"UP\"") ? json.replace("\"UNKNOWN\"", "\"UP\"") : json;
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext context, String path)
			throws IOException, InterruptedException {
		return send(context, path, HttpRequest.newBuilder().GET());
	}

	private static HttpResponse<String> post(ConfigurableApplicationContext context, String body)
			throws IOException, InterruptedException {
		return send(context, "/actuator/sam",
				HttpRequest.newBuilder()
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofString(body)));
	}

	/**
	 * WebFlux on Tomcat now and then closes the connection instead of answering 400, with
	 * Spring Boot's own endpoints too.
	 */
	private static void assertRefused(ConfigurableApplicationContext context, String body) {
		await().ignoreException(IOException.class)
			.untilAsserted(() -> assertThat(post(context, body).statusCode()).isEqualTo(400));
	}

	private static HttpResponse<String> send(ConfigurableApplicationContext context, String path,
			HttpRequest.Builder request) throws IOException, InterruptedException {
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.build()
			.send(request.uri(URI.create("http://localhost:" + port + path)).build(), BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		RecordingSam testSam() {
			return RecordingSam.initialized();
		}

		@Bean
		Supervision testSupervision(RecordingSam sam) {
			return sam.supervision();
		}

	}

}
