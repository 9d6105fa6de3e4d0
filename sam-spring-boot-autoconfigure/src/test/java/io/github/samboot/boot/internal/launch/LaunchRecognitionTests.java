package io.github.samboot.boot.internal.launch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LaunchRecognition}.
 */
class LaunchRecognitionTests {

	private static final String JAR_LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	private static final String LAUNCHER = "org.springframework.boot.loader.launch.Launcher#launch";

	private static final String NESTED = "jar:nested:/app.jar/!BOOT-INF/classes/!/";

	private static final String SUREFIRE = "org.apache.maven.surefire.booter.ForkedBooter";

	@Test
	void procOfAnotherNamespaceShouldBeInert() {
		assertThat(LaunchRecognition.recognise(LaunchFactsBuilder.plain().foreignProc("/proc lies").build()))
			.isEqualTo(new Recognition.Never("/proc lies"));
	}

	@Test
	void plainMainShouldBeLaunch() {
		assertLaunch(LaunchFactsBuilder.plain());
	}

	@Test
	void codeBetweenMainAndRunShouldNotMatter() {
		assertLaunch(spring()
			.calls("org.springframework.boot.builder.SpringApplicationBuilder#run", "com.example.Starter#start",
					"com.example.App#lambda$main$0", "java.util.ArrayList#forEach")
			.main(LaunchFactsBuilder.APP, LaunchFactsBuilder.CLASSES));
	}

	@ParameterizedTest
	@ValueSource(strings = { "JarLauncher", "WarLauncher", "PropertiesLauncher" })
	void mainCalledByLoaderShouldBeLaunch(String launcher) {
		assertLaunch(spring().main(LaunchFactsBuilder.APP, NESTED)
			.calls("java.lang.reflect.Method#invoke", LAUNCHER, LAUNCHER)
			.main("org.springframework.boot.loader.launch." + launcher, "file:/app.jar")
			.sources(NESTED)
			.property("sun.java.command", "/app.jar --x"));
	}

	@Test
	void mainCalledByLoaderShouldBeLaunchAlsoIfTheSourcesLieInAnotherJarOrNowhere() {
		LaunchFactsBuilder launch = spring().main(LaunchFactsBuilder.APP, NESTED)
			.calls("java.lang.reflect.Method#invoke", LAUNCHER, LAUNCHER)
			.main(JAR_LAUNCHER, "file:/app.jar")
			.property("sun.java.command", "/app.jar");
		assertLaunch(launch.sources("jar:nested:/app.jar/!BOOT-INF/lib/orders.jar!/"));
		assertLaunch(launch.sources());
	}

	@Test
	void mainOfAnotherPlaceThatTheMainCalledByLoaderCallsShouldBeDoubt() {
		assertDoubt(spring().main(LaunchFactsBuilder.APP, "file:/lib/other.jar")
			.main("com.example.Tool", NESTED)
			.calls("java.lang.reflect.Method#invoke", LAUNCHER)
			.main(JAR_LAUNCHER, "file:/app.jar")
			.sources("file:/lib/other.jar"), "com.example.Tool called the main method of");
	}

	@Test
	void kotlinMainWithoutArgumentsShouldBeLaunch() {
		assertLaunch(spring().main("com.example.AppKt", LaunchFactsBuilder.CLASSES)
			.main("com.example.AppKt", LaunchFactsBuilder.CLASSES));
	}

	@Test
	void suspendedKotlinMainShouldBeLaunch() {
		assertLaunch(spring().main("com.example.AppKt", LaunchFactsBuilder.CLASSES)
			.calls("com.example.AppKt$main$1#invoke", "kotlin.coroutines.jvm.internal.RunSuspendKt#runSuspend")
			.main("com.example.AppKt", LaunchFactsBuilder.CLASSES));
	}

	@Test
	void mainInCompanionObjectShouldBeLaunch() {
		assertLaunch(spring().main("com.example.App$Companion", LaunchFactsBuilder.CLASSES)
			.main(LaunchFactsBuilder.APP, LaunchFactsBuilder.CLASSES));
	}

	@Test
	void mainInSuperclassFromAnotherPlaceShouldBeLaunch() {
		assertLaunch(spring().main("com.example.Base", "file:/lib/base.jar")
			.named("com.example.Base", LaunchFactsBuilder.CLASSES));
	}

