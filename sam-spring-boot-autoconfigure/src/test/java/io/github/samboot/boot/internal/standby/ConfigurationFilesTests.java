package io.github.samboot.boot.internal.standby;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which files an application has read, by Spring Boot's own account.
 */
class ConfigurationFilesTests {

	@TempDir
	private Path directory;

	@Test
	void inShouldFindFilesOfLocationsImportsAndTrees() throws IOException {
		Path tree = Files.createDirectory(this.directory.resolve("secrets"));
		Path password = Files.writeString(tree.resolve("db.password"), "secret");
		Path imported = Files.writeString(this.directory.resolve("more.properties"), "c=3");
		Path profile = Files.writeString(this.directory.resolve("application-night.yml"), "b: 2");
		Path main = Files.writeString(this.directory.resolve("application.yml"),
				"a: 1\nspring.config.import: more.properties,configtree:" + tree + "/");
		assertThat(
				read("--spring.config.additional-location=" + this.directory + "/", "--spring.profiles.active=night"))
			.contains(main, profile, imported, password);
	}

	@Test
	void inShouldLeaveOutWhatLiesInJars() {
		assertThat(read()).allMatch(Files::isRegularFile);
	}

	private static Set<Path> read(String... arguments) {
		SpringApplication application = new SpringApplication(Nothing.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(arguments)) {
			return ConfigurationFiles.in(context.getEnvironment());
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
