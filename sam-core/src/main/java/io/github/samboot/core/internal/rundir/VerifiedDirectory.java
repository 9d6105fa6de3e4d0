package io.github.samboot.core.internal.rundir;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.samboot.core.internal.process.Quietly;

/**
 * A private directory that is open, so that what is done with its files is done in the
 * directory that was verified, whatever its path leads to by now. Where the JDK takes a
 * path only (sockets, class paths), {@link #requireInPlace()} afterwards tells that the
 * path has led here all the time: a directory that was removed does not come back, and
 * its number is not used again while it is open. Not thread-safe.
 */
public final class VerifiedDirectory implements Closeable {

	/** A channel keeps a direct buffer of this size for each thread, for good. */
	private static final int SLICE = 64 * 1024;

	private static final int BLOCK = 16 * 1024;

	/** What a directory has to be. (Lambdas would cost the watchdog memory.) */
	private static final int PRIVATE = 0;

	private static final int OWN = 1;

	private static final int ANY = 2;

	private final Path path;

	private final SecureDirectoryStream<Path> stream;

	private final Object key;

	private VerifiedDirectory(Path path, SecureDirectoryStream<Path> stream, Object key) {
		this.path = path;
		this.stream = stream;
		this.key = key;
	}

	/**
	 * Open a directory that is private to this user.
	 * @param path the directory
	 * @return the open directory
	 * @throws NoSuchFileException if there is none, or another one: a link, of another
	 * user, or with another mode than 0700
	 * @throws IOException if it cannot be opened
	 */
	public static VerifiedDirectory open(Path path) throws IOException {
		return open(path, PRIVATE);
	}

	/**
	 * Open a directory that the user has chosen, whoever else uses it.
	 * @param path the directory
	 * @return the open directory; nothing is known of who may write to it
	 * @throws IOException if it cannot be opened
	 */
	public static VerifiedDirectory openChosen(Path path) throws IOException {
		return open(path.toRealPath(), ANY);
	}

	/**
	 * Open a directory of this user, whatever its mode. What lies in it may come from
	 * others.
	 */
	static VerifiedDirectory openOwn(Path path) throws IOException {
		return open(path, OWN);
	}

