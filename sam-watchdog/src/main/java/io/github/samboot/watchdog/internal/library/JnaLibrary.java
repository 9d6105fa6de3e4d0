package io.github.samboot.watchdog.internal.library;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.library.JnaFiles;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.core.internal.rundir.VerifiedDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Loads JNA, from the class path or from the jar that the starter pointed at, and leaves
 * no file behind. For one thread.
 */
public final class JnaLibrary {

	private static final String NESTED = "!/";

	/** In the run directory. */
	private static final String COPY = "jna.jar";

	private static final String JNA_CLASS = "com/sun/jna/Native.class";

	private static final String SEARCH_PATH = "jna.platform.library.path";

	/** Those that use JNA are there. */
	private static final String PACKAGE = "io.github.samboot.watchdog.internal.library.jna.";

	private final @Nullable String location;

	private final Supplier<Path> runDirectory;

	private final ClassLoader own;

	private @Nullable NativeCalls calls;

	/**
	 * Create a library that is not loaded.
	 * @param location where JNA is if it is not on the class path: a jar, or a jar inside
	 * a jar as {@code outer.jar!/BOOT-INF/lib/jna.jar}; {@code null} if that is not known
	 * @param runDirectory keeps a copy of a jar inside a jar: the application's may be
	 * gone, or another one, when the next watchdog needs it
	 */
	public JnaLibrary(@Nullable String location, Supplier<Path> runDirectory) {
		this(location, runDirectory, JnaLibrary.class.getClassLoader());
	}

	public JnaLibrary(@Nullable String location, Supplier<Path> runDirectory, ClassLoader own) {
		this.location = location;
		this.runDirectory = runDirectory;
		this.own = own;
	}

	/**
	 * Return what calls functions by JNA. It is loaded once, whoever needs it first: it
	 * takes a class loader, a native part and memory of its own.
	 * @param purpose what it is needed for
	 * @throws SamException with {@link CsError#LIBRARY} if JNA cannot be loaded; the
	 * message says what to add
	 */
	public NativeCalls calls(String purpose) {
		NativeCalls calls = this.calls;
		if (calls == null) {
			calls = load(purpose);
			this.calls = calls;
		}
		return calls;
	}

	private NativeCalls load(String purpose) {
		try (JnaFiles files = new JnaFiles("name one with -Djava.io.tmpdir in sam.watchdog.java-options",
				System.getProperty("java.io.tmpdir"), System.getenv("XDG_RUNTIME_DIR"), "/var/tmp",
				System.getProperty("user.home"))) {
			Path runDirectory = this.runDirectory.get();
			ClassLoader loader = this.own;
			if (this.own.getResource(JNA_CLASS) == null) {
				URL kept = kept(runDirectory);
				if (kept == null && this.location == null) {
					throw new SamException(CsError.LIBRARY, "JNA is needed " + purpose + " and is missing: "
							+ "add the dependency net.java.dev.jna:jna to the application, or put its jar beside the watchdog's");
				}
				loader = new JnaClassLoader((kept != null) ? kept : jar(this.location, runDirectory, files), this.own);
			}
			files.unpack(loader);
			// without it JNA runs ldconfig, for places that the dynamic linker knows
			if (System.getProperty(SEARCH_PATH) == null) {
				System.setProperty(SEARCH_PATH, "");
			}
			return (NativeCalls) Class.forName(PACKAGE + "JnaNativeCalls", true, loader)
				.getDeclaredConstructor()
				.newInstance();
		}
		catch (IOException ex) {
			throw new SamException(CsError.LIBRARY, "JNA cannot be loaded: " + ex.getMessage(), ex);
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new SamException(CsError.LIBRARY, "JNA cannot be loaded: " + cause, ex);
		}
	}

	private static @Nullable URL kept(Path runDirectory) throws IOException {
		try (VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
			return directory.has(COPY) ? directory.resolve(COPY).toUri().toURL() : null;
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	public static URL jar(String location, Path runDirectory, JnaFiles files) throws IOException {
		int nested = location.indexOf(NESTED);
		if (nested < 0) {
			if (!Files.isReadable(Path.of(location))) {
				throw new IOException("there is no file " + location);
			}
			return Path.of(location).toUri().toURL();
		}
		String entryName = location.substring(nested + NESTED.length());
		try (ZipFile outer = new ZipFile(location.substring(0, nested))) {
			ZipEntry entry = outer.getEntry(entryName);
			if (entry == null) {
				throw new IOException("there is no " + entryName + " in " + outer.getName());
			}
			try (InputStream in = outer.getInputStream(entry);
					VerifiedDirectory directory = VerifiedDirectory.open(runDirectory)) {
				return keep(in, directory);
			}
			catch (IOException ex) {
				// there may be no room: then for this watchdog only
			}
			try (InputStream in = outer.getInputStream(entry)) {
				Path copy = files.directory().resolve(COPY);
				Files.copy(in, copy);
				return copy.toUri().toURL();
			}
		}
	}

	private static URL keep(InputStream in, VerifiedDirectory directory) throws IOException {
		String aside = COPY + ".new";
		try (OutputStream out = Channels.newOutputStream(directory.newFile(aside))) {
			in.transferTo(out);
			// what else lies there is more important
			RunDirectory.requireRoom(directory);
		}
		catch (IOException | Error ex) {
			directory.delete(aside);
			throw ex;
		}
		// a copy that is there is a whole one
		directory.rename(aside, COPY);
		return directory.resolve(COPY).toUri().toURL();
	}

	/**
	 * JNA and the classes that use it. Those are in the watchdog's own jar, where the
	 * parent would find them first but could not link them.
	 */
	private static final class JnaClassLoader extends URLClassLoader {

		JnaClassLoader(URL jar, ClassLoader parent) {
			super(new URL[] { jar }, parent);
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.startsWith(PACKAGE)) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : define(name);
			}
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
				if (in == null) {
					throw new ClassNotFoundException(name);
				}
				byte[] bytes = in.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
