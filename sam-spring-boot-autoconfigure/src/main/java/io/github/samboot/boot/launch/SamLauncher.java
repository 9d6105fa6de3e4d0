package io.github.samboot.boot.launch;

import io.github.samboot.boot.internal.launch.SamLaunch;

/**
 * Lets a process become the watchdog of its application before Spring Boot is loaded, for
 * those who count the milliseconds of the first start: <pre>
 * public static void main(String[] args) {
 *     SamLauncher.launch(MyApplication.class, args);
 *     SpringApplication.run(MyApplication.class, args);
 * }
 * </pre> Without that line the same happens in {@code SpringApplication.run}, about a
 * third of a second later, and what stands before it in {@code main} runs twice.
 */
public final class SamLauncher {

	private SamLauncher() {
	}

	/**
	 * Become the watchdog, if it is certain that this process is to be one: in parent
	 * mode this does not return then, and {@code main} runs in the process that the
	 * watchdog starts. In every other case, and if it is not possible, nothing happens:
	 * {@code SpringApplication.run} decides, and says why.
	 * <p>
	 * To be called first of all in {@code main}, on its thread: what {@code main} sets
	 * afterwards, such as a system property, comes too late for the decision. Of an
	 * application with a prefix for its environment variables, those without it count
	 * here.
	 * @param primarySource the class that is handed to
	 * {@link org.springframework.boot.SpringApplication}, with the configuration files of
	 * the application beside it
	 * @param args the arguments that are handed to it
	 * @see org.springframework.boot.SpringApplication#run(Class, String...)
	 */
	public static void launch(Class<?> primarySource, String[] args) {
		SamLaunch.current().launching(primarySource, args);
	}

}
