package io.github.samboot.boot.internal.launch;

import io.github.samboot.boot.internal.standby.PidFileWriters;
import io.github.samboot.boot.internal.standby.WarmStandby;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/**
 * The earliest hook of Spring Boot that knows application and arguments.
 * <p>
 * It is also the first class of this project that another generation of Spring Boot would
 * meet, so up to the end of its constructor it needs nothing that only Spring Boot 4 has.
 */
public class SamRunListener implements SpringApplicationRunListener, Ordered {

	private final SpringApplication application;

	private final String[] arguments;

	/**
	 * Create the listener of one run.
	 * @param application the application
	 * @param arguments its arguments
	 * @throws IllegalStateException unless this is Spring Boot 4
	 */
	public SamRunListener(SpringApplication application, String[] arguments) {
		refuseOtherThanSpringBoot4(SpringBootVersion.getVersion());
		this.application = application;
		this.arguments = arguments;
	}

	private static void refuseOtherThanSpringBoot4(@Nullable String version) {
		if (version == null || !version.startsWith("4.")) {
			String sentence = "SAM for Spring Boot needs Spring Boot 4, but this application has Spring Boot "
					+ ((version != null) ? version : "of an unknown version")
					+ ": use Spring Boot 4, or remove sam-spring-boot-starter.";
			System.err.println(sentence);
			throw new IllegalStateException(sentence);
		}
	}

	@Override
	public void starting(ConfigurableBootstrapContext bootstrapContext) {
		SamLaunch.current().starting(this.application, this.arguments);
		if (SamLaunch.current().state().isSupervised()) {
			WarmStandby.await(this.application.getClassLoader());
			PidFileWriters.holdBackInSpare(this.application);
		}
	}

	@Override
	public void failed(@Nullable ConfigurableApplicationContext context, Throwable exception) {
		SamLaunch.current().failed(this.application);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
