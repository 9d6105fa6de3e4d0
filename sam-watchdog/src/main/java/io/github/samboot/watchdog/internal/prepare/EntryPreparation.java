package io.github.samboot.watchdog.internal.prepare;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.watchdog.internal.faststart.Entry;
import io.github.samboot.watchdog.internal.faststart.FileStamp;

/**
 * Prepares later starts of an application that runs, beside it: unpacks its jar if its
 * class path is not made of jars already, and has a JVM write an archive of the classes
 * it has loaded. Nothing of the application is started for that.
 */
public final class EntryPreparation {

	/** What the command line begins with. */
	public static final String OPTION = "--prepare-later-starts";

	private static final int LEFT_ALONE = 3;

	private final Path store;

	private final long pid;

	private final Path classes;

	private final long plainMillis;

	/** Flags of the JVM that an archive depends on. */
	private final List<String> flags;

	private final Programs programs = new Programs();

	private EntryPreparation(String[] args) {
		this.store = Path.of(args[1]);
		this.pid = Long.parseLong(args[2]);
		this.classes = Path.of(args[3]);
		this.plainMillis = Long.parseLong(args[4]);
		this.flags = List.of(args).subList(5, args.length);
	}

	/**
	 * Prepare an application.
	 * @param args the option, the directory of all entries, the process id of the
	 * application, a file with the names of its classes, how long its start took, and
	 * flags of its JVM
	 * @return the exit code: 0 if there is an entry, 3 if it is to be left alone
	 */
	public static int main(String[] args) {
		EntryPreparation preparation = new EntryPreparation(args);
		Runtime.getRuntime().addShutdownHook(new Thread(preparation.programs::close, "sam-undo"));
		try {
			System.out.println(preparation.run());
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

	private String run() throws IOException {
		EntrySource source = EntrySource.of(this.pid);
		EntryStore store = new EntryStore(this.store);
		try (Closeable lock = store.lock()) {
			return prepare(source, store);
		}
	}

	private String prepare(EntrySource source, EntryStore store) throws IOException {
		Entry present = store.present(source);
		if (present != null && source.isFromEntry()) {
			store.putAway(source.name());
			throw new LeftAloneException("its JVM has not taken the archive, as one of its options keeps it from that;"
					+ " later starts are plain ones");
		}
		if (present != null) {
			System.out.println("entry " + present.directory());
			return "is prepared already";
		}
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		if (!source.options().get(0).equals(java.toRealPath().toString())) {
			throw new LeftAloneException("its java program is another one since it was started; the next start counts");
		}
		JavaRuntime runtime = JavaRuntime.of(java.toString(), this.programs);
		List<FileStamp> outside = source.outside(runtime);
		String key = source.key(outside, this.flags);
		store.refuseFailed(source.name(), key);
		store.prune(source.jar(), null);
		Entry draft = new Entry(key, this.store, this.plainMillis, source.options(), source.jar(), source.variables(),
				List.of());
		Entry entry = store.existing(draft, outside);
		boolean isNew = entry == null;
		if (entry == null) {
			entry = new EntryMaker(runtime, this.programs, this.classes, this.flags)
				.make(draft.with(store.newDirectory(key), List.of()), outside, source.classPath());
		}
		for (FileStamp file : outside) {
			if (!file.fits()) {
				throw new IOException(file.path() + " changed meanwhile");
			}
		}
		store.put(source.name(), entry);
		store.prune(source.jar(), entry.directory());
		System.out.println("entry " + entry.directory());
		return (isNew ? "is prepared: " : "was prepared before: ") + FileTree.size(entry.directory()) / (1024 * 1024)
				+ " MiB in " + entry.directory();
	}

}
