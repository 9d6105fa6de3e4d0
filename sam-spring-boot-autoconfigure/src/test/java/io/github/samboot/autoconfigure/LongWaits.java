package io.github.samboot.autoconfigure;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets all tests wait longer than Awaitility does by default: on a loaded machine ten
 * seconds can pass without a thread getting the processor.
 */
public class LongWaits implements LauncherSessionListener {

	@Override
	public void launcherSessionOpened(LauncherSession session) {
		Awaitility.setDefaultTimeout(Duration.ofMinutes(3));
	}

}
