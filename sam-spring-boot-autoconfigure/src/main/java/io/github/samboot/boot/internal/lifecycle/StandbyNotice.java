package io.github.samboot.boot.internal.lifecycle;

import java.util.List;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.SamProperties.Standby;
import io.github.samboot.boot.internal.standby.ConfigurationFiles;
import io.github.samboot.boot.internal.standby.RunsTwice;
import io.github.samboot.boot.internal.standby.SpareClasses;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Once the application is up: says what a spare will do, and leaves to it what it can
 * use.
 */
public final class StandbyNotice implements SupervisionParticipant {

	private static final Log logger = LogFactory.getLog(StandbyNotice.class);

	private final Supervision supervision;

	private final SamProperties properties;

	private final ConfigurableListableBeanFactory beanFactory;

	private final ConfigurableEnvironment environment;

	private boolean isGiven;

	/** What the instance before this one has written holds here, too. */
	private volatile boolean isRecorded;

	public StandbyNotice(Supervision supervision, SamProperties properties, ConfigurableListableBeanFactory beanFactory,
			ConfigurableEnvironment environment) {
		this.supervision = supervision;
		this.properties = properties;
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public void waiting() {
		this.isRecorded = ConfigurationFiles.isRecorded(this.environment);
	}

	@Override
	public void started() {
		if (this.properties.standby() != Standby.NONE && !this.isRecorded) {
			// a spare may be started as soon as this instance is ready
			ConfigurationFiles.record(this.environment);
		}
	}

	private void recordClasses(Standby standby) {
		if (standby == Standby.WARM
				&& this.beanFactory.containsBean(ConfigurableApplicationContext.LOAD_TIME_WEAVER_BEAN_NAME)) {
			logger.info("Warm spares load no classes ahead: what loads before the context is not woven");
			return;
		}
		// most of the time until there is a spare that reads it
		SpareClasses.record(this.properties.standbyDelay().multipliedBy(3).dividedBy(4));
	}

	@Override
	public void ready() {
		Standby standby = this.properties.standby();
		if (standby == Standby.NONE || this.isGiven) {
			return;
		}
		this.isGiven = true;
		recordClasses(standby);
		if (standby == Standby.WARM || this.supervision.sam().isPromoted()) {
			// a promoted instance has heard it from the one before
			return;
		}
		List<String> twice = RunsTwice.in(this.beanFactory);
		logger.info("A hot spare of this application will be started. All that happens before web server, listeners "
				+ "and schedulers start happens in it too: constructors, @PostConstruct"
				+ (twice.isEmpty() ? "" : ", and here " + String.join(", ", twice))
				+ ". @ActiveInstanceOnly keeps beans out of it");
	}

}