	private static VerifiedDirectory open(Path path, int kind) throws IOException {
		// before it is opened: opening what others have put there may block
		check(path, kind);
		DirectoryStream<Path> stream = Files.newDirectoryStream(path);
		try {
			if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
				throw new FileSystemException(path.toString(), null,
						"this Java runtime cannot keep a directory open that others might replace");
			}
			Object key = secure.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
			if (!key.equals(check(path, kind))) {
				throw foreign(path);
			}
			return new VerifiedDirectory(path, secure, key);
		}
		catch (IOException | RuntimeException | Error ex) {
			stream.close();
			throw ex;
		}
	}

	private static Object check(Path path, int kind) throws IOException {
		RunDirectory.Identity found = RunDirectory.Identity.of(path);
		if ((kind == PRIVATE && !found.isPrivate()) || (kind == OWN && !found.isOwn())) {
			throw foreign(path);
		}
		return found.key();
	}

	private static NoSuchFileException foreign(Path path) {
		return new NoSuchFileException(path.toString(), null, "it is no directory of this user alone, with mode 0700");
	}

	/**
	 * Return the path of a file for what can be done by path only.
	 * @param name the name of the file
	 * @return the path, to be followed by {@link #requireInPlace()}
	 */
	public Path resolve(String name) {
		return this.path.resolve(plain(name));
	}

	/**
	 * Make sure that the path leads to this directory, and has done so since it was
	 * opened.
	 * @throws NoSuchFileException if it leads elsewhere
	 */
	public void requireInPlace() throws IOException {
		if (!this.key.equals(check(this.path, PRIVATE))) {
			throw foreign(this.path);
		}
	}

	/**
	 * Open a file; links are not followed.
	 * @param name its name
	 * @param options how to open it
	 * @return the open file, readable for this user only if it is made
	 * @throws IOException if it cannot be opened
	 */
	public FileChannel file(String name, OpenOption... options) throws IOException {
		Set<OpenOption> all = new HashSet<>(List.of(options));
		all.add(LinkOption.NOFOLLOW_LINKS);
		return (FileChannel) this.stream.newByteChannel(plain(name), all,
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
	}

	/**
	 * Make a file that is not seen until it is renamed.
	 * @param name its name; a file of that name is removed
	 * @return the open file
	 * @throws IOException if it cannot be made
	 */
	public FileChannel newFile(String name) throws IOException {
		delete(name);
		return file(name, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
	}

	/**
	 * Make a file of a fixed size. Its bytes are written, not left as a hole in the file:
	 * a full tmpfs says so here.
	 * @param name its name; a file of that name is removed
	 * @param size its size
	 * @return the open file
	 * @throws IOException if it cannot be made
	 */
	public RandomAccessFile newFile(String name, int size) throws IOException {
		RandomAccessFile file = null;
		try {
			try (FileChannel channel = newFile(name)) {
				ByteBuffer zeros = ByteBuffer.allocate(Math.min(size, BLOCK));
				for (int left = size; left > 0;) {
					left -= channel.write(zeros.clear().limit(Math.min(left, zeros.capacity())));
				}
			}
			file = new RandomAccessFile(resolve(name).toFile(), "rw");
			requireInPlace();
			return file;
		}
		catch (IOException | RuntimeException | Error ex) {
			Quietly.close(file);
			delete(name);
			throw ex;
		}
	}

	/**
	 * Write a file aside and rename it, so that a reader sees the old or the new file and
	 * never a part. Only one process at a time may do so with a name.
	 * @param name its name
	 * @param parts what it is to contain
	 * @throws IOException if it cannot be written; nothing has changed then
	 */
	public void replace(String name, byte[]... parts) throws IOException {
		String aside = name + ".new";
		try {
			try (FileChannel channel = newFile(aside)) {
				for (byte[] part : parts) {
					ByteBuffer bytes = ByteBuffer.wrap(part);
					while (bytes.hasRemaining()) {
						channel.write(slice(bytes));
						bytes.limit(part.length);
					}
				}
			}
			rename(aside, name);
		}
		catch (IOException | RuntimeException | Error ex) {
			delete(aside);
			throw ex;
		}
	}

	/**
	 * Read a file; links are not followed.
	 * @param name its name
	 * @return all that it contains
	 * @throws NoSuchFileException if there is none
	 * @throws IOException if it cannot be read
	 */
	public byte[] read(String name) throws IOException {
		try (FileChannel channel = file(name, StandardOpenOption.READ)) {
			byte[] content = new byte[(int) channel.size()];
			ByteBuffer bytes = ByteBuffer.wrap(content);
			while (bytes.hasRemaining()) {
				if (channel.read(slice(bytes)) < 0) {
					throw new EOFException(name + " became shorter");
				}
				bytes.limit(content.length);
			}
			return content;
		}
	}

	private static ByteBuffer slice(ByteBuffer bytes) {
		return bytes.limit(Math.min(bytes.limit(), bytes.position() + SLICE));
	}

	/**
	 * Rename a file within this directory, in place of what has that name.
	 * @param from its name
	 * @param to its new name
	 * @throws IOException if it cannot be renamed
	 */
	public void rename(String from, String to) throws IOException {
		this.stream.move(plain(from), this.stream, plain(to));
	}

	/**
	 * Remove a file, if there is one.
	 * @param name its name
	 * @throws IOException if it cannot be removed
	 */
	public void delete(String name) throws IOException {
		try {
			this.stream.deleteFile(plain(name));
		}
		catch (NoSuchFileException ex) {
			// there is none
		}
	}

	/**
	 * Return whether there is a regular file, and no link to one.
	 * @param name its name
	 * @return whether there is one
	 */
	public boolean has(String name) {
		return size(name) >= 0;
	}

	/**
	 * Return the size of a regular file.
	 * @param name its name
	 * @return the number of bytes, negative if there is none
	 */
	public long size(String name) {
		try {
			BasicFileAttributes found = attributes(name);
			return found.isRegularFile() ? found.size() : -1;
		}
		catch (IOException ex) {
			return -1;
		}
	}

	/**
	 * Return the names of all that is there; only once.
	 * @return the names, in no order
	 */
	public List<String> names() {
		List<String> names = new ArrayList<>();
		for (Path file : this.stream) {
			names.add(file.getFileName().toString());
		}
		return names;
	}

	void makePrivate() throws IOException {
		this.stream.getFileAttributeView(PosixFileAttributeView.class)
			.setPermissions(PosixFilePermissions.fromString("rwx------"));
	}

	/**
	 * Remove all files, but no directories: they are none of ours.
	 */
	void deleteFiles() throws IOException {
		for (String name : names()) {
			if (!attributes(name).isDirectory()) {
				delete(name);
			}
		}
	}

	private BasicFileAttributes attributes(String name) throws IOException {
		return this.stream.getFileAttributeView(plain(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
			.readAttributes();
	}

	private Path plain(String name) {
		Path plain = Path.of(name);
		if (plain.isAbsolute() || plain.getNameCount() != 1 || name.equals("..") || name.equals(".")) {
			throw new IllegalArgumentException("'" + name + "' is not the name of a file in a directory");
		}
		return plain;
	}

	@Override
	public void close() {
		Quietly.close(this.stream);
	}

}