	@Test
	void programOfJarShouldBeLaunchWhereverItsSourcesComeFrom() {
		for (String[] sources : new String[][] { {}, { "file:/app.jar!/BOOT-INF/lib/application.jar" } }) {
			assertLaunch(spring().main(LaunchFactsBuilder.APP, NESTED)
				.calls("java.lang.reflect.Method#invoke", LAUNCHER, LAUNCHER)
				.main(JAR_LAUNCHER, "file:/app.jar")
				.sources(sources)
				.property("sun.java.command", "/my app.jar --x"));
			assertLaunch(LaunchFactsBuilder.plain().sources(sources).property("sun.java.command", "/app.jar --x"));
			assertDoubt(LaunchFactsBuilder.plain()
				.sources(sources)
				.property("sun.java.command", LaunchFactsBuilder.APP + " x.jar"), "comes from another place");
		}
	}

	@Test
	void mainOfAnotherPlaceThanSourcesShouldBeDoubt() {
		assertDoubt(LaunchFactsBuilder.plain().sources("file:/lib/other.jar"), "comes from another place");
	}

	@Test
	void sourcesWithoutLocationShouldBeDoubt() {
		assertDoubt(LaunchFactsBuilder.plain().sources(), "comes from another place");
	}

	@Test
	void runWithoutMainShouldBeDoubt() {
		assertDoubt(spring().calls("com.example.Worker#run", "java.lang.Thread#run"), "not called from a main method");
	}

	@Test
	void mainOnAnotherThreadShouldBeDoubt() {
		assertDoubt(LaunchFactsBuilder.plain().calls("java.lang.Thread#run"), "not started with the main method");
	}

	@Test
	void mainCalledByAnotherMainShouldBeDoubt() {
		assertDoubt(LaunchFactsBuilder.plain().main("com.example.TestApp", "file:/app/test-classes/"),
				"with the main method of com.example.TestApp");
	}

	@Test
	void mainReachedThroughUnknownCodeShouldBeDoubt() {
		assertDoubt(spring().main(LaunchFactsBuilder.APP, NESTED)
			.calls("com.example.Reloader#launch", LAUNCHER)
			.main(JAR_LAUNCHER, "file:/app.jar")
			.sources(NESTED), "com.example.Reloader called");
	}

	@Test
	void debuggerShouldBeDoubt() {
		assertDoubt(LaunchFactsBuilder.plain().debugger(), "debugger");
	}

	@Test
	void devToolsShouldBeDoubt() {
		assertDoubt(LaunchFactsBuilder.plain().devTools(), "DevTools");
	}

	@Test
	void childOfSupervisedApplicationShouldBeDoubt() {
		assertDoubt(LaunchFactsBuilder.plain().supervisedAncestor(4700), "process 4700, which is supervised itself");
	}

	@Test
	void surefireShouldNeverBeLaunch() {
		// a test that calls SpringApplication.run itself
		assertNever(
				spring().calls("com.example.AppTests#runs", "org.junit.platform.launcher.core.DefaultLauncher#execute")
					.main(SUREFIRE, "file:/m2/surefire-booter.jar")
					.property("sun.java.command", "/app/target/surefire/surefirebooter123.jar /app/target/surefire"),
				"tests");
	}

	@Test
	void applicationMainCalledByTestShouldNeverBeLaunch() {
		assertNever(LaunchFactsBuilder.plain()
			.calls("com.example.AppTests#main", "org.junit.platform.engine.support.hierarchical.NodeTestTask#execute")
			.main(SUREFIRE, "file:/m2/surefire-booter.jar"), "tests");
	}

	@Test
	void consoleLauncherInOneJarWithApplicationShouldNeverBeLaunch() {
		assertNever(spring().calls("com.example.AppTests#runs", "org.junit.jupiter.engine.JupiterTestEngine#execute")
			.main("org.junit.platform.console.ConsoleLauncher", LaunchFactsBuilder.CLASSES), "tests");
	}

	@Test
	void testOnAnotherThreadShouldNeverBeLaunch() {
		assertNever(
				spring().calls("com.example.AppTests$1#run", "java.lang.Thread#run")
					.mainThread("java.lang.Thread", "org.junit.platform.launcher.core.DefaultLauncher", SUREFIRE),
				"tests");
	}

