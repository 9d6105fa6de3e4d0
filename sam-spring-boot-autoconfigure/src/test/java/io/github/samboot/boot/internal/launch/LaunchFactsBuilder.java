package io.github.samboot.boot.internal.launch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Facts of {@code java -cp … com.example.App}, to be spoilt in one respect.
 */
final class LaunchFactsBuilder {

	static final String APP = "com.example.App";

	static final String CLASSES = "file:/app/classes/";

	private final Map<String, String> properties = new HashMap<>(
			Map.of("os.name", "Linux", "sun.java.command", APP + " --x=1"));

	private final Map<String, String> environment = new HashMap<>();

	private final List<CallStack.Call> calls = new ArrayList<>();

	private final List<String> mainThread = new ArrayList<>();

	private final Set<String> sources = new HashSet<>(Set.of(CLASSES));

	private final List<String> options = new ArrayList<>();

	private CallStack.@Nullable NamedClass named;

	private @Nullable String contextExit;

	private boolean debugger;

	private boolean devTools;

	private long supervisedAncestor;

	private @Nullable String foreignProc;

	static LaunchFactsBuilder plain() {
		return new LaunchFactsBuilder().calls(SPRING).main(APP, CLASSES);
	}

	/** What is on every stack, innermost first. */
	static final String[] SPRING = { "io.github.samboot.boot.internal.launch.LaunchFacts#stack",
			"org.springframework.boot.SpringApplicationRunListeners#starting",
			"org.springframework.boot.SpringApplication#run" };

	LaunchFactsBuilder calls(String... calls) {
		for (String call : calls) {
			int hash = call.indexOf('#');
			this.calls.add(new CallStack.Call(call.substring(0, hash), call.substring(hash + 1), null));
		}
		return this;
	}

	LaunchFactsBuilder main(String className, String location) {
		this.calls.add(new CallStack.Call(className, "main", location));
		return this;
	}

	LaunchFactsBuilder mainThread(String... classNames) {
		this.mainThread.addAll(List.of(classNames));
		return this;
	}

	LaunchFactsBuilder sources(String... locations) {
		this.sources.clear();
		this.sources.addAll(List.of(locations));
		return this;
	}

	LaunchFactsBuilder property(String name, String value) {
		this.properties.put(name, value);
		return this;
	}

	LaunchFactsBuilder environment(String name, String value) {
		this.environment.put(name, value);
		return this;
	}

	LaunchFactsBuilder option(String option) {
		this.options.add(option);
		return this;
	}

	LaunchFactsBuilder named(String superclass, String location) {
		this.named = new CallStack.NamedClass(Set.of(superclass, "java.lang.Object"), location);
		return this;
	}

	LaunchFactsBuilder contextExit(String flag) {
		this.contextExit = flag;
		return this;
	}

	LaunchFactsBuilder debugger() {
		this.debugger = true;
		return this;
	}

	LaunchFactsBuilder devTools() {
		this.devTools = true;
		return this;
	}

	LaunchFactsBuilder foreignProc(String reason) {
		this.foreignProc = reason;
		return this;
	}

	LaunchFactsBuilder supervisedAncestor(long pid) {
		this.supervisedAncestor = pid;
		return this;
	}

	LaunchFacts build() {
		return new LaunchFacts(4711, this.properties, this.environment,
				new CallStack(this.calls, this.mainThread, this.sources, this.named), this.options, this.contextExit,
				this.debugger, this.devTools, false, this.supervisedAncestor, this.foreignProc);
	}

}
