package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.jna.Native;
import io.github.samboot.acceptance.CampaignAction.Kind;
import io.github.samboot.acceptance.SupervisedApplication.Launch;
import io.github.samboot.test.Await;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import io.github.samboot.test.ProcessTable;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * Does one thing after another to a supervised application, and looks from outside at
 * what becomes of it.
 */
final class Campaign implements AutoCloseable {

	/**
	 * By far longer than any recovery takes on a loaded machine, and than the start-up
	 * timeout, after which an instance is replaced that cannot start.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(120);

	/**
	 * A spare that was ended too often is started again after minutes: then it is done
	 * without.
	 */
	private static final Duration PATIENCE_WITH_SPARE = Duration.ofSeconds(8);

	private static final Duration STARTUP_TIMEOUT = Duration.ofSeconds(30);

	private static final int INTERVAL_MILLIS = 1000;

	/** How long a watchdog needs at most until it has made a lost directory again. */
	private static final Duration DISTURBED = Duration.ofSeconds(10);

	private static final Pattern SUPERVISED = Pattern
		.compile("(\\d+) --- .*samboot\\.watchdog +: Instance \\d+ \\(pid (\\d+)\\) is (?:supervised|up)\\b.*");

	private static final Pattern SPARE = Pattern.compile(
			".*samboot\\.watchdog +: (?:Started a spare of the application, pid (\\d+)|The spare \\(pid (\\d+)\\) is ready).*");

	private static final List<String> JVM_OPTIONS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m");

	/** Whether this runs on a node of a Corosync cluster, which is its own. */
	static final boolean IN_CLUSTER = Boolean.getBoolean("campaign.cluster");

	/** More than any of the processes needs, less than any hard limit. */
	private static final String DESCRIPTORS = "1024";

	/** What fails, and how. */
	private static final Map<String, String> INJECTIONS = injections();

	private final long seed;

	private final String mode;

	private final String standby;

	private final Path directory;

	/** Where run directories are made: small, and of its own, so that it can be full. */
	private final Path parent;

	private final FollowedFile journal;

	private final Witness witness = new Witness(ProcessTable::isGone);

	private final Map<Kind, Count> counts = new LinkedHashMap<>();

	private final List<String> trace = new ArrayList<>();

	private final List<String> reports = new ArrayList<>();

	private final Set<String> supervised = new HashSet<>();

	private final Set<Long> startedSpares = new HashSet<>();

	private final Set<Long> readySpares = new HashSet<>();

	private final Set<Long> watchdogs = new HashSet<>();

	private final Set<Path> taken = new HashSet<>();

	/**
	 * Killed after they had made a directory of which they could tell no other process.
	 */
	private final Set<Long> withoutHeirs = new HashSet<>();

	private final long began = System.nanoTime();

	/** Those that got SIGKILL: some are seen a little longer. */
	private final Set<Long> doomed = ConcurrentHashMap.newKeySet();

	private final Path prepared;

	/** Held while something is launched, which must not happen once all was ended. */
	private final Object launching = new Object();

	private final Thread hook = new Thread(this::endAll, "campaign-end");

	private boolean hasEnded;

	private volatile List<ProcessTable.Entry> processes = List.of();

	private SupervisedApplication application;

	private FollowedFile output;

	private long disturbedAt;

	private boolean disturbed;

	private long cutAt;

	private @Nullable Kind lastKind;

	/** Whether what was done may, as documented, have ended everything. */
	private boolean mayEnd;

	private int launches;

	private int failedLaunches;

