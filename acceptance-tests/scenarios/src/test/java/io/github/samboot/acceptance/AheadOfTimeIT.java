package io.github.samboot.acceptance;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import com.jayway.jsonpath.JsonPath;
import io.github.samboot.acceptance.SupervisedApplication.Launch;
import io.github.samboot.acceptance.SupervisedApplication.Status;
import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample, processed ahead of time as for a native image. There is no native image
 * here: what it would find is looked at in the metadata, and that SAM takes no part in it
 * in a JVM that says it is one.
 */
@Tag("integration")
@Tag("long")
@Tag("any-java")
class AheadOfTimeIT {

	private static final String MAIN = "io.github.samboot.sample.SampleApplication";

	@TempDir
	private static Path directory;

	private static String classPath;

	private static String processing;

	@BeforeAll
	static void process() throws IOException {
		String java = SupervisedApplication.javaHome().resolve("bin/java").toString();
		Path application = directory.resolve("app");
		BoundedProcess.runSuccessfully(java, "-Djarmode=tools", "-jar", SupervisedApplication.jar("sample").toString(),
				"extract", "--destination", application.toString());
		String jars = application.resolve("sample-app.jar") + File.pathSeparator + application.resolve("lib") + "/*";
		Path classes = Files.createDirectory(directory.resolve("classes"));
		processing = BoundedProcess.runSuccessfully(java, "-cp", jars,
				"org.springframework.boot.SpringApplicationAotProcessor", MAIN, directory.resolve("sources").toString(),
				directory.resolve("resources").toString(), classes.toString(), "group", "artifact");
		compile(classes, application);
		classPath = classes + File.pathSeparator + jars;
	}

	private static void compile(Path classes, Path application) throws IOException {
		List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp",
				classes + File.pathSeparator + String.join(File.pathSeparator, files(application, ".jar"))));
		arguments.addAll(files(directory.resolve("sources"), ".java"));
		int exitCode = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
		assertThat(exitCode).as("exit code of javac").isZero();
	}

	private static List<String> files(Path root, String ending) throws IOException {
		try (Stream<Path> paths = Files.walk(root)) {
			return paths.map(Path::toString).filter((path) -> path.endsWith(ending)).toList();
		}
	}

	@Test
	void processingShouldBeLeftAlone() {
		assertThat(processing).containsOnlyOnce("SAM leaves this process alone because it processes the application");
	}

	@Test
	void nativeImageShouldFindWhatIsBoundAndShown() throws IOException {
		String metadata = Files
			.readString(directory.resolve("resources/META-INF/native-image/group/artifact/reachability-metadata.json"));
		for (String part : List.of("", "$Health", "$Progress", "$Restart", "$Quorum", "$Watchdog", "$Incidents",
				"$Connections")) {
			assertThat(JsonPath.<List<Object>>read(metadata,
					"$.reflection[?(@.type=='io.github.samboot.boot.SamProperties" + part
							+ "')].methods[?(@.name=='<init>')]"))
				.as("constructor of SamProperties" + part)
				.isNotEmpty();
		}
		for (String type : List.of("launch.SamRunListener", "lifecycle.SamEnvironmentListener",
				"launch.SamDeferredLaunch", "actuate.SamEndpoint", "actuate.SamDescriptor")) {
			assertThat(metadata).contains("\"io.github.samboot.boot.internal." + type + "\"");
		}
	}

	@Test
	void processedApplicationShouldBeSupervised() {
		try (SupervisedApplication desk = launch().start().awaitHttp()) {
			Status first = desk.awaitRunning();
			assertThat(desk.put("/orders/1", "kept").status()).isEqualTo(204);
			ProcessTable.signal("KILL", first.pid());
			desk.awaitStatus("the next instance",
					(status) -> status.instanceId() == 1 && status.state().equals("running"));
			desk.awaitHttp();
			assertThat(desk.get("/orders").body()).contains("kept");
			assertThat(desk.output()).contains("Starting AOT-processed SampleApplication");
		}
	}

	@Test
	void nativeImageShouldBeLeftAlone() {
		try (SupervisedApplication desk = launch().jvmOptions("-Dorg.graalvm.nativeimage.imagecode=runtime").start()) {
			desk.awaitOutput("SAM leaves this process alone because it is a native image");
			// before Java 25 Spring Boot refuses to go on
			desk.await("the end, or service",
					() -> ProcessHandle.of(desk.launchedPid()).isEmpty() || desk.get("/orders").status() == 200);
			assertThat(desk.watch().watchdogs()).isEmpty();
		}
	}

	private static Launch launch() {
		return new Launch().jvmOptions("-Dspring.aot.enabled=true").main("-cp", classPath, MAIN);
	}

}
