package io.github.samboot.watchdog.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.test.BoundedProcess;
import org.jspecify.annotations.Nullable;

/**
 * The reference program on Corosync's libsam, compiled from
 * {@code conformance/sam-reference.c} once per JVM.
 */
final class Libsam {

	private static final List<String> LIBRARIES = List.of("-lsam", "-lcmap", "-lquorum", "-lpthread");

	private static final Libsam INSTANCE = compile();

	private final String program;

	private final @Nullable String problem;

	private Libsam(String program, @Nullable String problem) {
		this.program = program;
		this.problem = problem;
	}

	/**
	 * Return why there is no reference program.
	 * @return one sentence, {@code null} if there is one
	 */
	static @Nullable String problem() {
		return INSTANCE.problem;
	}

	/**
	 * Return the path of the reference program.
	 */
	static String program() {
		if (INSTANCE.problem != null) {
			throw new IllegalStateException(INSTANCE.problem);
		}
		return INSTANCE.program;
	}

	private static Libsam compile() {
		try {
			Path directory = Files.createTempDirectory("sam-reference");
			Path program = directory.resolve("sam-reference");
			directory.toFile().deleteOnExit();
			program.toFile().deleteOnExit();
			List<String> command = new java.util.ArrayList<>(
					List.of("cc", "-O2", "-Wall", "-o", program.toString(), source().toString()));
			command.addAll(LIBRARIES);
			BoundedProcess.Result result = BoundedProcess.run(command);
			if (result.exitCode() == 0) {
				return new Libsam(program.toString(), null);
			}
			return new Libsam("", "conformance/sam-reference.c does not compile (are libsam-dev, libcmap-dev and"
					+ " libquorum-dev installed?): " + result.output().lines().findFirst().orElse(""));
		}
		catch (IOException ex) {
			return new Libsam("", "a C compiler and libsam-dev are needed: " + ex.getMessage());
		}
	}

	private static Path source() {
		for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
			Path source = directory.resolve("conformance/sam-reference.c");
			if (Files.exists(source)) {
				return source;
			}
		}
		throw new IllegalStateException(
				"conformance/sam-reference.c was not found above " + Path.of("").toAbsolutePath());
	}

}