	/**
	 * Launch the application.
	 * @param seed the seed, for messages
	 * @param mode who starts whom
	 * @param standby which spare there is
	 * @param prepared where {@link #prepare} has put the application
	 */
	Campaign(long seed, String mode, String standby, Path prepared) {
		this.prepared = prepared;
		this.seed = seed;
		this.mode = mode;
		this.standby = standby;
		try {
			this.directory = Files.createTempDirectory("campaign-");
			this.parent = Files.createDirectory(this.directory.resolve("run"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		BoundedProcess.runSuccessfully("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none",
				this.parent.toString());
		this.journal = new FollowedFile(this.directory.resolve("journal"));
		// for one that is ended by a signal
		Runtime.getRuntime().addShutdownHook(this.hook);
		launch();
	}

	/**
	 * Make an application that starts quickly, for all campaigns.
	 * @param directory where
	 */
	static void prepare(Path directory) {
		String java = SupervisedApplication.javaHome().resolve("bin/java").toString();
		List<String> command = new ArrayList<>(List.of(java, "-jar", SupervisedApplication.jar("watchdog").toString(),
				"--prepare=" + directory, "--", java));
		command.addAll(JVM_OPTIONS);
		command.addAll(List.of("-jar", SupervisedApplication.jar("worker").toString(), "--worker.enabled=false"));
		BoundedProcess.runSuccessfully(command.toArray(String[]::new));
		try {
			// where the jar of the watchdog looks for it
			for (Path jar : List.of(SupervisedApplication.jar("watchdog"), JavaProgram.location(Native.class))) {
				Files.copy(jar, directory.resolve(jar.getFileName()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, String> injections() {
		Map<String, String> injections = new LinkedHashMap<>();
		injections.put("EAGAIN", "clone,?clone3,?fork,?vfork");
		injections.put("ENOMEM", "mmap,mprotect,clone,?clone3");
		injections.put("EMFILE", "a limit");
		injections.put("ENOSPC", "openat,mkdir,?mkdirat,write,pwrite64,ftruncate,fallocate,?rename,?renameat");
		return injections;
	}

	/**
	 * Do things until there are no more, or the time is over.
	 * @param actions what to do
	 * @param atMost how long
	 */
	void run(List<CampaignAction> actions, Duration atMost) {
		for (CampaignAction action : actions) {
			if (System.nanoTime() - this.began > atMost.toNanos()) {
				break;
			}
			run(action);
		}
		settle(null);
		end(null, this.mode.equals("sidecar"), OtherProcess.SIGTERM);
	}

	private void run(CampaignAction action) {
		if (action.settled()) {
			settle(null);
		}
		else {
			Await.passing(Duration.ofMillis(action.pause()));
		}
		note((action.settled() ? "" : "(early) ") + action.kind());
		Count count = this.counts.computeIfAbsent(action.kind(), (kind) -> new Count());
		if (!perform(action)) {
			note("  impossible now");
			count.impossible++;
			return;
		}
		count.tried++;
		this.lastKind = action.kind();
		if (action.choice() < 0.9) {
			settle(action.kind());
		}
	}

	private void launch() {
		this.witness.launched();
		this.supervised.clear();
		this.launches++;
		this.processes = List.of();
		Launch launch = new Launch().jar(this.prepared.resolve("worker-app-exec.jar"))
			.jvmOptions("-XX:SharedArchiveFile=" + this.prepared.resolve("application.jsa"))
			.jvmOptions(JVM_OPTIONS.toArray(String[]::new))
			.withoutPort()
			.observedBy(this::observe);
		switch (this.mode) {
			case "external" -> launch.under(SupervisedApplication.javaHome().resolve("bin/java").toString(), "-jar",
					this.prepared.resolve("sam-watchdog.jar").toString(), "--run-directory-parent=" + this.parent,
					"--");
			case "sidecar" ->
				launch.arguments("--sam.watchdog.mode=sidecar", "--sam.watchdog.run-directory=" + this.parent);
			default -> launch.arguments("--sam.watchdog.run-directory=" + this.parent);
		}
		if (!this.standby.equals("none")) {
			launch.arguments("--sam.standby=" + this.standby, "--sam.standby-delay=200ms");
		}
		if (IN_CLUSTER) {
			launch.arguments("--sam.recovery-policy=quorum-restart");
		}
		launch.arguments("--worker.journal=" + this.directory, "--spring.main.banner-mode=off",
				"--sam.time-interval=" + INTERVAL_MILLIS + "ms", "--sam.grace-period=300ms",
				"--sam.restart.max-restarts=200", "--sam.restart.within=5m", "--sam.restart.delay=100ms",
				"--sam.restart.max-delay=500ms", "--sam.restart.startup-timeout=" + STARTUP_TIMEOUT.toSeconds() + "s",
				"--sam.shutdown-timeout=20s");
		synchronized (this.launching) {
			requireGoingOn();
			this.application = launch.start();
		}
		this.output = new FollowedFile(this.application.directory().resolve("output"));
		note("launched as " + this.application.launchedPid());
		this.mayEnd = false;
	}

	private void requireGoingOn() {
		if (this.hasEnded) {
			throw new IllegalStateException("The campaign was ended");
		}
	}

	/** Called by the thread that looks at the processes all the time. */
	private synchronized void observe(List<ProcessTable.Entry> processes) {
		this.processes = processes;
		this.watchdogs.addAll(Watch.watchdogsAmong(processes));
		readJournal();
		this.witness.look(System.nanoTime());
	}

	private synchronized void readJournal() {
		this.journal.newLines().forEach((line) -> {
			note("  journal: " + line);
			this.witness.read(line);
		});
	}

	private synchronized void readOutput() {
		for (String line : this.output.newLines()) {
			Matcher supervision = SUPERVISED.matcher(line);
			if (supervision.find()) {
				this.supervised.add(supervision.group(1) + " " + supervision.group(2));
			}
			Matcher spare = SPARE.matcher(line);
			if (spare.matches()) {
				if (spare.group(1) != null) {
					this.startedSpares.add(Long.valueOf(spare.group(1)));
				}
				else {
					this.readySpares.add(Long.valueOf(spare.group(2)));
				}
			}
			if (line.contains("it is made again")) {
				this.disturbed = false;
			}
		}
	}

	private synchronized void note(String what) {
		String line = "%8.3f  %s".formatted((System.nanoTime() - this.began) / 1e9, what);
		this.trace.add(line);
		if (Boolean.getBoolean("campaign.trace")) {
			System.out.println(line);
		}
	}

	/** The instance, -1 if there is none. */
	private long active() {
		long active = this.witness.active().orElse(-1);
		return this.doomed.contains(active) ? -1 : active;
	}

	/** The only watchdog, -1 if there is none, or more than one. */
	private long watchdog() {
		Set<Long> found = new HashSet<>(Watch.watchdogsAmong(this.processes));
		found.removeAll(this.doomed);
		return (found.size() == 1) ? found.iterator().next() : -1;
	}

	/** One instance, that is up, and one watchdog that has said that it supervises it. */
	private boolean isSettled() {
		readOutput();
		long active = active();
		return this.witness.isUp(active) && this.supervised.contains(watchdog() + " " + active);
	}

	/**
	 * Wait until all is well again.
	 * @param kind after what, {@code null} if nothing was done
	 */
	private void settle(@Nullable Kind kind) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!isSettled()) {
			if (isOver()) {
				if (!this.mayEnd) {
					this.witness.violated("everything has ended");
					report(kind);
				}
				relaunch();
				deadline = System.nanoTime() + PATIENCE.toNanos();
			}
			if (System.nanoTime() - deadline > 0) {
				this.witness
					.violated("not recovered within " + PATIENCE.toSeconds() + " s: " + this.application.processes());
				report(kind);
				relaunch();
				deadline = System.nanoTime() + PATIENCE.toNanos();
			}
			Await.passing(Duration.ofMillis(50));
		}
		this.mayEnd = false;
		this.failedLaunches = 0;
		report(kind);
	}

	private boolean isOver() {
		if (!this.processes.isEmpty()) {
			return false;
		}
		// more than once nothing: a process that is calling exec has no environment for a
		// moment
		for (int i = 0; i < 3; i++) {
			if (!this.application.processes().isEmpty()) {
				return false;
			}
			Await.passing(Duration.ofMillis(30));
		}
		return ProcessTable.isGone(this.application.launchedPid());
	}

	private void relaunch() {
		note("all has ended");
		if (++this.failedLaunches > 5) {
			throw new IllegalStateException("The application cannot be started: " + this.application.output());
		}
		synchronized (this.launching) {
			requireGoingOn();
			this.application.close();
		}
		removeTaken();
		launch();
	}

	/** Report what was seen since the last report. */
	private void report(@Nullable Kind during) {
		List<String> violations = this.witness.takeViolations();
		if (violations.isEmpty()) {
			return;
		}
		Kind kind = (during != null) ? during : this.lastKind;
		if (kind != null) {
			this.counts.computeIfAbsent(kind, (any) -> new Count()).lost++;
		}
		StringBuilder report = new StringBuilder();
		report.append("Seed ").append(this.seed).append(", ").append(this.mode).append(" mode, standby ");
		report.append(this.standby).append((kind != null) ? ", after: " + kind : "").append('\n');
		violations.forEach((violation) -> report.append("VIOLATION: ").append(violation).append('\n'));
		synchronized (this) {
			report.append("What was done and seen, in seconds:\n");
			this.trace.subList(Math.max(0, this.trace.size() - 60), this.trace.size())
				.forEach((line) -> report.append(line).append('\n'));
		}
		List<String> lines = this.application.output().lines().toList();
		report.append("Log:\n");
		lines.subList(Math.max(0, lines.size() - 150), lines.size())
			.forEach((line) -> report.append("    ").append(line).append('\n'));
		this.reports.add(report.toString());
		System.out.println(report);
	}

	// Actions

	private boolean perform(CampaignAction action) {
		long active = active();
		long watchdog = watchdog();
		return switch (action.kind()) {
			case KILL_APPLICATION -> killApplication();
			case END_APPLICATION -> active > 0 && endApplication(active);
			case HANG_APPLICATION -> active > 0 && isSettled() && hang(active);
			case PAUSE_APPLICATION -> active > 0 && pause(action.millis(50, INTERVAL_MILLIS * 4 / 10), active);
			case KILL_SPARE -> killSpare(action);
			case PAUSE_SPARE -> {
				long spare = spare(action);
				yield spare > 0 && pause(action.millis(100, 4000), spare);
			}
			case KILL_APPLICATION_BESIDE_STOPPED_SPARE -> {
				long spare = spare(action);
				yield spare > 0 && whileStopped(action.millis(100, 3000), this::killApplication, spare);
			}
			case KILL_APPLICATION_AND_SPARE -> killApplicationAndSpare(action);
			case KILL_APPLICATION_WHILE_SPARE_ENDS -> {
				long spare = spare(action);
				yield spare > 0 && end(spare) && passing(action.millis(-50, 500)) && killApplication();
			}
			case KILL_WATCHDOG -> killWatchdog(watchdog);
			case KILL_WATCHDOG_TWICE -> killWatchdog(watchdog) && killWatchdog(awaitOtherWatchdog(watchdog));
			case KILL_WATCHDOG_THEN_APPLICATION ->
				killWatchdog(watchdog) && passing(action.millis(-300, 900)) && killApplication();
			case KILL_APPLICATION_THEN_WATCHDOG ->
				killApplication() && passing(action.millis(-300, 2500)) && killWatchdog(watchdog());
			case PAUSE_WATCHDOG -> watchdog > 0 && pause(action.millis(50, 4000), watchdog);
			case KILL_APPLICATION_BESIDE_STOPPED_WATCHDOG ->
				watchdog > 0 && whileStopped(action.millis(50, 3000), this::killApplication, watchdog);
			case PAUSE_ALL -> pauseAll(action);
			case CUT_CONNECTIONS -> watchdog > 0 && cut(watchdog, action);
			case FILL_DIRECTORY -> fill(action);
			case REMOVE_DIRECTORY -> lose(action, false) && killSomething(action);
			case TAKE_DIRECTORY -> lose(action, true) && killSomething(action);
			case CUT_AND_TAKE -> watchdog > 0 && cutAndTake(watchdog, action);
			case LOSE_QUORUM -> loseQuorum(action, () -> true);
			case LOSE_QUORUM_AND_KILL -> loseQuorum(action, () -> killSomething(action));
			case INJECT_WATCHDOG -> watchdog > 0 && inject(action, watchdog, () -> true);
			case INJECT_WATCHDOG_IN_RECOVERY -> watchdog > 0 && injectInRecovery(action, watchdog);
			case INJECT_APPLICATION -> injectApplication(action, active);
			case STOP -> watchdog > 0 && stop(watchdog, action);
			case STOP_IN_RECOVERY -> watchdog > 0 && isSettled() && killApplication()
					&& passing(action.millis(-500, 2500)) && stop(watchdog, action);
			case KILL_ALL -> killAll(action);
		};
	}

	private void signal(long pid, int signal) {
		note("  signal " + signal + " to " + pid);
		if (signal != OtherProcess.SIGSTOP && signal != OtherProcess.SIGCONT) {
			this.doomed.add(pid);
		}
		OtherProcess.signal(pid, signal);
	}

	private void kill(long pid) {
		this.witness.explain(pid);
		signal(pid, OtherProcess.SIGKILL);
	}

	private boolean end(long pid) {
		this.witness.explain(pid);
		signal(pid, OtherProcess.SIGTERM);
		return true;
	}

	private static boolean passing(int millis) {
		if (millis > 0) {
			Await.passing(Duration.ofMillis(millis));
		}
		return true;
	}

	/** The instance, or the process that becomes one. */
	private boolean killApplication() {
		if (!isSettled()) {
			this.mayEnd = true;
		}
		long pid = active();
		if (pid <= 0) {
			pid = Watch.applicationsAmong(this.processes)
				.stream()
				.mapToLong(ProcessTable.Entry::pid)
				.filter((one) -> !this.startedSpares.contains(one) && !this.doomed.contains(one))
				.findFirst()
				.orElse(-1);
			if (pid == this.application.launchedPid()) {
				// about to become the watchdog, and nobody knows its directory yet
				this.withoutHeirs.add(pid);
			}
		}
		if (pid <= 0) {
			return false;
		}
		kill(pid);
		return true;
	}

	private boolean killWatchdog(long watchdog) {
		if (watchdog <= 0) {
			return false;
		}
		readJournal();
		if (!this.witness.isUp(active()) || !this.witness.isQuorate()) {
			// without an instance, or with one that ends, there is none that would start
			// another watchdog
			this.mayEnd = true;
		}
		readOutput();
		long now = System.nanoTime();
		// an application that is cut off is not told where the directory is made again
		boolean isCutOff = this.cutAt != 0 && now - this.cutAt < DISTURBED.toNanos();
		if (this.disturbedAt != 0 && (this.disturbed || isCutOff) && now - this.disturbedAt < DISTURBED.toNanos()) {
			this.witness.dataMayBeLost();
			this.withoutHeirs.add(watchdog);
		}
		signal(watchdog, OtherProcess.SIGKILL);
		return true;
	}

	private long awaitOtherWatchdog(long watchdog) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (System.nanoTime() - deadline < 0 && !isOver()) {
			long other = watchdog();
			if (other > 0 && other != watchdog) {
				return other;
			}
		}
		return -1;
	}

	private boolean endApplication(long active) {
		this.witness.explain(active);
		this.mayEnd = true;
		if (isSettled()) {
			end(Kind.END_APPLICATION, true, OtherProcess.SIGTERM);
		}
		else {
			signal(active, OtherProcess.SIGTERM);
		}
		return true;
	}

	private boolean stop(long watchdog, CampaignAction action) {
		int signal = action
			.another(List.of(OtherProcess.SIGTERM, OtherProcess.SIGTERM, OtherProcess.SIGINT, OtherProcess.SIGHUP));
		if (!isSettled() && action.kind() == Kind.STOP) {
			// one that has just been started may not have its signal handlers yet
			this.witness.allMayEnd(true);
			this.mayEnd = true;
			signal(watchdog, signal);
			return true;
		}
		this.witness.allMayEnd(true);
		this.mayEnd = true;
		signal(watchdog, signal);
		awaitEnd(action.kind(),
				(action.kind() == Kind.STOP && watchdog == this.application.launchedPid()) ? 128 + signal : -1);
		return true;
	}

	/**
	 * The end of the whole, which is launched anew by the next action, if there is one.
	 */
	private void end(@Nullable Kind kind, boolean application, int signal) {
		this.witness.allMayEnd(true);
		this.mayEnd = true;
		long watchdog = watchdog();
		long target = application ? active() : watchdog;
		boolean known = this.application.launchedPid() == watchdog || this.application.launchedPid() == target;
		signal(target, signal);
		awaitEnd(kind, known ? 128 + signal : -1);
	}

	private void awaitEnd(@Nullable Kind kind, int exitCode) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!isOver()) {
			if (System.nanoTime() - deadline > 0) {
				this.witness.violated("orphans: " + this.application.processes());
				report(kind);
				return;
			}
			Await.passing(Duration.ofMillis(20));
		}
		if (exitCode > 0 && this.application.awaitExit() != exitCode) {
			this.witness.violated("exit code " + this.application.awaitExit() + ", not " + exitCode);
		}
		removeTaken();
		List<Path> left = new ArrayList<>(this.application.runDirectories());
		left.addAll(in(this.parent));
		left.addAll(in(this.application.directory().resolve("tmp")));
		// the next application removes it, as documented
		left.removeIf((path) -> this.withoutHeirs.stream()
			.anyMatch((pid) -> path.getFileName().toString().startsWith("sam-" + pid + "-")));
		if (!left.isEmpty()) {
			this.witness.violated("left behind: " + left);
		}
		report(kind);
	}

	private boolean hang(long active) {
		this.witness.explain(active);
		signal(active, OtherProcess.SIGSTOP);
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!ProcessTable.isGone(active)) {
			if (System.nanoTime() - deadline > 0) {
				this.witness.violated("process " + active + ", which is stopped, was not replaced");
				kill(active);
			}
			Await.passing(Duration.ofMillis(20));
		}
		return true;
	}

	private boolean pause(int millis, long... pids) {
		return whileStopped(millis, () -> true, pids);
	}

	private boolean whileStopped(int millis, BooleanSupplier action, long... pids) {
		for (long pid : pids) {
			signal(pid, OtherProcess.SIGSTOP);
		}
		try {
			boolean done = action.getAsBoolean();
			passing(millis);
			return done;
		}
		finally {
			for (long pid : pids) {
				signal(pid, OtherProcess.SIGCONT);
			}
		}
	}

	private boolean pauseAll(CampaignAction action) {
		List<Long> pids = new ArrayList<>(this.application.processes().stream().map(ProcessTable.Entry::pid).toList());
		if (action.otherChoice() < 0.5) {
			Collections.reverse(pids);
		}
		return !pids.isEmpty() && pause(action.millis(100, 5000), pids.stream().mapToLong(Long::longValue).toArray());
	}

	/** A spare that is ready, or one that is just starting. */
	private long spare(CampaignAction action) {
		if (this.standby.equals("none")) {
			return -1;
		}
		Set<Long> spares = (action.otherChoice() < 0.3) ? this.startedSpares : this.readySpares;
		long deadline = System.nanoTime() + PATIENCE_WITH_SPARE.toNanos();
		while (System.nanoTime() - deadline < 0) {
			readOutput();
			for (ProcessTable.Entry entry : Watch.applicationsAmong(this.processes)) {
				if (spares.contains(entry.pid()) && !this.doomed.contains(entry.pid())
						&& !this.witness.isInstance(entry.pid())) {
					return entry.pid();
				}
			}
			Await.passing(Duration.ofMillis(20));
		}
		return -1;
	}

	private boolean killSpare(CampaignAction action) {
		long spare = spare(action);
		if (spare > 0) {
			this.witness.explain(spare);
			signal(spare, action.one(List.of(OtherProcess.SIGKILL, OtherProcess.SIGTERM)));
		}
		return spare > 0;
	}

	private boolean killApplicationAndSpare(CampaignAction action) {
		long spare = spare(action);
		if (spare <= 0) {
			return false;
		}
		if (action.choice() < 0.5) {
			kill(spare);
			passing(action.millis(-50, 50));
			return killApplication();
		}
		boolean killed = killApplication();
		passing(action.millis(-50, 50));
		kill(spare);
		return killed;
	}

	private boolean killAll(CampaignAction action) {
		this.mayEnd = true;
		List<Long> pids = new ArrayList<>(this.application.processes().stream().map(ProcessTable.Entry::pid).toList());
		Collections.shuffle(pids, new Random((long) (action.choice() * 1000)));
		pids.forEach(this::kill);
		return !pids.isEmpty();
	}

	private boolean cut(long watchdog, CampaignAction action) {
		if (!this.witness.isUp(active())) {
			// a start that loses its watchdog fails
			this.mayEnd = true;
		}
		List<Integer> connections = OtherProcess.connections(watchdog);
		if (connections.isEmpty()) {
			return false;
		}
		if (action.otherChoice() < 0.5) {
			connections = List.of(action.one(connections));
		}
		this.cutAt = System.nanoTime();
		for (int connection : connections) {
			note("  cut " + connection + " of " + watchdog + ": " + OtherProcess.cut(watchdog, connection));
		}
		return true;
	}

	private boolean fill(CampaignAction action) {
		Path filler = this.parent.resolve("filler");
		try {
			byte[] block = new byte[4096];
			try (var out = Files.newOutputStream(filler)) {
				while (true) {
					out.write(block);
				}
			}
			catch (IOException ex) {
				note("  full: " + ex.getMessage());
			}
			killSomething(action);
			passing(action.millis(100, 3000));
			return true;
		}
		finally {
			try {
				Files.delete(filler);
				note("  no longer full");
			}
			catch (IOException ex) {
				note("  " + ex);
			}
		}
	}

	/** Kill the application, the watchdog, or nothing. */
	private boolean killSomething(CampaignAction action) {
		passing((int) ((action.otherChoice() - 0.3) * 2000));
		if (action.choice() < 0.33) {
			killApplication();
		}
		else if (action.choice() < 0.66) {
			killWatchdog(watchdog());
		}
		return true;
	}

	/** With both gone, and the watchdog alive, neither can tell the other where it is. */
	private boolean cutAndTake(long watchdog, CampaignAction action) {
		boolean cutsFirst = action.choice() < 0.5;
		boolean isDone = cutsFirst ? cut(watchdog, action) : lose(action, true);
		passing(action.millis(-200, 200));
		return isDone && (cutsFirst ? lose(action, true) : cut(watchdog, action));
	}

	private boolean loseQuorum(CampaignAction action, BooleanSupplier meanwhile) {
		this.witness.allMayEnd(true);
		// it may be on its way out when quorum is back
		this.witness.active().ifPresent(this.witness::explain);
		try {
			expectVotes(2, "No");
			// until the watchdog has heard of it, too
			passing(300);
			readJournal();
			this.witness.quorate(false);
			boolean isDone = meanwhile.getAsBoolean();
			passing(action.millis(-500, 4000));
			return isDone;
		}
		finally {
			readJournal();
			this.witness.quorate(true);
			expectVotes(1, "Yes");
			// what was up when quorum was lost ends, though quorum is back
			this.application.processes().forEach((entry) -> this.witness.explain(entry.pid()));
			this.witness.active().ifPresent(this.witness::explain);
			this.witness.allMayEnd(false);
		}
	}

	private void expectVotes(int votes, String quorate) {
		note("  expected votes " + votes);
		BoundedProcess.runSuccessfully("corosync-cmapctl", "-s", "quorum.expected_votes", "u32",
				Integer.toString(votes));
		Await.until("quorate: " + quorate, () -> {
			try {
				// its exit code tells whether the node is quorate
				return BoundedProcess.run(List.of("corosync-quorumtool", "-s"))
					.output()
					.matches("(?s).*Quorate: +" + quorate + "\\b.*");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	private boolean lose(CampaignAction action, boolean taken) {
		List<Path> directories = new ArrayList<>(in(this.parent));
		directories.addAll(this.application.runDirectories());
		directories.removeAll(this.taken);
		if (directories.isEmpty()) {
			return false;
		}
		this.disturbed = true;
		this.disturbedAt = System.nanoTime();
		try {
			for (Path directory : directories) {
				note("  removed " + directory);
				FileSystemUtils.deleteRecursively(directory);
				if (taken) {
					this.taken.add(directory);
					Files.createDirectory(directory);
					Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
					Files.setAttribute(directory, "unix:uid", 2);
				}
			}
		}
		catch (IOException ex) {
			// the product is quicker, or removes it itself
			note("  " + ex);
		}
		return true;
	}

	private void removeTaken() {
		try {
			for (Path directory : this.taken) {
				if (Files.isDirectory(directory) && !in(directory).isEmpty()) {
					this.witness.violated("files in the directory of another user: " + in(directory));
				}
				FileSystemUtils.deleteRecursively(directory);
			}
			this.taken.clear();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean injectInRecovery(CampaignAction action, long watchdog) {
		this.witness.allMayEnd(true);
		// with its instance gone, and itself out of memory, there is nothing left
		this.mayEnd = true;
		try {
			return inject(action, watchdog, () -> {
				boolean killed = killApplication();
				this.mayEnd = true;
				return killed;
			});
		}
		finally {
			// what was started meanwhile had the same troubles
			this.application.processes().forEach((entry) -> this.witness.explain(entry.pid()));
			this.witness.active().ifPresent(this.witness::explain);
			this.witness.allMayEnd(false);
		}
	}

	private boolean injectApplication(CampaignAction action, long active) {
		long spare = (action.otherChoice() < 0.5) ? spare(action) : -1;
		long pid = (spare > 0) ? spare : active;
		if (pid <= 0) {
			return false;
		}
		this.witness.explain(pid);
		if (!isSettled()) {
			this.mayEnd = true;
		}
		return inject(action, pid, () -> true);
	}

	private boolean inject(CampaignAction action, long pid, BooleanSupplier meanwhile) {
		Map.Entry<String, String> injection = action.one(List.copyOf(INJECTIONS.entrySet()));
		String which = (action.otherChoice() < 0.5) ? "1+" : "2+3";
		note("  " + injection.getKey() + " for " + injection.getValue() + " of " + pid + ", when " + which);
		if (injection.getKey().equals("EMFILE")) {
			return withoutDescriptors(action, pid, meanwhile);
		}
		ProcessBuilder builder = new ProcessBuilder("strace", "-f", "-qq", "-o", "/dev/null", "-e",
				"trace=" + injection.getValue(), "-e",
				"inject=" + injection.getValue() + ":error=" + injection.getKey() + ":when=" + which, "-p",
				Long.toString(pid));
		Process strace;
		try {
			strace = builder.redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("strace").toFile())
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		try {
			long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
			while (!isTraced(pid) && strace.isAlive() && System.nanoTime() - deadline < 0) {
				Await.passing(Duration.ofMillis(5));
			}
			boolean done = meanwhile.getAsBoolean();
			passing(action.millis(100, 2000));
			return done;
		}
		finally {
			strace.destroy();
			try {
				if (!strace.waitFor(5, TimeUnit.SECONDS)) {
					// it waits for a process that does not stop any more
					strace.destroyForcibly();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			note("  no longer injected");
		}
	}

	private boolean withoutDescriptors(CampaignAction action, long pid, BooleanSupplier meanwhile) {
		int left = (int) (action.otherChoice() * 12);
		limitDescriptors(pid, Integer.toString(ProcessTable.entries(pid, "fd") + left));
		try {
			boolean done = meanwhile.getAsBoolean();
			passing(action.millis(100, 2000));
			return done;
		}
		finally {
			// what was started meanwhile has inherited it
			limitDescriptors(pid, DESCRIPTORS);
			this.application.processes().forEach((entry) -> limitDescriptors(entry.pid(), DESCRIPTORS));
			note("  enough descriptors again");
		}
	}

	/** It is no fault if the process is gone. */
	private static void limitDescriptors(long pid, String soft) {
		try {
			BoundedProcess.run(List.of("prlimit", "--nofile=" + soft + ":", "--pid", Long.toString(pid)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isTraced(long pid) {
		try {
			return Files.readAllLines(Path.of("/proc/" + pid + "/status"))
				.stream()
				.anyMatch((line) -> line.startsWith("TracerPid:") && !line.endsWith("\t0"));
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static List<Path> in(Path directory) {
		List<Path> found = new ArrayList<>();
		if (Files.isDirectory(directory)) {
			try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
				entries.forEach(found::add);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return found;
	}

	// Results

	long seed() {
		return this.seed;
	}

	String mode() {
		return this.mode;
	}

	String standby() {
		return this.standby;
	}

	Map<Kind, Count> counts() {
		return this.counts;
	}

	List<String> reports() {
		return this.reports;
	}

	Witness witness() {
		return this.witness;
	}

	int launches() {
		return this.launches;
	}

	int watchdogs() {
		return this.watchdogs.size();
	}

	@Override
	public void close() {
		Runtime.getRuntime().removeShutdownHook(this.hook);
		endAll();
	}

	private void endAll() {
		synchronized (this.launching) {
			this.hasEnded = true;
		}
		this.application.close();
		try {
			BoundedProcess.runSuccessfully("umount", "-l", this.parent.toString());
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** How often something was done, and what came of it. */
	static final class Count {

		private int tried;

		private int impossible;

		private int lost;

		int tried() {
			return this.tried;
		}

		int impossible() {
			return this.impossible;
		}

		int lost() {
			return this.lost;
		}

		void add(Count other) {
			this.tried += other.tried;
			this.impossible += other.impossible;
			this.lost += other.lost;
		}

	}

}
