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
			.contains(main.toString(), profile.toString(), imported.toString(), password.toString());
	}

	@Test
	void inShouldLeaveOutWhatLiesInJars() {
		assertThat(read()).allMatch((path) -> path.contains("*") || Files.isRegularFile(Path.of(path)));
	}

	@Test
	void inShouldNameDefaultLocations() {
		String here = Path.of("").toAbsolutePath().toString();
		assertThat(read()).contains(here + "/application*.yml", here + "/application*.yaml",
				here + "/application*.properties", here + "/config/application*.yml");
	}

	@Test
	void inShouldNameLocationsOfTheCommandLine() throws IOException {
		Path config = Files.createDirectories(this.directory.resolve("etc/child"));
		Path one = Files.writeString(this.directory.resolve("one.yml"), "a: 1");
		Path two = Files.writeString(this.directory.resolve("two"), "a=1");
		Path extra = Files.createDirectory(this.directory.resolve("extra"));
		assertThat(read("--spring.config.name=service,other",
				"--spring.config.location=optional:file:" + this.directory + "/etc/;optional:" + this.directory
						+ "/etc/*/,file://" + one,
				"--spring.config.additional-location=optional:classpath:/more/",
				"--spring.config.import=" + two + "[.properties],optional:file:" + extra + "/"))
			.contains(one.toString(), two.toString(), this.directory + "/etc/service*.yml",
					this.directory + "/etc/other*.properties", config + "/service*.yml", extra + "/service*.yml")
			.noneMatch((path) -> path.contains("application") || path.contains("more"));
	}

	@Test
	void inShouldNameImportsOfFiles() throws IOException {
		Files.writeString(this.directory.resolve("application.properties"),
				"place=" + this.directory + "\nspring.config.import=optional:file:${place}/extra/");
		assertThat(read("--spring.config.additional-location=" + this.directory + "/"))
			.contains(this.directory + "/extra/application*.yml");
	}

	private static Set<String> read(String... arguments) {
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
