package io.github.samboot.boot.internal.launch;

import java.net.URI;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A place inside an executable jar or war, as the URLs of Boot's loader name it:
 * {@code jar:nested:/app.jar/!BOOT-INF/lib/x.jar!/}.
 *
 * @param archive the jar or war on disk
 * @param entry the entry in it, with a slash at the end if it is a directory
 */
record NestedLocation(Path archive, String entry) {

	private static final String PREFIX = "jar:nested:";

	/**
	 * Parse a URL.
	 * @param url the URL
	 * @return the place, {@code null} if the URL is of another kind
	 */
	static @Nullable NestedLocation parse(String url) {
		int separator = url.indexOf("/!");
		if (!url.startsWith(PREFIX) || separator < 0) {
			return null;
		}
		int end = url.indexOf("!/", separator + 2);
		String entry = url.substring(separator + 2, (end >= 0) ? end : url.length());
		return new NestedLocation(Path.of(URI.create("file:" + url.substring(PREFIX.length(), separator))), entry);
	}

}
