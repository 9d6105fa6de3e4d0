package io.github.samboot.boot.internal.diagnostics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.autoconfigure.SamPropertiesTests;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.diagnostics.SamConfigurationException.Problem;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

/**
 * Tests for {@link SamConfiguration}, {@link SamPropertyRules} and
 * {@link SamConfigurationFailureAnalyzer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SamConfigurationTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					sam.time-interval               | 10x        | it is no time                      | 500ms, 10s, 5m, 1h
					sam.time-interval               | -1s        | a time cannot be negative          | 10s
					sam.time-interval               | 99ms       | garbage collection                 | 100ms or more
					sam.time-interval               | 1ns        | garbage collection                 | 0 for no time limit
					sam.grace-period                | -5s        | a time cannot be negative          | nothing for one time interval
					sam.shutdown-timeout            | 0          | a time above zero is needed        | 60s
					sam.shutdown-timeout            | -1s        | a time above zero is needed        | 60s
					sam.recovery-policy             | restrat    | none of the values that are known  | quit, restart, quorum-quit, quorum-restart
					sam.enabled                     | ja         | neither true nor false             | true or false
					sam.warn-signal                 | SIGFOO     | none of the values that are known  | SIGUSR1
					sam.health.mode                 | auto       | none of the values that are known  | health, application
					sam.health.group                | ' '        | cannot be blank                    | liveness
					sam.health.failure-threshold    | 0          | at least one failed check          | 1 or more
					sam.health.failure-threshold    | three      | no whole number                    | whole number
					sam.health.timeout              | 0s         | a time above zero is needed        | one time interval
					sam.health.timeout              | -1s        | a time above zero is needed        | one time interval
					sam.restart.max-restarts        | -2         | 0 or more, or -1 for no limit      | such as 5
					sam.restart.within              | 0          | a time above zero is needed        | 10m
					sam.restart.delay               | -1s        | a time cannot be negative          | 0 for no delay
					sam.restart.max-delay           | -1s        | a time cannot be negative          | 0 for no delay
					sam.restart.max-delay           | 500ms      | shorter than the first one         | 1000ms or more
					sam.restart.startup-timeout     | -1s        | a time cannot be negative          | 0 for no limit
					sam.restart.clean-exit-codes    | 0,256      | 256 is no exit code                | 0 to 255
					sam.restart.clean-exit-codes    | -1         | -1 is no exit code                 | 0 to 255
					sam.restart.clean-exit-codes    | 0,abc      | no whole number                    | whole number
					sam.quorum.provider             | ' '        | cannot be blank                    | corosync
					sam.standby-delay               | -1s        | cannot be negative                 | 10s
					sam.standby-requests            | /a,orders  | an absolute path                   | /orders
					sam.standby                     | cold       | none of the values that are known  | none, warm, hot
					sam.watchdog.mode               | brother    | none of the values that are known  | auto, parent, sidecar, external, off
					sam.watchdog.on-loss            | panic      | none of the values that are known  | replace, exit
					sam.connections.longest-hold    | 0          | a time above zero is needed        | 10s
					sam.incidents.keep              | 0          | from 1 to 100                      | such as 20
					sam.time-intervall              | 10s        | no such property                   | sam.time-interval
					sam.helth.group                 | liveness   | no such property                   | sam.health.group
					sam.health.foo                  | 1          | no such property                   | sam.health.failure-threshold
					sam.restart.max_restart         | 1          | no such property                   | sam.restart.max-restarts
					""")
	void readWhenInvalidShouldExplain(String property, String value, String reason, String remedy) {
		assertExplains(read(Map.of(property, value)), property, value, reason, remedy);
	}

	@Test
	void shutdownPhaseThatIsLongerThanTheShutdownTimeoutShouldBeWarnedOf() {
		StandardEnvironment environment = new StandardEnvironment();
		Map<String, Object> properties = new HashMap<>();
		properties.put("spring.lifecycle.timeout-per-shutdown-phase", "90s");
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		List<String> warnings = new ArrayList<>();
		SamConfiguration.read(environment, warnings::add);
		assertThat(warnings).singleElement(STRING).contains("90000ms", "sam.shutdown-timeout (60000ms)");
		properties.put("sam.shutdown-timeout", "2m");
		warnings.clear();
		SamConfiguration.read(environment, warnings::add);
		assertThat(warnings).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			sam.watchdog.run-directory | /no/such  | does not exist     | existing directory
			sam.incidents.directory    | /dev/null | is not a directory | may write to
			""")
	void directoriesShouldBeCheckedOnlyWhereTheyAreUsed(String property, String value, String reason, String remedy) {
		assertThat(read(Map.of(property, value))).isNull();
		MapPropertySource source = new MapPropertySource("test", Map.of(property, value));
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(source);
		SamProperties properties = SamConfiguration.read(environment, (warning) -> {
		});
		SamConfigurationException failure = catchThrowableOfType(SamConfigurationException.class,
				() -> SamConfiguration.checkDirectories(environment, properties));
		assertExplains(failure, property, value, reason, remedy);
	}

	private static void assertExplains(@Nullable SamConfigurationException failure, String property, String value,
			String reason, String remedy) {
		assertThat(failure).isNotNull();
		assertThat(failure.problems()).hasSize(1);
		Problem problem = failure.problems().get(0);
		assertThat(problem.property()).startsWith(property.replace("_", ""));
		assertThat(problem.value()).asString().contains(value.replace("0,", ""));
		assertThat(problem.origin()).asString().contains("\"" + property);
		assertThat(problem.reason()).contains(reason);
		assertThat(problem.remedy()).contains(remedy);
		assertAnalysisNames(failure, problem);
	}

	private static void assertAnalysisNames(SamConfigurationException failure, Problem problem) {
		FailureAnalysis analysis = new SamConfigurationFailureAnalyzer().analyze(new IllegalStateException(failure));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).contains("Property: " + problem.property())
			.contains("Value: \"" + problem.value() + "\"")
			.contains("Origin: " + problem.origin())
			.contains("Reason: " + problem.reason());
		assertThat(analysis.getAction()).contains(problem.property() + ": " + problem.remedy());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			sam.time-interval            | 0
			sam.time-interval            | 100ms
			sam.grace-period             | 0
			sam.health.failure-threshold | 1
			sam.health.timeout           | 1ms
			sam.restart.max-restarts     | -1
			sam.restart.max-restarts     | 0
			sam.restart.startup-timeout  | 0
			sam.restart.clean-exit-codes | 0,255
			sam.restart.clean-exit-codes | ''
			sam.incidents.keep           | 1
			sam.recovery-policy          | quorum-restart
			sam.recovery-policy          | QUORUM_QUIT
			sam.timeInterval             | 3s
			sam.watchdog.javaOptions     | -Xmx8m
			sam.watchdog.java-options[0] | -Xmx8m
			""")
	void readWhenAtTheEdgeShouldAccept(String property, String value) {
		assertThat(read(Map.of(property, value))).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "quit, 0", "quit, 499ms", "quorum-quit, 121s" })
	void readWhenCorosyncCannotJudgeByTheIntervalShouldRefuse(String policy, String interval) {
		SamConfigurationException failure = read(
				Map.of("sam.cmap", "true", "sam.recovery-policy", policy, "sam.time-interval", interval));
		assertThat(failure.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.property()).isEqualTo("sam.time-interval");
			assertThat(problem.reason()).contains("Corosync's watchdog service", "500ms to 120s");
			assertThat(problem.remedy()).contains("500ms to 120s", "sam.cmap=false");
			assertAnalysisNames(failure, problem);
		});
	}

	@ParameterizedTest
	@CsvSource({ "true, quit, 500ms", "true, quorum-quit, 120s", "true, restart, 0", "true, quorum-restart, 121s",
			"false, quit, 0" })
	void readWhenCorosyncCanJudgeOrDoesNotActShouldAccept(String cmap, String policy, String interval) {
		assertThat(read(Map.of("sam.cmap", cmap, "sam.recovery-policy", policy, "sam.time-interval", interval)))
			.isNull();
	}

	@Test
	void readWithSeveralMistakesShouldNameAllInOneAnalysis() {
		SamConfigurationException failure = read(
				Map.of("sam.time-interval", "-1s", "sam.incidents.keep", "-1", "sam.recovery-polic", "quit"));
		assertThat(failure.problems()).extracting(Problem::property)
			.containsExactlyInAnyOrder("sam.time-interval", "sam.incidents.keep", "sam.recovery-polic");
	}

	@Test
	void readWithSeveralValuesOfTheWrongKindShouldNameAllInOneAnalysis() {
		SamConfigurationException failure = read(
				Map.of("sam.time-interval", "soon", "sam.incidents.keep", "many", "sam.restart.clean-exit-codes[0]",
						"0", "sam.restart.clean-exit-codes[1]", "none", "sam.recovery-polic", "quit"));
		assertThat(failure.problems()).extracting(Problem::property)
			.containsExactlyInAnyOrder("sam.time-interval", "sam.incidents.keep", "sam.restart.clean-exit-codes[1]",
					"sam.recovery-polic");
	}

	@Test
	void readWhenRunDirectoryIsTooLongForSocketShouldExplain() throws IOException {
		Path deep = Files.createDirectories(this.directory.resolve("d".repeat(100)));
		SamConfigurationException failure = read(Map.of("sam.watchdog.run-directory", deep.toString()));
		assertThat(failure.problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.reason()).contains("too long for the socket"));
	}

	@Test
	void readWhenIncidentDirectoryCanBeCreatedShouldAcceptAndNotCreateIt() {
		Path missing = this.directory.resolve("a/b");
		assertThat(read(Map.of("sam.incidents.directory", missing.toString()))).isNull();
		assertThat(missing).doesNotExist();
	}

	@Test
	void readWhenNameIsForeignShouldOnlyWarn(CapturedOutput output) {
		assertThat(read(Map.of("sam.url", "https://example.org"))).isNull();
		assertThat(output).contains("There is no property 'sam.url', SAM ignores it");
	}

	@Test
	void variablesOfTheWatchdogShouldNotLookLikeProperties(CapturedOutput output) {
		Map<String, Object> variables = new HashMap<>(
				Map.of("SAM_WATCHDOG_ON_LOSS", "exit", "SAM_TIME_INTERVAL", "3s"));
		for (String name : List.of(WatchdogAddress.ENVIRONMENT, WatchdogAddress.STARTER, WatchdogAddress.EXEC_MARKER,
				WatchdogAddress.SPARE, WatchdogAddress.NONCE, WatchdogAddress.SAVED_PREFIX + "JAVA_TOOL_OPTIONS")) {
			assertThat(name).startsWith("SAMBOOT_");
			variables.put(name, "x:/dev/shm/sam-1");
		}
		SamProperties properties = readEnvironment(variables);
		assertThat(properties.watchdog().onLoss()).hasToString("EXIT");
		assertThat(properties.timeInterval()).hasSeconds(3);
		assertThat(output).doesNotContain("There is no property");
	}

	@Test
	void readShouldTakeVariablesOfOthersForWhatTheyAre(CapturedOutput output) {
		readEnvironment(Map.of("SAM_CLI_TELEMETRY", "0", "SAM_HOME", "/opt/sam"));
		assertThat(output).doesNotContain("There is no property");
	}

	@Test
	void readWhenVariableIsMisspeltShouldWarnWithNearestName(CapturedOutput output) {
		readEnvironment(Map.of("SAM_RECOVERYPOLICI", "quit"));
		assertThat(output).contains("sam.recoverypolici").contains("Did you mean sam.recovery-policy?");
	}

	@Test
	void readWhenVariableIsInvalidShouldNameIt() {
		SamConfigurationException failure = catchThrowableOfType(SamConfigurationException.class,
				() -> readEnvironment(Map.of("SAM_TIMEINTERVAL", "soon")));
		assertThat(failure.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.property()).isEqualTo("sam.time-interval");
			assertThat(problem.origin()).asString().contains("SAM_TIMEINTERVAL");
		});
	}

	@Test
	void namesShouldHoldEveryPropertyOfTheDesign() {
		assertThat(SamConfiguration.names()).containsExactlyInAnyOrder("sam.enabled", "sam.recovery-policy", "sam.cmap",
				"sam.time-interval", "sam.warn-signal", "sam.grace-period", "sam.shutdown-timeout", "sam.health.mode",
				"sam.health.group", "sam.health.failure-threshold", "sam.health.timeout",
				"sam.health.deadlock-detection", "sam.health.progress.enabled", "sam.health.progress.timeout",
				"sam.restart.max-restarts", "sam.restart.within", "sam.restart.delay", "sam.restart.max-delay",
				"sam.restart.clean-exit-codes", "sam.restart.startup-timeout", "sam.restart.at-limit",
				"sam.restart.end-descendants", "sam.standby", "sam.standby-delay", "sam.standby-requests",
				"sam.quorum.provider", "sam.quorum.await-daemon", "sam.quorum.gate", "sam.watchdog.mode",
				"sam.watchdog.on-loss", "sam.watchdog.java-options", "sam.watchdog.run-directory",
				"sam.incidents.directory", "sam.incidents.keep", "sam.incidents.log-lines", "sam.connections.hold",
				"sam.connections.longest-hold", "sam.fast-start.enabled", "sam.fast-start.delay",
				"sam.fast-start.directory");
	}

	private static SamConfigurationException read(Map<String, Object> properties) {
		return catchThrowableOfType(SamConfigurationException.class, () -> SamPropertiesTests.bind(properties));
	}

	private static SamProperties readEnvironment(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new HashMap<>(variables)));
		environment.getPropertySources().addLast(new MapPropertySource("empty", Map.of()));
		return SamConfiguration.read(environment, System.out::println);
	}

}
