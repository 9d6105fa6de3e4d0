package io.github.samboot.boot.internal.launch;

import java.util.Arrays;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Signs that a JVM runs tests. Execing such a JVM is the worst this project can do, so
 * one sign is enough and nothing overrides it.
 */
final class TestEvidence {

	private static final String[] PACKAGES = { "org.junit.", "junit.framework.", "junit.textui.", "org.testng.",
			"org.apache.maven.surefire.", "org.apache.maven.plugin.surefire.", "org.gradle.api.internal.tasks.testing.",
			"org.gradle.process.internal.worker.", "worker.org.gradle.", "com.intellij.rt.junit.",
			"com.intellij.rt.testng.", "com.intellij.rt.execution.junit.", "com.intellij.junit",
			"org.eclipse.jdt.internal.junit", "com.microsoft.java.test.", "org.springframework.test.",
			"org.springframework.boot.test.", "io.cucumber.", "cucumber.api.", "org.spockframework.", "io.kotest.",
			"org.scalatest.", "org.specs2.", "sbt.ForkMain", "sbt.testing.", "org.pitest.", "com.google.testing.",
			"org.apache.tools.ant.taskdefs.optional.junit", "org.openjdk.jmh.", "net.jqwik." };

	private static final String[] JARS = { "surefirebooter", "junit-platform-console", "gradle-worker" };

	private static final String[] PROPERTIES = { "surefire.test.class.path", "surefire.real.class.path",
			"org.gradle.test.worker", "idea.test.cyclic.buffer.size" };

	private TestEvidence() {
	}

	/**
	 * Look for signs of a test.
	 * @param facts what is known about this process
	 * @return what was seen, {@code null} if nothing
	 */
	static @Nullable String find(LaunchFacts facts) {
		Stream<String> classes = Stream.concat(facts.stack().calls().stream().map(CallStack.Call::className),
				facts.stack().mainThread().stream());
		return classes.filter(TestEvidence::isTestClass)
			.findFirst()
			.or(() -> Arrays.stream(PROPERTIES).filter(facts.properties()::containsKey).findFirst())
			.orElseGet(() -> findInCommand(facts.property("sun.java.command")));
	}

	private static @Nullable String findInCommand(String command) {
		int jar = command.indexOf(".jar");
		String program = (jar >= 0) ? command.substring(command.lastIndexOf('/', jar) + 1, jar) : command;
		if (jar >= 0 && Arrays.stream(JARS).anyMatch(program::startsWith)) {
			return program;
		}
		int space = command.indexOf(' ');
		String className = (space >= 0) ? command.substring(0, space) : command;
		int module = className.indexOf('/');
		if (module > 0) {
			className = className.substring(module + 1);
		}
		return isTestClass(className) ? className : null;
	}

	private static boolean isTestClass(String className) {
		return Arrays.stream(PACKAGES).anyMatch(className::startsWith);
	}

}
