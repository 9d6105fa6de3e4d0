package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that a test launched, with all processes that came of it. Closing it
 * ends them, whatever the test did.
 */
final class SupervisedApplication implements AutoCloseable {

	/**
	 * Long enough for the slowest machine, also for a spare, which starts at the lowest
	 * priority: a test that passes never waits that long.
	 */
	static final Duration PATIENCE = Duration.ofSeconds(300);

	private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final Process process;

	private final Path directory;

	private final String mark;

	private final int port;

	private final List<Path> earlierRunDirectories;

	private final Watch watch;

	private SupervisedApplication(Process process, Path directory, List<Path> earlierRunDirectories, String mark,
			int port, int atMost, Consumer<List<ProcessTable.Entry>> observer) {
		this.process = process;
		this.earlierRunDirectories = earlierRunDirectories;
		this.directory = directory;
		this.mark = mark;
		this.port = port;
		this.watch = new Watch(mark, port, atMost, observer);
	}

	static Launch sample() {
		return new Launch().jar(jar("sample"));
	}

	static Launch reactive() {
		return new Launch().jar(jar("reactive"));
	}

	static Launch jetty() {
		return new Launch().jar(jar("jetty"));
	}

	static Launch worker() {
		return new Launch().jar(jar("worker"));
	}

	/**
	 * Return a jar that the build has made.
	 * @param name which one
	 * @return its path
	 */
	static Path jar(String name) {
		String path = System.getProperty("acceptance." + name);
		assertThat(path).as("system property acceptance." + name + ", which the build sets").isNotNull();
		Path jar = Path.of(path).normalize();
		assertThat(jar).exists();
		return jar;
	}