	@ParameterizedTest
	@ValueSource(strings = { "surefire.test.class.path", "surefire.real.class.path", "org.gradle.test.worker" })
	void propertyOfTestRunnerShouldNeverBeLaunch(String property) {
		assertNever(LaunchFactsBuilder.plain().property(property, "x"), property);
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.apache.maven.surefire.booter.ForkedBooter /tmp x",
			"/home/me/my app/target/surefire/surefirebooter-20251123.jar /tmp", "com.intellij.rt.junit.JUnitStarter -x",
			"org.eclipse.jdt.internal.junit.runner.RemoteTestRunner", "com.microsoft.java.test.runner.Launcher",
			"worker.org.gradle.process.internal.worker.GradleWorkerMain 'Gradle Test Executor 1'",
			"/lib/junit-platform-console-standalone-6.0.3.jar execute", "org.junit.platform.console.ConsoleLauncher",
			"org.junit.platform.console/org.junit.platform.console.ConsoleLauncher", "org.testng.TestNG a.xml",
			"org.pitest.mutationtest.execute.MutationTestMinion 1", "sbt.ForkMain 1", "org.openjdk.jmh.Main" })
	void commandOfTestRunnerShouldNeverBeLaunch(String command) {
		assertNever(LaunchFactsBuilder.plain().property("sun.java.command", command), "tests");
	}

	@ParameterizedTest
	@ValueSource(strings = { "com.example.App org.junit.Foo", "/app/my.jar /x/surefirebooter.jar",
			"/org.junit.stuff/app.jar", "mod/com.example.App" })
	void argumentsThatLookLikeTestRunnerShouldNotMatter(String command) {
		assertLaunch(LaunchFactsBuilder.plain().property("sun.java.command", command));
	}

	@ParameterizedTest
	@CsvSource({ "-XX:ArchiveClassesAtExit=app.jsa", "-XX:AOTCacheOutput=app.aot", "-XX:AOTMode=record",
			"'-Xmx1g -XX:AOTCacheOutput=app.aot'", "'-Dx=y\n-XX:ArchiveClassesAtExit=app.jsa'", "-Xshare:dump" })
	void trainingRunShouldNeverBeLaunch(String option) {
		assertNever(LaunchFactsBuilder.plain().option(option), "training run");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-XX:SharedArchiveFile=app.jsa", "-XX:AOTCache=app.aot", "-XX:AOTMode=on",
			"-Xlog:x=-XX:AOTCacheOutput" })
	void useOfArchiveShouldBeLaunch(String option) {
		assertLaunch(LaunchFactsBuilder.plain().option(option));
	}

	@Test
	void exitOnRefreshShouldNeverBeLaunch() {
		assertNever(LaunchFactsBuilder.plain().contextExit("spring.context.exit"), "spring.context.exit");
	}

	@Test
	void aheadOfTimeProcessingShouldNeverBeLaunch() {
		assertNever(LaunchFactsBuilder.plain().property("spring.aot.processing", "true"), "ahead of time");
		assertNever(
				LaunchFactsBuilder.plain()
					.main("org.springframework.boot.SpringApplicationAotProcessor", "file:/spring-boot.jar"),
				"ahead of time");
	}

	@Test
	void nativeImageShouldNeverBeLaunch() {
		assertNever(LaunchFactsBuilder.plain().property("org.graalvm.nativeimage.imagecode", "runtime"),
				"native image");
	}

	@Test
	void warInServletContainerShouldNeverBeLaunch() {
		assertNever(
				spring()
					.calls("org.springframework.boot.web.servlet.support.SpringBootServletInitializer#run",
							"org.apache.catalina.core.StandardContext#startInternal")
					.main("org.apache.catalina.startup.Bootstrap", "file:/tomcat/bin/bootstrap.jar"),
				"servlet container");
	}

	@Test
	void otherOperatingSystemShouldNeverBeLaunch() {
		assertNever(LaunchFactsBuilder.plain().property("os.name", "Mac OS X"), "Mac OS X");
	}

	@Test
	void markerOfThisProcessShouldNeverBeLaunch() {
		assertNever(LaunchFactsBuilder.plain().environment("SAMBOOT_EXEC", "4711"), "already became a watchdog");
	}

	@Test
	void markerOfAnotherProcessShouldNotMatter() {
		assertLaunch(LaunchFactsBuilder.plain().environment("SAMBOOT_EXEC", "4710"));
	}

	private static LaunchFactsBuilder spring() {
		return new LaunchFactsBuilder().calls(LaunchFactsBuilder.SPRING);
	}

	private static void assertLaunch(LaunchFactsBuilder facts) {
		assertThat(LaunchRecognition.recognise(facts.build())).isEqualTo(new Recognition.Launch());
	}

	private static void assertDoubt(LaunchFactsBuilder facts, String why) {
		assertThat(LaunchRecognition.recognise(facts.build())).isInstanceOfSatisfying(Recognition.Doubt.class,
				(doubt) -> assertThat(doubt.why()).contains(why));
	}

	private static void assertNever(LaunchFactsBuilder facts, String why) {
		assertThat(LaunchRecognition.recognise(facts.build())).isInstanceOfSatisfying(Recognition.Never.class,
				(never) -> assertThat(never.why()).contains(why));
	}

}
