package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.lang.StackWalker.Option;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.github.samboot.core.internal.process.JavaCommandLine;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.core.SpringProperties;

/**
 * All that is looked at to tell an application launch from everything else.
 *
 * @param pid the id of this process
 * @param properties the system properties
 * @param environment the environment
 * @param stack how {@code SpringApplication.run} was reached
 * @param jvmOptions options of this JVM, from wherever it takes them
 * @param contextExit Spring's {@code spring.context.exit} or
 * {@code spring.context.checkpoint}
 * @param debugger whether a debug agent is loaded
 * @param devTools whether DevTools are on the class path
 * @param watched whether a watchdog started this process
 * @param supervisedAncestor the process that the watchdog in the environment really
 * started, if that is another one, else 0
 * @param foreignProc why {@code /proc} does not tell of this process, {@code null} if it
 * does
 */
record LaunchFacts(long pid, Map<String, String> properties, Map<String, String> environment, CallStack stack,
		List<String> jvmOptions, @Nullable String contextExit, boolean debugger, boolean devTools, boolean watched,
		long supervisedAncestor, @Nullable String foreignProc) {

	private static final String[] OPTION_VARIABLES = { "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS",
			"JDK_AOT_VM_OPTIONS" };

	private static final long LONGEST_OPTION_FILE = 1024 * 1024;

	private static final String[] EXIT_FLAGS = { "spring.context.exit", "spring.context.checkpoint" };

	/**
	 * Gather what is known about this process.
	 * @param source what is launched
	 * @return the facts
	 */
	static LaunchFacts gather(LaunchSource source) {
		Map<String, String> properties = systemProperties();
		boolean address = WatchdogAddress.fromEnvironment() != null;
		long ancestor = address ? supervisedAncestor(System.getenv(WatchdogAddress.ENVIRONMENT)) : 0;
		return new LaunchFacts(ProcessHandle.current().pid(), properties, System.getenv(), stack(source),
				findJvmOptions(), findContextExit(), hasDebugAgent(), hasDevTools(source.classLoader()),
				address && ancestor == 0, ancestor, KnownProcess.findForeignProc());
	}

	/**
	 * A supervised application passes its environment on to what it starts. That has a
	 * JVM with the same address above it, where a supervised application has the
	 * watchdog, and one behind a script has the script.
	 */
	private static long supervisedAncestor(String address) {
		String entry = "\0" + WatchdogAddress.ENVIRONMENT + "=" + address + "\0";
		KnownProcess watchdog = KnownProcess.parse(System.getenv(WatchdogAddress.STARTER));
		Optional<ProcessHandle> ancestor = ProcessHandle.current().parent();
		while (ancestor.isPresent()) {
			long pid = ancestor.get().pid();
			String environment = KnownProcess.environment(pid);
			boolean isWatchdog = watchdog != null && watchdog.pid() == pid;
			if (isWatchdog || (!environment.isEmpty() && !environment.contains(entry))) {
				return 0;
			}
			if (isJava(pid)) {
				return pid;
			}
			ancestor = ancestor.get().parent();
		}
		return 0;
	}

	/**
	 * That of another user tells its name only.
	 */
	private static boolean isJava(long pid) {
		try {
			return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).endsWith("java");
		}
		catch (IOException ex) {
			return KnownProcess.stat("/proc/" + pid).contains(" (java) ");
		}
	}

	static Map<String, String> systemProperties() {
		Map<String, String> properties = new HashMap<>();
		for (String name : System.getProperties().stringPropertyNames()) {
			properties.put(name, System.getProperty(name, ""));
		}
		return properties;
	}

	private static CallStack stack(LaunchSource source) {
		List<CallStack.Call> calls = new ArrayList<>();
		StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE).forEach((frame) -> {
			boolean main = frame.getMethodName().equals("main");
			calls.add(new CallStack.Call(frame.getClassName(), frame.getMethodName(),
					main ? location(frame.getDeclaringClass()) : null));
		});
		return new CallStack(List.copyOf(calls), mainThread(), source.locations(),
				namedClass(source.classLoader(), calls.get(calls.size() - 1)));
	}

	static @Nullable String location(Class<?> type) {
		CodeSource source = type.getProtectionDomain().getCodeSource();
		return (source != null && source.getLocation() != null) ? source.getLocation().toString() : null;
	}

	/**
	 * A test may run the application on a thread of its own.
	 */
	private static List<String> mainThread() {
		return Thread.currentThread().getName().equals("main") ? List.of()
				: Thread.getAllStackTraces()
					.entrySet()
					.stream()
					.filter((thread) -> thread.getKey().getName().equals("main"))
					.flatMap((thread) -> Arrays.stream(thread.getValue()))
					.map(StackTraceElement::getClassName)
					.toList();
	}

	/**
	 * The {@code java} command may name a class that inherits its {@code main}.
	 */
	private static CallStack.@Nullable NamedClass namedClass(ClassLoader classLoader, CallStack.Call bottom) {
		String name = System.getProperty("sun.java.command", "").split(" ", 2)[0];
		name = name.substring(name.indexOf('/') + 1);
		if (name.isEmpty() || name.endsWith(".jar") || name.equals(bottom.className())) {
			return null;
		}
		try {
			Class<?> type = Class.forName(name, false, classLoader);
			Set<String> superclasses = new HashSet<>();
			for (Class<?> parent = type.getSuperclass(); parent != null; parent = parent.getSuperclass()) {
				superclasses.add(parent.getName());
			}
			return new CallStack.NamedClass(superclasses, location(type));
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

	private static @Nullable String findContextExit() {
		return Arrays.stream(EXIT_FLAGS)
			.filter((flag) -> SpringProperties.getProperty(flag) != null)
			.findFirst()
			.orElse(null);
	}

	private static boolean hasDevTools(ClassLoader classLoader) {
		return classLoader.getResource("org/springframework/boot/devtools/restart/Restarter.class") != null;
	}

	private static boolean hasDebugAgent() {
		try {
			// bytes, not lines: paths need not be text
			return new String(Files.readAllBytes(Path.of("/proc/self/maps")), StandardCharsets.ISO_8859_1)
				.contains("/libjdwp.so");
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static List<String> findJvmOptions() {
		List<String> options = new ArrayList<>();
		Arrays.stream(OPTION_VARIABLES).map(System::getenv).filter(Objects::nonNull).forEach(options::add);
		try {
			List<byte[]> words = KnownProcess.commandLine(ProcessHandle.current().pid());
			for (String option : JavaCommandLine.of(JavaCommandLine.texts(words, StandardCharsets.UTF_8)).options()) {
				addOption(options, option);
			}
		}
		catch (IOException ex) {
			// without /proc nothing is exec'ed either
		}
		return options;
	}

	private static void addOption(List<String> options, String argument) {
		String file = argument.startsWith("@") ? argument.substring(1) : null;
		if (argument.startsWith("-XX:Flags=") || argument.startsWith("-XX:VMOptionsFile=")) {
			file = argument.substring(argument.indexOf('=') + 1);
		}
		else if (argument.startsWith("-X")) {
			options.add(argument);
		}
		if (file != null) {
			try {
				Path path = Path.of(file);
				if (Files.isRegularFile(path) && Files.size(path) < LONGEST_OPTION_FILE) {
					options.add(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
				}
			}
			catch (IOException | InvalidPathException ex) {
				// OriginalCommand says so when it matters
			}
		}
	}

	String property(String name) {
		return this.properties.getOrDefault(name, "");
	}

}
