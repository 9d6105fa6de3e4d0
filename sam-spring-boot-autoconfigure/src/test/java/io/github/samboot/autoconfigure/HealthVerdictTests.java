package io.github.samboot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.samboot.boot.internal.health.HealthAnswer;
import io.github.samboot.boot.internal.health.HealthMembers;
import io.github.samboot.boot.internal.health.HealthObserver;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.lifecycle.RecordingSam;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.DiskSpaceHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what makes an application with real health indicators unhealthy, and what
 * does not: SAM and a probe of the same health group agree.
 */
@ExtendWith(OutputCaptureExtension.class)
class HealthVerdictTests {

	private static final String GROUP = "management.endpoint.health.group.liveness.";

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final CountDownLatch end = new CountDownLatch(1);

	private final RecordingSam sam = RecordingSam.initialized();

	private volatile Health health = Health.up().build();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SamAutoConfiguration.class, SamHealthAutoConfiguration.class,
				SamActuatorAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class,
				EndpointAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
				AvailabilityProbesAutoConfiguration.class))
		.withInitializer((context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
		.withBean(Supervision.class, () -> this.sam.supervision())
		.withBean("ordersHealthIndicator", HealthIndicator.class, () -> () -> this.health)
		.withPropertyValues("sam.time-interval=200ms", "sam.health.timeout=1s", "sam.health.failure-threshold=2",
				"management.endpoints.web.exposure.include=health", "management.endpoints.jmx.exposure.include=health",
				GROUP + "include=livenessState,orders");

	@AfterEach
	void letGo() {
		this.end.countDown();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			DOWN           | status.order=                                  | true
			down           | status.order=                                  | true
			Out-Of-Service | status.order=                                  | true
			FATAL          | status.order=                                  | false
			FATAL          | status.order=fatal,down,up                     | false
			FATAL          | status.order=fatal,up status.http-mapping.fatal=503 | true
			DOWN           | status.http-mapping.down=200                   | false
			DOWN           | status.order=up,down                           | false
			UNKNOWN        | status.order=                                  | false
			""")
	void statusShouldBeBadIfItIsSoForAProbe(String status, String settings, boolean isBad) {
		this.health = Health.status(status).build();
		String[] properties = Stream.of(settings.split(" ")).map((setting) -> GROUP + setting).toArray(String[]::new);
		run((runner) -> runner.withPropertyValues(properties), (context) -> {
			assertThat(failsProbe(context)).isEqualTo(isBad);
			HealthSupervision health = context.getBean(HealthSupervision.class);
			await().until(() -> !health.verdict().status().equals("UNKNOWN") || status.equals("UNKNOWN"));
			assertThat(health.verdict().status()).isEqualTo(probe(context).getCode());
			if (isBad) {
				awaitUnhealthy();
				assertThat(this.sam.unhealthyMessages().get(0))
					.isEqualTo("health indicator 'orders' is " + status + " 2 times in a row");
			}
			else {
				awaitBeats(20);
				assertThat(this.sam.unhealthyMessages()).isEmpty();
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "fatal,true", "custom,false" })
	void groupOfASwitchedOffEndpointShouldHaveTheRulesOfItsProperties(String mapped, boolean isBad) {
		this.health = Health.status("FATAL").build();
		run((runner) -> runner.withPropertyValues("management.endpoint.health.access=none",
				GROUP + "status.order=fatal,down,up",
				"management.endpoint.health.status.http-mapping." + mapped + "=503"), (context) -> {
					assertThat(context).doesNotHaveBean(HealthEndpoint.class);
					HealthSupervision health = context.getBean(HealthSupervision.class);
					await().until(() -> health.verdict().status().equals("FATAL"));
					if (isBad) {
						awaitUnhealthy();
					}
					else {
						awaitBeats(20);
						assertThat(this.sam.unhealthyMessages()).isEmpty();
					}
				});
	}

	/**
	 * The endpoint and SAM each ask the same indicators, nested ones too.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			status.order=
			status.order=up,a,down,unknown
			status.order=a,unknown,b status.http-mapping.a=503 status.http-mapping.unknown=404
			status.http-mapping.up=200 status.http-mapping.b=302
			""")
	void anyStatusesShouldComeToTheSameAsAtTheEndpoint(String settings) {
		Random random = new Random(settings.hashCode());
		HealthIndicator any = () -> Health
			.status(List.of("UP", "UP", "DOWN", "A", "b", "UNKNOWN", "Out_of-service").get(random.nextInt(7)))
			.build();
		String[] properties = Stream.of(settings.split(" ")).map((setting) -> GROUP + setting).toArray(String[]::new);
		Map<String, Health> parts = new ConcurrentHashMap<>();
		HealthIndicator x = () -> parts.getOrDefault("x", this.health);
		HealthIndicator y = () -> parts.getOrDefault("y", this.health);
		CompositeHealthContributor inner = CompositeHealthContributor.fromMap(Map.of("x", x));
		run((runner) -> runner.withPropertyValues(properties)
			.withPropertyValues(GROUP + "include=livenessState,orders,db", "sam.health.mode=application")
			.withBean("db", HealthContributor.class, () -> CompositeHealthContributor
				.fromMap(Map.<String, HealthContributor>of("inner", inner, "y", y))), (context) -> {
					HealthMembers members = context.getBean(HealthMembers.class);
					for (int time = 0; time < 100; time++) {
						this.health = any.health();
						parts.put("x", any.health());
						parts.put("y", any.health());
						Map<String, String> statuses = members.members((name) -> {
						})
							.entrySet()
							.stream()
							.collect(Collectors.toMap(Map.Entry::getKey,
									(member) -> member.getValue().health(true).getStatus().getCode()));
						assertThat(members.status(statuses).status()).isEqualTo(probe(context).getCode());
						assertThat(members.status(statuses).culprits().isEmpty()).isEqualTo(!failsProbe(context));
					}
				});
	}

	@Test
	void groupThatIsBadThroughSeveralTogetherShouldNameOneThatIsNotUp() {
		this.health = Health.status("WEAK").build();
		StatusAggregator together = (statuses) -> (statuses.size() > 1 && statuses.contains(new Status("WEAK")))
				? Status.DOWN : Status.UP;
		run((runner) -> runner.withBean(StatusAggregator.class, () -> together), (context) -> {
			awaitUnhealthy();
			assertThat(this.sam.unhealthyMessages().get(0))
				.isEqualTo("health indicator 'orders' is WEAK 2 times in a row");
		});
	}

	@Test
	void aggregatorThatThrowsShouldNotDecide(CapturedOutput output) {
		run((runner) -> runner.withBean(StatusAggregator.class, () -> (statuses) -> {
			throw new NoClassDefFoundError("org/example/Rules");
		}), (context) -> {
			awaitBeats(20);
			assertThat(this.sam.unhealthyMessages()).isEmpty();
			await().until(() -> output.toString().contains("The status of the health group cannot be found out"));
			this.health = Health.down().build();
			awaitUnhealthy();
		});
	}

	@Test
	void aggregatorThatBlocksShouldNotDecide() {
		run((runner) -> runner.withBean(StatusAggregator.class, () -> (statuses) -> {
			block();
			return Status.DOWN;
		}), (context) -> {
			awaitBeats(40);
			assertThat(this.sam.unhealthyMessages()).isEmpty();
			this.health = Health.down().build();
			awaitUnhealthy();
		});
	}

	/**
	 * A probe does not look at details, unless it asks for them.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void detailsThatBlockShouldNotDecide(boolean isBad) {
		this.health = Health.down().withDetail("error", new Object() {

			@Override
			public String toString() {
				block();
				return "";
			}

		}).build();
		run((runner) -> runner.withPropertyValues(GROUP + "status.http-mapping.down=" + (isBad ? 503 : 200)),
				(context) -> {
					if (isBad) {
						awaitUnhealthy();
						assertThat(this.sam.unhealthyMessages().get(0))
							.isEqualTo("health indicator 'orders' is DOWN 2 times in a row: its details cannot be "
									+ "shown in time");
					}
					else {
						awaitBeats(20);
						assertThat(this.sam.unhealthyMessages()).isEmpty();
					}
				});
	}

	@Test
	void observerThatBlocksShouldNotDecide() {
		run((runner) -> runner, (context) -> {
			context.getBean(HealthSupervision.class).addObserver(new HealthObserver() {

				@Override
				public void heartbeats(List<Long> latenesses) {
					block();
				}

				@Override
				public void checked(String contributor, String outcome, long duration, HealthAnswer answer) {
					block();
				}

			});
			awaitBeats(40);
			assertThat(this.sam.unhealthyMessages()).isEmpty();
		});
	}

	/**
	 * As if nothing reads standard output.
	 */
	@Test
	void logThatBlocksShouldNotDecide() {
		Logger logger = (Logger) LoggerFactory.getLogger("io.github.samboot.boot.internal.health");
		AppenderBase<ILoggingEvent> blocking = new AppenderBase<>() {

			@Override
			protected void append(ILoggingEvent event) {
				block();
			}

		};
		blocking.start();
		run((runner) -> runner.withPropertyValues("sam.health.failure-threshold=1000"), (context) -> {
			HealthSupervision health = context.getBean(HealthSupervision.class);
			await().until(() -> health.verdict().status().equals("UP"));
			logger.addAppender(blocking);
			try {
				this.health = Health.down().build();
				await().until(() -> health.verdict().consecutiveFailures() > 2);
				awaitBeats(40);
			}
			finally {
				logger.detachAppender(blocking);
			}
			assertThat(this.sam.unhealthyMessages()).isEmpty();
		});
	}

	@Test
	void compositeOfThousandsShouldNeedFewThreads() {
		Map<String, HealthContributor> parts = IntStream.range(0, 2000)
			.boxed()
			.collect(Collectors.toMap(String::valueOf, (part) -> (HealthIndicator) () -> {
				pause();
				return Health.up().build();
			}));
		run((runner) -> runner.withPropertyValues(GROUP + "include=orders,many", "sam.time-interval=2s")
			.withBean("many", HealthContributor.class, () -> CompositeHealthContributor.fromMap(parts)), (context) -> {
				await().until(() -> checkThreads() > 0);
				long most = 0;
				for (int sample = 0; sample < 50; sample++) {
					most = Math.max(most, checkThreads());
					pause();
				}
				assertThat(most).isBetween(1L, 16L);
			});
	}

	@Test
	void compositeThatHangsWhileItIsListedShouldBeNamed() {
		HealthContributor hanging = new CompositeHealthContributor() {

			@Override
			public HealthContributor getContributor(String name) {
				return null;
			}

			@Override
			public Stream<Entry> stream() {
				if (Thread.currentThread().getName().startsWith("sam-health")) {
					block();
				}
				return Stream.of();
			}

		};
		run((runner) -> runner.withBean("stores", HealthContributor.class, () -> hanging), (context) -> {
			awaitUnhealthy();
			assertThat(this.sam.unhealthyMessages().get(0))
				.startsWith("the search for the members of health contributor 'stores' has not returned for");
		});
	}

	@Test
	void membersThatARestartCannotMendShouldBeWarnedOf(CapturedOutput output) {
		run((runner) -> runner
			.withConfiguration(AutoConfigurations.of(DiskSpaceHealthContributorAutoConfiguration.class))
			.withPropertyValues(GROUP + "include=*", GROUP + "exclude=readinessState",
					"management.health.diskspace.threshold=1B"),
				(context) -> await().until(() -> output.toString()
					.contains("Health group 'liveness' contains diskSpace: if one of them fails")));
	}

	private void run(UnaryOperator<ApplicationContextRunner> settings, Consumer<AssertableApplicationContext> test) {
		settings.apply(this.contextRunner).run((context) -> {
			assertThat(context).hasNotFailed();
			AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
			test.accept(context);
			this.end.countDown();
		});
	}

	private static Status probe(AssertableApplicationContext context) {
		HealthDescriptor descriptor = context.getBean(HealthEndpoint.class).healthForPath("liveness");
		return descriptor.getStatus();
	}

	private static boolean failsProbe(AssertableApplicationContext context) {
		return context.getBean(HealthEndpointGroups.class)
			.get("liveness")
			.getHttpCodeStatusMapper()
			.getStatusCode(probe(context)) >= 400;
	}

	/**
	 * Many more than there would be if the verdict got stale meanwhile.
	 */
	private void awaitBeats(int count) {
		int before = this.sam.beats();
		BooleanSupplier enough = () -> this.sam.beats() >= before + count;
		await("heartbeats go on").atMost(PATIENCE).until(enough::getAsBoolean);
	}

	private void awaitUnhealthy() {
		await("unhealthy").atMost(PATIENCE).until(() -> !this.sam.unhealthyMessages().isEmpty());
	}

	private static long checkThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("sam-health-check"))
			.count();
	}

	private void block() {
		try {
			this.end.await(1, TimeUnit.MINUTES);
		}
		catch (InterruptedException ex) {
			// the end of the test
		}
	}

	private static void pause() {
		try {
			Thread.sleep(20);
		}
		catch (InterruptedException ex) {
			// the end of the test
		}
	}

}
