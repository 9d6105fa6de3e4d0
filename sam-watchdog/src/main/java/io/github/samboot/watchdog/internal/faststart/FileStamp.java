package io.github.samboot.watchdog.internal.faststart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What tells that the content of a file is the one that was compared before. The time of
 * the last status change is in it, which no program can set back.
 *
 * @param path the file
 * @param stamp size, inode, owner, and the times of the last changes; of a directory the
 * names of its jars
 * @param digest the digest of its content, {@code -} if only the stamp counts
 */
public record FileStamp(Path path, String stamp, String digest) {

	/** Of a file whose content is looked at by nothing but the JVM. */
	public static final String NO_DIGEST = "-";

	/** Of a file that is not there, and must not be. */
	public static final String ABSENT = "absent";

	private static final String ATTRIBUTES = "unix:isDirectory,size,ino,uid,mode,lastModifiedTime,ctime";

	/**
	 * Look at a file.
	 * @param path the file; links are followed
	 * @return its stamp
	 * @throws IOException if there is none
	 */
	public static String of(Path path) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(path, ATTRIBUTES);
		if (Boolean.TRUE.equals(attributes.get("isDirectory"))) {
			return jars(path);
		}
		return attributes.get("size") + "," + attributes.get("ino") + "," + attributes.get("uid") + ","
				+ attributes.get("mode") + "," + nanos(attributes.get("lastModifiedTime")) + ","
				+ nanos(attributes.get("ctime"));
	}

	/**
	 * Of a directory that stands for its jars only these count, in the order in which the
	 * JVM finds them; there may be a log beside them.
	 */
	private static String jars(Path directory) throws IOException {
		String[] names = directory.toFile().list();
		if (names == null) {
			throw new IOException(directory + " cannot be read");
		}
		int count = 0;
		int hash = 0;
		for (String name : names) {
			if (name.endsWith(".jar") || name.endsWith(".JAR")) {
				count++;
				hash = 31 * hash + name.hashCode();
			}
		}
		return "jars," + count + "," + hash;
	}

	private static long nanos(Object time) {
		return ((FileTime) time).to(TimeUnit.NANOSECONDS);
	}

	/**
	 * Look at the file again.
	 * @return whether it is the same
	 */
	public boolean fits() {
		try {
			return of(this.path).equals(this.stamp);
		}
		catch (NoSuchFileException ex) {
			return this.stamp.equals(ABSENT);
		}
		catch (IOException ex) {
			return false;
		}
	}

}
