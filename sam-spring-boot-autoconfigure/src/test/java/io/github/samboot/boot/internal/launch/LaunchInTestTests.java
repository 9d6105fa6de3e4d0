package io.github.samboot.boot.internal.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * This very JVM runs tests. Where one of these fails, it fails by turning into a
 * watchdog.
 */
class LaunchInTestTests {

	private static final String NO_WEB = "--spring.main.web-application-type=none";

	@Test
	void runInTestShouldBeInert() {
		try (ConfigurableApplicationContext context = SpringApplication.run(Application.class, NO_WEB)) {
			assertInert();
		}
	}

	@Test
	void mainCalledByTestShouldBeInert() {
		Application.main(new String[] { NO_WEB, "--sam.watchdog.mode=parent" });
		assertInert();
	}

	@Test
	void runOnAnotherThreadShouldBeInert() {
		CompletableFuture.runAsync(() -> Application.main(new String[] { NO_WEB, "--sam.watchdog.mode=parent" }))
			.orTimeout(120, TimeUnit.SECONDS)
			.join();
		assertInert();
	}

	@Test
	void hierarchyOfContextsShouldBeInert() {
		new SpringApplicationBuilder(Application.class).child(Application.class).run(NO_WEB).close();
		assertInert();
	}

	@Test
	void insistingShouldNotTurnTestIntoWatchdog() throws Exception {
		SamLaunch launch = new SamLaunch();
		SpringApplication application = new SpringApplication(Application.class);
		launch.starting(application, new String[] { "--sam.watchdog.mode=parent" });
		assertThat(launch.state().isSupervised()).isFalse();
		assertThat(launch.state().reason()).contains("it runs tests");
	}

	@Test
	void insistingOnAnotherThreadShouldNotTurnTestIntoWatchdog() throws Exception {
		SamLaunch launch = new SamLaunch();
		Thread thread = new Thread(() -> launch.starting(new SpringApplication(Application.class),
				new String[] { "--sam.watchdog.mode=sidecar" }));
		thread.start();
		thread.join(120_000);
		assertThat(thread.isAlive()).as("the launch still runs").isFalse();
		assertThat(launch.state().isSupervised()).isFalse();
		assertThat(launch.state().reason()).contains("it runs tests");
	}

	@Test
	void disabledShouldBeOffOnceConfigurationIsKnown() {
		SamLaunch launch = new SamLaunch();
		SpringApplication application = new SpringApplication(Application.class);
		launch.starting(application, new String[0]);
		SpringApplication other = new SpringApplication(Application.class);
		launch.environmentPrepared(environment("sam.enabled", "false"), other);
		assertThat(launch.state().reason()).contains("it runs tests");
		launch.environmentPrepared(environment("sam.enabled", "false"), application);
		assertThat(launch.state()).isEqualTo(LaunchState.inert("SAM is off (sam.enabled=false)."));
	}

	@Test
	void applicationAfterOneThatFailedEarlyShouldSettle() {
		SamLaunch launch = new SamLaunch();
		SpringApplication failing = new SpringApplication(Application.class);
		launch.starting(failing, new String[0]);
		launch.failed(failing);
		SpringApplication next = new SpringApplication(Application.class);
		launch.starting(next, new String[0]);
		launch.environmentPrepared(environment("sam.enabled", "false"), next);
		assertThat(launch.state()).isEqualTo(LaunchState.inert("SAM is off (sam.enabled=false)."));
	}

	private static StandardEnvironment environment(String name, String value) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(name, value)));
		return environment;
	}

	private static void assertInert() {
		assertThat(SamLaunch.current().state().isSupervised()).isFalse();
		assertThat(SamLaunch.current().state().reason()).contains("it runs tests");
		assertThat(Path.of("/dev/shm")).satisfies((parent) -> {
			try (Stream<Path> children = Files.list(parent)) {
				String prefix = "sam-" + ProcessHandle.current().pid() + "-";
				assertThat(children).noneMatch((child) -> child.getFileName().toString().startsWith(prefix));
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static void main(String[] arguments) {
			SpringApplication.run(Application.class, arguments).close();
		}

	}

}
