package io.github.samboot.boot.internal.standby;

import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.ApplicationPidFileWriter;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PidFileWriters} with a real application.
 */
class PidFileWritersTests {

	@TempDir
	private Path directory;

	@BeforeEach
	void forgetEarlierFiles() {
		Writer.forget();
	}

	@ParameterizedTest
	@ValueSource(classes = { ApplicationPreparedEvent.class, ApplicationReadyEvent.class })
	void spareShouldWriteNoPidFileBeforeItsPromotion(Class<? extends SpringApplicationEvent> trigger) {
		Path file = this.directory.resolve("application.pid");
		SpringApplication application = application(this.directory.resolve("other.pid"), trigger);
		PidFileWriters.holdBack(application);
		// from the environment of its context, as Spring Boot does
		try (ConfigurableApplicationContext context = application.run("--spring.pid.file=" + file)) {
			assertThat(file).doesNotExist();
			PidFileWriters.promoted(context);
			assertThat(file).hasContent(Long.toString(ProcessHandle.current().pid()));
		}
		assertThat(this.directory.resolve("other.pid")).doesNotExist();
	}

	@Test
	void processThatIsNoSpareShouldKeepItsListeners() {
		SpringApplication application = application(this.directory.resolve("application.pid"),
				ApplicationPreparedEvent.class);
		int before = application.getListeners().size();
		PidFileWriters.holdBackInSpare(application);
		assertThat(application.getListeners()).hasSize(before)
			.hasAtLeastOneElementOfType(ApplicationPidFileWriter.class);
	}

	private static SpringApplication application(Path file, Class<? extends SpringApplicationEvent> trigger) {
		SpringApplication application = new SpringApplication(Empty.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		ApplicationPidFileWriter writer = new Writer(file);
		writer.setTriggerEventType(trigger);
		application.addListeners(writer);
		return application;
	}

	/** Spring Boot's, which writes once per JVM unless told otherwise. */
	private static final class Writer extends ApplicationPidFileWriter {

		Writer(Path file) {
			super(file.toFile());
		}

		static void forget() {
			reset();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

}
