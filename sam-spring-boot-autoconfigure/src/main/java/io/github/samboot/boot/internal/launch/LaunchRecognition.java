package io.github.samboot.boot.internal.launch;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.samboot.core.internal.rundir.WatchdogAddress;
import org.jspecify.annotations.Nullable;

/**
 * Tells a plain launch of an application from everything else, in doubt against it.
 * <p>
 * Surefire, too, runs a {@code main} that is what {@code sun.java.command} says. What it
 * does not have is a {@code main} that Boot's loader has called, or one from the same
 * place as the application's sources, and that is what a launch is recognised by.
 */
final class LaunchRecognition {

	private static final String LOADER = "org.springframework.boot.loader.";

	/** What may stand between the JVM and the application's {@code main}. */
	private static final String[] IN_BETWEEN = { LOADER, "java.lang.reflect.", "jdk.internal.reflect.",
			"java.lang.invoke.", "kotlin.", "scala.", "groovy.", "org.codehaus.groovy." };

	/** Options may be separated by blanks, and quoted. */
	private static final Pattern TRAINING = Pattern.compile("(?:^|[\\s\"'])(-Xshare:dump"
			+ "|-XX:(?:ArchiveClassesAtExit|AOTCacheOutput|AOTMode=record|AOTMode=create|DumpLoadedClassList"
			+ "|SharedClassListFile|\\+RecordDynamicDumpInfo|CRaCCheckpointTo))");

	private LaunchRecognition() {
	}

	/**
	 * Judge a process.
	 * @param facts what is known about it
	 * @return what it is
	 */
	static Recognition recognise(LaunchFacts facts) {
		String never = findObstacle(facts);
		if (never != null) {
			return new Recognition.Never(never);
		}
		String doubt = findDoubt(facts);
		return (doubt != null) ? new Recognition.Doubt(doubt) : new Recognition.Launch();
	}

	private static @Nullable String findObstacle(LaunchFacts facts) {
		if (facts.properties().containsKey("org.graalvm.nativeimage.imagecode")) {
			return "it is a native image";
		}
		if (facts.foreignProc() != null) {
			return facts.foreignProc();
		}
		String test = TestEvidence.find(facts);
		if (test != null) {
			return "it runs tests (" + test + ")";
		}
		if (facts.properties().containsKey("spring.aot.processing") || calls(facts.stack(), "AotProcessor")) {
			return "it processes the application ahead of time";
		}
		String training = findTraining(facts.jvmOptions());
		if (training != null) {
			return "it is a training run (" + training + ")";
		}
		if (facts.contextExit() != null) {
			return "it is a training run (" + facts.contextExit() + ")";
		}
		if (calls(facts.stack(), ".SpringBootServletInitializer")) {
			return "it belongs to a servlet container, not to one application";
		}
		if (!facts.property("os.name").equals("Linux")) {
			return "the operating system is " + facts.property("os.name") + ": only Linux is supported so far";
		}
		if (Long.toString(facts.pid()).equals(facts.environment().get(WatchdogAddress.EXEC_MARKER))) {
			return "it already became a watchdog once, and yet the application runs in it again: ${java.home}/bin/java "
					+ "does not start a plain JVM here";
		}
		return null;
	}

	/**
	 * Look for an option that makes this a training run.
	 */
	private static @Nullable String findTraining(List<String> jvmOptions) {
		return jvmOptions.stream()
			.map(TRAINING::matcher)
			.filter(Matcher::find)
			.map((matcher) -> matcher.group(1))
			.findFirst()
			.orElse(null);
	}

	private static boolean calls(CallStack stack, String suffix) {
		return stack.calls()
			.stream()
			.map(CallStack.Call::className)
			.anyMatch((name) -> name.startsWith("org.springframework.") && name.endsWith(suffix));
	}

	private static @Nullable String findDoubt(LaunchFacts facts) {
		if (facts.debugger()) {
			return "a debugger may be attached to it";
		}
		if (facts.devTools()) {
			return "DevTools are on its class path";
		}
		if (facts.supervisedAncestor() != 0) {
			return "it was started by process " + facts.supervisedAncestor() + ", which is supervised itself";
		}
		return findDoubt(facts.stack(), facts.property("sun.java.command"));
	}

	private static @Nullable String findDoubt(CallStack stack, String command) {
		List<CallStack.Call> calls = stack.calls();
		int main = 0;
		while (main < calls.size() && !calls.get(main).isMain()) {
			main++;
		}
		if (main == calls.size()) {
			return "SpringApplication.run was not called from a main method";
		}
		CallStack.Call application = calls.get(main);
		CallStack.Call bottom = calls.get(calls.size() - 1);
		if (!bottom.isMain()) {
			return "it was not started with the main method of " + application.className();
		}
		if (!bottom.className().startsWith(LOADER) && !bottom.outermostClass().equals(application.outermostClass())) {
			return "it was started with the main method of " + bottom.className() + ", not with that of "
					+ application.className();
		}
		for (CallStack.Call call : calls.subList(main + 1, calls.size())) {
			if (!call.outermostClass().equals(application.outermostClass()) && !isInBetween(call.className())) {
				return call.className() + " called the main method of " + application.className();
			}
		}
		return (isProgramOfJar(bottom, command) || comesFromSources(stack, application)) ? null : "the main method of "
				+ application.className() + " comes from another place than the sources of the application";
	}

	/**
	 * The manifest of a jar names the program, wherever the sources of its application
	 * come from: another module, or XML.
	 */
	private static boolean isProgramOfJar(CallStack.Call bottom, String command) {
		return bottom.className().startsWith(LOADER) || command.split(" ", 2)[0].endsWith(".jar");
	}

	private static boolean isInBetween(String className) {
		return Arrays.stream(IN_BETWEEN).anyMatch(className::startsWith);
	}

	private static boolean comesFromSources(CallStack stack, CallStack.Call application) {
		if (application.location() != null && stack.sourceLocations().contains(application.location())) {
			return true;
		}
		CallStack.NamedClass named = stack.named();
		return named != null && named.location() != null && named.superclasses().contains(application.className())
				&& stack.sourceLocations().contains(named.location());
	}

}
