package io.github.samboot.test;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles what the JVM does not let a test do.
 */
public final class CCompiler {

	private CCompiler() {
	}

	/**
	 * Compile a program or a library; without a compiler the test is skipped.
	 * @param test what the source is a resource beside
	 * @param source the name of the source
	 * @param target the file to make
	 * @param options further options of the compiler
	 * @return the target
	 */
	public static Path compile(Class<?> test, String source, Path target, String... options) {
		Requirement.command("a C compiler", "cc", "--version");
		try {
			List<String> command = new ArrayList<>(List.of("cc", "-Wall", "-o", target.toString()));
			command.addAll(List.of(options));
			command.add(Path.of(test.getResource(source).toURI()).toString());
			BoundedProcess.runSuccessfully(command.toArray(String[]::new));
			return target;
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
