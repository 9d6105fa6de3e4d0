package io.github.samboot.boot.internal.standby;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;

import org.jspecify.annotations.Nullable;

/**
 * The names of the classes that one run of the application needed, so that the JVM of the
 * next one has them before it starts. No static initializer runs for that: a class that
 * is merely loaded and linked has done nothing yet.
 */
public final class ClassList {

	/** So that an application that makes classes all the time fills no memory. */
	static final int MAX_NAMES = 50_000;

	/** What jcmd has this JVM do. */
	static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";

	private static final String OPERATION = "vmClassHierarchy";

	/** Loaded with the first agent. */
	private static final String AGENT = "sun.instrument.InstrumentationImpl";

	/** What stands before the name of a class that has made lambdas. */
	private static final String MADE_LAMBDAS = "@";

	private static final Pattern LAMBDA = Pattern.compile("^[| -]*([^ /]+?)\\$\\$Lambda", Pattern.MULTILINE);

	/** Made while the application runs: the next JVM makes its own. */
	private static final Pattern GENERATED = Pattern
		.compile("\\$\\$Lambda|LambdaForm\\$|\\$Proxy\\d|\\$\\$SpringCGLIB\\$\\$|\\$\\$EnhancerBy|\\$\\$FastClass"
				+ "|\\.Generated\\w*Accessor\\d|\\$Species_|HibernateProxy|\\$MockitoMock\\$|\\$ByteBuddy\\$|\\+0x");

	private ClassList() {
	}

	/**
	 * Write down which classes this JVM has loaded. All its threads stand still for a
	 * moment.
	 * @param file the file, which is replaced as a whole, and readable for this user only
	 * @param withLambdas whether to write down, too, which ones have made lambdas: for an
	 * archive
	 * @throws IOException if it cannot be written, or this JVM does not tell its classes
	 */
	public static void record(Path file, boolean withLambdas) throws IOException {
		String hierarchy = classHierarchy(ManagementFactory.getPlatformMBeanServer());
		List<String> names = new ArrayList<>(parse(hierarchy));
		if (names.isEmpty()) {
			throw new IOException("this JVM names its classes in a way that SAM does not understand");
		}
		if (withLambdas) {
			lambdaMakers(hierarchy).forEach((name) -> names.add(MADE_LAMBDAS + name));
		}
		RunDirectoryFile.write(file, names);
	}

	/**
	 * Return whether an agent was attached to this JVM.
	 * @return whether there is one
	 * @throws IOException if this JVM does not tell its classes
	 */
	public static boolean hasAgent() throws IOException {
		return classHierarchy(ManagementFactory.getPlatformMBeanServer(), AGENT).contains(AGENT);
	}

	static String classHierarchy(MBeanServer server, String... options) throws IOException {
		try {
			return String.valueOf(server.invoke(new ObjectName(COMMANDS), OPERATION, new Object[] { options },
					new String[] { String[].class.getName() }));
		}
		catch (JMException | RuntimeMBeanException ex) {
			throw new IOException("this JVM does not tell which classes it has loaded (it lacks the module "
					+ "jdk.management, or is no HotSpot JVM): " + ex, ex);
		}
	}

	/**
	 * Pick the names out of the tree of classes.
	 * @param hierarchy a class per line: the branches of the tree, its name, the address
	 * of its own if it is hidden, and that of its class loader
	 * @return the names of those that another JVM can load as well, superclasses first
	 */
	static List<String> parse(String hierarchy) {
		return hierarchy.lines().map(ClassList::name).filter(ClassList::isLoadable).limit(MAX_NAMES).toList();
	}

	/**
	 * Pick those out that have made lambdas, whose classes are named after them.
	 */
	static Set<String> lambdaMakers(String hierarchy) {
		Set<String> names = new LinkedHashSet<>();
		for (Matcher matcher = LAMBDA.matcher(hierarchy); matcher.find();) {
			names.add(matcher.group(1));
		}
		return names;
	}

	private static @Nullable String name(String line) {
		int begin = 0;
		while (begin < line.length() && "|- ".indexOf(line.charAt(begin)) >= 0) {
			begin++;
		}
		String[] parts = line.substring(begin).split(" ", 2)[0].split("/");
		boolean isNamedAndNotHidden = parts.length == 2;
		return isNamedAndNotHidden ? parts[0] : null;
	}

	private static boolean isLoadable(@Nullable String name) {
		return name != null && !name.isEmpty() && !name.startsWith("[") && !GENERATED.matcher(name).find();
	}

	/**
	 * Load and link classes. What cannot be had is left out.
	 * @param file the file with their names
	 * @param loader the class loader of the application
	 * @param goOn asked before each class, since an instance that has to start now should
	 * not wait
	 * @return how many are loaded
	 * @throws IOException if the file cannot be read
	 */
	public static int preload(Path file, ClassLoader loader, BooleanSupplier goOn) throws IOException {
		int loaded = 0;
		for (String name : RunDirectoryFile.read(file)) {
			if (!goOn.getAsBoolean()) {
				break;
			}
			try {
				// to ask for its members is the one harmless thing that has a class
				// verified
				// and linked, and it mostly has the fewest constructors
				Class.forName(name, false, loader).getDeclaredConstructors();
				loaded++;
			}
			catch (ClassNotFoundException | LinkageError | RuntimeException ex) {
				// of another class loader, or not there today
			}
		}
		return loaded;
	}

}
