package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prepares an application for a fast start: unpacks it, and lets it start once for an
 * archive of its classes, which every later start maps instead of loading them.
 */
public final class Preparation {

	/** What the command line begins with. */
	public static final String OPTION = "--prepare";

	/** As {@code EX_USAGE} in sysexits.h. */
	private static final int EXIT_USAGE = 64;

	private static final String WHAT_HELPS = """
			A training run refreshes the application context once, for real, and then exits: databases and others that
			are used then must be there, or kept out of it. Environment variables concern this run alone, such as
			SPRING_PROFILES_ACTIVE=training, SPRING_FLYWAY_ENABLED=false, SPRING_SQL_INIT_MODE=never, or, with JPA,
			SPRING_JPA_HIBERNATE_DDL_AUTO=none, SPRING_JPA_DATABASE_PLATFORM=(the dialect) and
			SPRING_JPA_PROPERTIES_HIBERNATE_BOOT_ALLOW_JDBC_METADATA_ACCESS=false.
			""";

	private final Place place;

	private final JavaCommand command;

	private final Programs programs = new Programs();

	private Preparation(Place place, JavaCommand command) {
		this.place = place;
		this.command = command;
	}

	/**
	 * Return whether this is what a command line asks for.
	 * @param args the arguments of this program
	 * @return whether to call {@link #main(String[])}
	 */
	public static boolean isWanted(String[] args) {
		return args.length > 0 && (args[0].equals(OPTION) || args[0].startsWith(OPTION + "="));
	}

	/**
	 * Prepare an application.
	 * @param args the arguments of this program
	 * @return its exit code
	 */
	public static int main(String[] args) {
		try {
			if (!args[0].startsWith(OPTION + "=") || args[0].endsWith("=") || args.length < 2
					|| !args[1].equals("--")) {
				throw new IllegalArgumentException("There must be a directory behind --prepare=, and then --, such as"
						+ " --prepare=/opt/app -- java -jar app.jar.");
			}
			Place place = new Place(Path.of(args[0].substring(OPTION.length() + 1)));
			JavaCommand command = JavaCommand.parse(Arrays.asList(args).subList(2, args.length));
			new Preparation(place, command).run();
			return 0;
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			return EXIT_USAGE;
		}
		catch (IOException ex) {
			System.err.println("Nothing was prepared. " + message(ex));
			return 1;
		}
	}

	private static String message(IOException ex) {
		// those of the file system have the file as their message
		return (ex.getClass() == IOException.class || ex instanceof LeftAloneException)
				? String.valueOf(ex.getMessage()) : ex.toString();
	}

	private void run() throws IOException {
		Path jar = Path.of(this.command.jar()).toAbsolutePath().normalize();
		BootJar.check(jar);
		this.place.checkOurs();
		if (jar.startsWith(this.place.resolve(""))) {
			throw new IOException(jar + " lies in the directory to be prepared: name another directory.");
		}
		JavaRuntime runtime = JavaRuntime.of(this.command.java(), this.programs);
		runtime.checkPath(this.place.resolve(jar.getFileName().toString()));
		Thread undoing = new Thread(this::undo, "sam-undo");
		Runtime.getRuntime().addShutdownHook(undoing);
		try {
			prepare(jar, runtime);
		}
		finally {
			this.place.undo();
		}
	}

	/** This program was told to end. */
	private void undo() {
		this.programs.close();
		try {
			this.place.undo();
		}
		catch (IOException ex) {
			System.err.println("What was half made is left: " + message(ex));
		}
	}

	private void prepare(Path fatJar, JavaRuntime runtime) throws IOException {
		String java = runtime.java().toString();
		Path jar = this.place.resolve(fatJar.getFileName().toString());
		Path archive = this.place.resolve(runtime.archiveName());
		List<String> start = javaWith(java, List.of(runtime.uses(archive)));
		start.addAll(List.of("-jar", jar.toString()));
		this.place.take(JavaCommand.quoted(start));

		Programs.Result unpacking = run("Unpacking " + fatJar.getFileName(), List.of(java, "-Djarmode=tools", "-jar",
				fatJar.toString(), "extract", "--force", "--destination", jar.getParent().toString()));
		if (unpacking.code() != 0 || !Files.exists(jar)) {
			throw unpacking.failure(fatJar + " could not be unpacked");
		}
		train(runtime, jar, archive);
		check(runtime, jar, archive);
		this.place.keep();
		start.addAll(this.command.arguments());
		System.out.println("Prepared for Java " + runtime.feature() + ": " + archive + " ("
				+ Math.round(Files.size(archive) / (1024.0 * 1024.0))
				+ " MiB). From now on start the application with\n\n  " + JavaCommand.quoted(start) + "\n\nor with "
				+ JavaCommand.quoted(List.of(this.place.resolve("start").toString()))
				+ " [arguments]. Prepare it again for another jar, another Java or other options.");
	}

	private Programs.Result run(String what, List<String> command) throws IOException {
		try (Progress progress = Progress.of(what, this.place.resolve(""))) {
			return this.programs.run(command);
		}
	}

	private void train(JavaRuntime runtime, Path jar, Path archive) throws IOException {
		List<String> training = javaWith(runtime.java().toString(), runtime.makes(archive));
		training.addAll(List.of("-Dspring.context.exit=onRefresh", "-jar", jar.toString()));
		training.addAll(this.command.arguments());
		Programs.Result result = run("Training run: the application starts, and exits", training);
		if (result.code() != 0) {
			throw failure("The application ended its training run with exit code " + result.code()
					+ ". Its last lines:\n" + result.lastLines() + WHAT_HELPS, training);
		}
		if (!Files.exists(archive)) {
			throw failure("The application ended its training run well, but its JVM wrote no " + archive
					+ ". Its last lines:\n" + result.lastLines(), training);
		}
	}

	/**
	 * A JVM starts without an archive that does not fit, and hardly says so.
	 */
	private void check(JavaRuntime runtime, Path jar, Path archive) throws IOException {
		List<String> checking = javaWith(runtime.java().toString(), List.of(runtime.uses(archive)));
		checking.addAll(List.of(runtime.insists(), "-cp", jar.toString(), "-version"));
		Programs.Result result = run("Trying the archive", checking);
		if (result.code() != 0) {
			throw failure("The JVM does not take the archive it wrote. It says:\n" + result.lastLines(), checking);
		}
	}

	private static IOException failure(String problem, List<String> command) {
		return new IOException(problem + "It was started with: " + JavaCommand.quoted(command));
	}

	private List<String> javaWith(String java, List<String> archiveOptions) {
		List<String> words = new ArrayList<>(List.of(java));
		words.addAll(archiveOptions);
		words.addAll(this.command.options());
		return words;
	}

}