	static Path javaHome() {
		return Path.of(System.getProperty("java.home"));
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait until something is so.
	 * @param what what is awaited, for the message if it never happens
	 * @param condition whether it is so
	 */
	void await(String what, BooleanSupplier condition) {
		Await.until(what, PATIENCE, () -> "Processes: " + processes() + "\nOutput:\n" + output(), condition);
	}

	/**
	 * Wait until the application answers. If it never does it is closed, as whoever calls
	 * this while launching cannot do it.
	 * @return this application
	 */
	SupervisedApplication awaitHttp() {
		try {
			await("HTTP 200 at /actuator/health of " + this, () -> get("/actuator/health").status() == 200);
			return this;
		}
		catch (AssertionError ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Wait until supervision is on.
	 * @return what the endpoint shows
	 */
	Status awaitRunning() {
		return awaitStatus("running", (status) -> status.state().equals("running"));
	}

	Status awaitStatus(String what, Predicate<Status> condition) {
		Status[] last = new Status[1];
		await("/actuator/sam shows: " + what, () -> {
			Status status = status();
			last[0] = status;
			return status != null && condition.test(status);
		});
		return last[0];
	}

	@Nullable Status status() {
		Answer answer = get("/actuator/sam");
		return (answer.status() == 200) ? Status.of(answer.body()) : null;
	}

	Answer get(String path) {
		return exchange(request(path).GET());
	}

	Answer post(String path) {
		return exchange(request(path).POST(BodyPublishers.noBody()));
	}

	/** Ask the endpoint for an action. */
	Answer act(String action) {
		return exchange(request("/actuator/sam").header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"action\":\"" + action + "\"}")));
	}

	Answer put(String path, String body) {
		return exchange(request(path).header("Content-Type", "text/plain;charset=UTF-8")
			.PUT(BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
	}

	String url(String path) {
		return "http://127.0.0.1:" + this.port + path;
	}

	private HttpRequest.Builder request(String path) {
		return request("127.0.0.1", this.port, path);
	}

	static HttpRequest.Builder request(String host, int port, String path) {
		return HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path)).timeout(Duration.ofSeconds(5));
	}

	static Answer exchange(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
			return new Answer(response.statusCode(), response.headers().firstValue("Retry-After").orElse(null),
					response.body());
		}
		catch (IOException ex) {
			return new Answer(0, null, String.valueOf(ex));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	/**
	 * Return the process that was launched.
	 * @return its id
	 */
	long launchedPid() {
		return this.process.pid();
	}

	int port() {
		return this.port;
	}

	Watch watch() {
		return this.watch;
	}

	Path directory() {
		return this.directory;
	}

	/**
	 * Return all processes that came of the launched one and are there.
	 * @return the processes
	 */
	List<ProcessTable.Entry> processes() {
		return ProcessTable.withEnvironment(this.mark);
	}

	List<ProcessTable.Entry> watchdogs() {
		return processes().stream().filter(ProcessTable.Entry::isWatchdog).toList();
	}

	List<ProcessTable.Entry> applications() {
		return Watch.applicationsAmong(processes());
	}

	/**
	 * Return the run directories that came of the launch and are there.
	 * @return the directories
	 */
	List<Path> runDirectories() {
		List<Path> found = new ArrayList<>(runDirectories(this.directory));
		// not those that others left: process ids come again
		found.removeAll(this.earlierRunDirectories);
		found
			.removeIf((path) -> !this.watch.pids().contains(Long.valueOf(path.getFileName().toString().split("-")[1])));
		return found;
	}

	private static List<Path> runDirectories(Path directory) {
		List<Path> found = new ArrayList<>();
		for (Path parent : List.of(Path.of("/dev/shm"), directory.resolve("tmp"), Path.of("/tmp"))) {
			if (Files.isDirectory(parent)) {
				try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, "sam-[0-9]*-*")) {
					directories.forEach(found::add);
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		}
		return found;
	}

	Path runDirectory() {
		List<Path> directories = runDirectories();
		assertThat(directories).hasSize(1);
		return directories.get(0);
	}

	void type(String line) {
		try {
			OutputStream in = this.process.getOutputStream();
			in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
			in.flush();
		}
		catch (IOException ex) {
			throw new AssertionError("It takes no more input:\n" + output(), ex);
		}
	}

	String output() {
		try {
			return Files.readString(this.directory.resolve("output"), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait for a line of the output.
	 * @param regex the line, or a part of it
	 * @return the match
	 */
	Matcher awaitOutput(String regex) {
		Pattern pattern = Pattern.compile(regex);
		await("output '" + regex + "'", () -> pattern.matcher(output()).find());
		Matcher matcher = pattern.matcher(output());
		assertThat(matcher.find()).isTrue();
		return matcher;
	}

	/**
	 * Wait until a spare says that it is ready, where no endpoint can tell.
	 * @return its pid
	 */
	long awaitSpare() {
		return Long.parseLong(awaitOutput("The spare \\(pid (\\d+)\\) is ready to be promoted").group(1));
	}

	int awaitExit() {
		await("the end of the launched process " + launchedPid(), () -> !this.process.isAlive());
		return this.process.exitValue();
	}

	/**
	 * Nothing is left once the launched process is gone: no process, no run directory, no
	 * temporary file.
	 */
	void assertNothingIsLeft() {
		await("no process is left", () -> processes().isEmpty());
		assertThat(runDirectories()).as(this::output).isEmpty();
		assertThat(this.directory.resolve("tmp")).isEmptyDirectory();
		// what a killed application leaves there, the next JVM removes
		for (long pid : this.watch.watchdogs()) {
			assertThat(Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), Long.toString(pid)))
				.doesNotExist();
		}
		this.watch.assertNeverTwo();
	}

	@Override
	public void close() {
		// twice nothing: a process that is calling exec has no environment for a moment
		for (int empty = 0; empty < 2; empty++) {
			List<ProcessTable.Entry> left = processes();
			// the watchdogs first, or they start what is ended here again
			left.stream().filter(ProcessTable.Entry::isWatchdog).forEach((entry) -> end(entry.pid()));
			left.forEach((entry) -> end(entry.pid()));
			empty = left.isEmpty() ? empty : -1;
			Await.passing(Duration.ofMillis(50));
		}
		this.watch.close();
		try {
			for (Path runDirectory : runDirectories()) {
				FileSystemUtils.deleteRecursively(runDirectory);
			}
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void end(long pid) {
		ProcessTable.signal("KILL", pid);
	}

	@Override
	public String toString() {
		return "application launched as " + launchedPid() + " on port " + this.port;
	}

	/**
	 * An answer to a request.
	 *
	 * @param status the HTTP status, 0 if there was no answer
	 * @param retryAfter the header of that name
	 * @param body the body, or what went wrong
	 */
	record Answer(int status, @Nullable String retryAfter, String body) {

		<T> T read(String path) {
			return JsonPath.read(this.body, path);
		}

	}

	/**
	 * What {@code /actuator/sam} shows.
	 *
	 * @param state what the watchdog is doing
	 * @param instanceId the instance id
	 * @param pid the application
	 * @param watchdogPid its watchdog
	 * @param mode who started whom
	 * @param json all of it
	 */
	record Status(String state, int instanceId, long pid, long watchdogPid, String mode, String json) {

		static @Nullable Status of(String json) {
			Map<String, Object> all = JsonPath.read(json, "$");
			if (!(all.get("pid") instanceof Number pid) || !(all.get("watchdogPid") instanceof Number watchdogPid)
					|| !(all.get("instanceId") instanceof Number instanceId)) {
				return null;
			}
			return new Status(String.valueOf(all.get("state")), instanceId.intValue(), pid.longValue(),
					watchdogPid.longValue(), String.valueOf(all.get("mode")), json);
		}

		<T> T read(String path) {
			return JsonPath.read(this.json, path);
		}

		int recoveries() {
			return read("$.recoveries");
		}

		String lastReason() {
			return read("$.incidents[0].reason");
		}

	}

	/**
	 * How an application is launched.
	 */
	static final class Launch {

		private final List<String> prefix = new ArrayList<>();

		private Path javaHome = SupervisedApplication.javaHome();

		private final List<String> jvmOptions = new ArrayList<>();

		private final List<String> main = new ArrayList<>();

		private final List<String> arguments = new ArrayList<>();

		private final Map<String, @Nullable String> environment = new TreeMap<>();

		private boolean listening = true;

		private @Nullable Path temporary;

		private int spares;

		private Consumer<List<ProcessTable.Entry>> observer = (processes) -> {
		};

		private int port;

		Launch jar(Path jar) {
			return main("-jar", jar.toString());
		}

		Launch main(String... main) {
			this.main.clear();
			this.main.addAll(List.of(main));
			return this;
		}

		/** Put a command before that of the application. */
		Launch under(String... command) {
			this.prefix.addAll(List.of(command));
			return this;
		}

		Launch javaHome(Path javaHome) {
			this.javaHome = javaHome;
			return this;
		}

		Launch jvmOptions(String... options) {
			this.jvmOptions.addAll(List.of(options));
			return this;
		}

		Launch arguments(String... arguments) {
			this.arguments.addAll(List.of(arguments));
			return this;
		}

		Launch environment(String name, @Nullable String value) {
			this.environment.put(name, value);
			return this;
		}

		/** A spare listens on nothing. */
		Launch withSpare(String standby) {
			return withSpare(standby, "500ms");
		}

		Launch withSpare(String standby, String delay) {
			this.spares = 1;
			return arguments("--sam.standby=" + standby, "--sam.standby-delay=" + delay);
		}

		/** Spares that are not there all the time. */
		Launch withSpares(int spares) {
			this.spares = spares;
			return this;
		}

		/** The spare of a lost watchdog ends while the new watchdog starts its own. */
		Launch withSpareOfALostWatchdog() {
			this.spares++;
			return this;
		}

		/**
		 * Let another one look, too, who then decides how many applications there may be.
		 */
		Launch observedBy(Consumer<List<ProcessTable.Entry>> observer) {
			this.observer = observer;
			this.spares = Integer.MAX_VALUE - 1;
			return this;
		}

		/** Without a web server there is no use in telling it a port. */
		Launch withoutPort() {
			this.listening = false;
			return this;
		}

		/** Launches with the same command have the same directory for temporary files. */
		Launch temporary(Path temporary) {
			this.temporary = temporary;
			return this;
		}

		/** The application's command, as it must arrive. */
		List<String> command(int port, Path temporary) {
			List<String> command = new ArrayList<>();
			command.add(this.javaHome.resolve("bin/java").toString());
			command.add("-Djava.io.tmpdir=" + temporary);
			// starts faster, as with mvn spring-boot:run
			command.add("-XX:TieredStopAtLevel=1");
			command.addAll(this.jvmOptions);
			command.addAll(this.main);
			if (this.listening) {
				command.add("--server.port=" + port);
			}
			command.addAll(this.arguments);
			return command;
		}

		SupervisedApplication start() {
			this.port = this.listening ? freePort() : 0;
			String mark = UUID.randomUUID().toString();
			try {
				Path directory = Files.createTempDirectory("acceptance-");
				Path temporary = (this.temporary != null) ? this.temporary
						: Files.createDirectory(directory.resolve("tmp"));
				Path work = Files.createDirectory(directory.resolve("work"));
				// whoever runs the tests may ignore them: nohup, or a script with "&"
				List<String> command = new ArrayList<>(List.of("env", "--default-signal=TERM,INT,HUP"));
				command.addAll(this.prefix);
				command.addAll(command(this.port, temporary));
				ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile())
					.redirectErrorStream(true)
					.redirectOutput(directory.resolve("output").toFile());
				Map<String, String> environment = builder.environment();
				environment.keySet().removeIf((name) -> name.startsWith("SAM_") || name.startsWith("SPRING_"));
				environment.put("ACCEPTANCE_RUN", mark);
				this.environment.forEach((name, value) -> {
					if (value != null) {
						environment.put(name, value);
					}
					else {
						environment.remove(name);
					}
				});
				List<Path> earlier = runDirectories(directory);
				return new SupervisedApplication(builder.start(), directory, earlier, "ACCEPTANCE_RUN=" + mark,
						this.port, this.spares + 1, this.observer);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
