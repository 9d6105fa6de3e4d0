package io.github.samboot.watchdog.internal.prepare;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FastStart;
import io.github.samboot.watchdog.internal.faststart.FileStamp;
import org.jspecify.annotations.Nullable;

/**
 * Prepares later starts of an application that runs, beside it: unpacks its jar if its
 * class path is not made of jars already, and has a JVM write an archive of the classes
 * it has loaded. Nothing of the application is started for that.
 *
 * @param store the directory of all entries
 * @param pid the process id of the application
 * @param classes a file with the names of its classes
 * @param plainMillis how long a plain start took
 * @param isRefused whether it was started from an archive that its JVM has not taken
 * @param flags flags of its JVM that an archive depends on
 */
public record EntryPreparation(Path store, long pid, Path classes, long plainMillis, boolean isRefused,
		List<String> flags) {

	/** What the command line begins with. */
	public static final String OPTION = "--prepare-later-starts";

	private static final int LEFT_ALONE = 3;

	/**
	 * Of an agent that was attached, and of a library that writes classes anew: both work
	 * on classes as they are loaded, and linked ones are loaded before anything else.
	 */
	private static final List<String> CHANGE_CLASSES = List.of("sun.instrument.InstrumentationImpl",
			"javassist.ClassPool");

	/**
	 * Prepare an application.
	 * @param args the option, and the components of this record
	 * @return the exit code: 0 if there is an entry, 3 if it is to be left alone
	 */
	public static int main(String[] args) {
		EntryPreparation preparation = new EntryPreparation(Path.of(args[1]), Long.parseLong(args[2]), Path.of(args[3]),
				Long.parseLong(args[4]), Boolean.parseBoolean(args[5]), List.of(args).subList(6, args.length));
		Programs programs = new Programs();
		Runtime.getRuntime().addShutdownHook(new Thread(programs::close, "sam-undo"));
		try {
			System.out.println(preparation.run(programs));
			return 0;
		}
		catch (LeftAloneException ex) {
			System.out.println("left alone: " + ex.getMessage());
			return LEFT_ALONE;
		}
		catch (IOException | RuntimeException ex) {
			System.out.println("failed: " + ((ex.getClass() == IOException.class) ? ex.getMessage() : ex));
			return 1;
		}
	}

	private String run(Programs programs) throws IOException {
		EntrySource source = EntrySource.of(this.pid);
		EntryStore store = new EntryStore(this.store, EntryStore.MOST_BYTES);
		try (FileChannel lock = store.lockFile()) {
			lock.lock();
			return prepare(source, store, programs);
		}
	}

	private String prepare(EntrySource source, EntryStore store, Programs programs) throws IOException {
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		if (!source.options().get(0).equals(java.toRealPath().toString())) {
			throw new LeftAloneException("its java program is another one since it was started; the next start counts");
		}
		JavaRuntime runtime = new JavaRuntime(java, Runtime.version().feature());
		List<FileStamp> outside = source.outside(runtime);
		String linked = source.key(outside, this.flags, true);
		String plain = source.key(outside, this.flags, false);
		List<String> classes = Files.readAllLines(this.classes);
		boolean links = runtime.linksClasses()
				&& Suitability.linksClasses(Suitability.words(source.options(), source.variables()))
				&& Collections.disjoint(classes, CHANGE_CLASSES);
		Entry present = store.present(source);
		if (present != null) {
			if (this.isRefused && source.archive().equals(FastStart.archive(present))) {
				if (present.key().equals(plain)) {
					store.putAway(source.name());
					throw new LeftAloneException("its JVM has not taken the archive; later starts are plain ones");
				}
				links &= !present.key().equals(linked);
			}
			if (present.key().equals(plain) || (links && present.key().equals(linked))) {
				System.out.println("entry " + present.directory());
				return "is prepared already";
			}
		}
		store.refuseFailed(source.name(), List.of(linked, plain));
		store.prune(source.jar(), null);
		@Nullable Entry entry = null;
		if (links) {
			try {
				entry = entry(source, store, outside, linked,
						new EntryMaker(runtime, programs, classes, this.flags, true));
			}
			catch (IOException ex) {
				System.out.println("goes on without linked classes: " + ex.getMessage());
			}
		}
		if (entry == null) {
			entry = entry(source, store, outside, plain, new EntryMaker(runtime, programs, classes, this.flags, false));
		}
		for (FileStamp file : outside) {
			if (!file.fits()) {
				throw new IOException(file.path() + " changed meanwhile");
			}
		}
		store.put(source.name(), entry);
		store.prune(source.jar(), entry.directory());
		System.out.println("entry " + entry.directory());
		return "is prepared: " + FileTree.size(entry.directory()) / (1024 * 1024) + " MiB in " + entry.directory();
	}

	private Entry entry(EntrySource source, EntryStore store, List<FileStamp> outside, String key, EntryMaker maker)
			throws IOException {
		Entry draft = new Entry(key, this.store, this.plainMillis, source.options(), source.jar(), source.variables(),
				List.of());
		Entry entry = store.existing(draft, outside);
		return (entry != null) ? entry
				: maker.make(draft.with(store.newDirectory(key), List.of()), outside, source.classPath());
	}

}
