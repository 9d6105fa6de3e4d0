package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A look at a configuration file without parsing it: may it set what has to be known
 * before there is a watchdog? A wrong yes costs a little start-up time, a wrong no costs
 * the user's setting; so whatever is not plain counts as a yes.
 *
 * @param concernsLaunch whether it may set {@code sam.enabled} or one of the properties
 * that the start of a watchdog needs
 * @param localImport whether it imports further local configuration
 * @param remoteImport whether it imports configuration from elsewhere
 * @param switchedOn what is plainly {@code true}, once and for all profiles: one of
 * {@link #HOLD} and {@link #FAST_START}
 */
record ConfigText(boolean concernsLaunch, boolean localImport, boolean remoteImport, Set<String> switchedOn) {

	static final String HOLD = "sam.connections.hold";

	static final String FAST_START = "sam.faststart.enabled";

	static final ConfigText NOTHING = new ConfigText(false, false, false);

	/** It cannot be told what it sets. */
	static final ConfigText UNREADABLE = new ConfigText(true, false, false);

	private static final String IMPORT = "spring.config.import";

	/** Schemes of imports that need no network. */
	private static final Set<String> LOCAL = Set.of("optional", "file", "classpath", "classpath*", "configtree", "env",
			"base64");

	/** Of all profiles, in one document. */
	private static final Pattern PLAIN_FILE = Pattern.compile("(?:config/)?application\\.[a-z]+");

	/** Further documents, {@code spring.config.activate}, and what may spell it. */
	private static final Pattern CONDITION = Pattern.compile("---|(?m:^\\.\\.\\.)|(?i:activate)|\\\\");

	private static final Pattern GROUP = Pattern.compile("sam(\\.(watchdog|connections|faststart))?");

	/** What the properties begin with that are needed for the launch, and aliases. */
	private static final Pattern LAUNCH = Pattern
		.compile("sam\\.(<<|enabled\\z|watchdog\\.(<<|mode|javaoptions|rundirectory)"
				+ "|connections\\.(<<|hold)|faststart\\.(<<|enabled|directory))");

	ConfigText(boolean concernsLaunch, boolean localImport, boolean remoteImport) {
		this(concernsLaunch, localImport, remoteImport, Set.of());
	}

	/**
	 * Look at a file.
	 * @param fileName its name
	 * @param text its text
	 * @return what it says
	 */
	static ConfigText look(String fileName, String text) {
		if (!text.toLowerCase(Locale.ROOT).contains("sam") && !text.contains("import") && !text.contains("\\u")) {
			return NOTHING;
		}
		Findings findings = new Findings(PLAIN_FILE.matcher(fileName).matches() && !CONDITION.matcher(text).find());
		if (fileName.endsWith(".properties")) {
			return lookAtProperties(text, findings);
		}
		return fileName.endsWith(".xml") ? lookAtFlow(text) : lookAtYaml(text, findings);
	}

	/**
	 * Look at JSON, XML or YAML in one line.
	 * @param text the text
	 * @return what it says
	 */
	static ConfigText lookAtFlow(String text) {
		String plain = plain(text);
		boolean concerned = plain.contains("sam") && (plain.contains("enabled") || plain.contains("watchdog")
				|| plain.contains("connections") || plain.contains("faststart"));
		boolean config = plain.contains("config") && plain.contains("import");
		boolean remote = config && isRemote(text);
		return new ConfigText(concerned, config && !remote, remote);
	}

	/**
	 * Look at the value of {@code spring.config.import}.
	 * @param value the value
	 * @return what it means
	 */
	static ConfigText lookAtImport(String value) {
		boolean remote = isRemote(value);
		return new ConfigText(false, !remote && !value.isBlank(), remote);
	}

	ConfigText and(ConfigText other) {
		Set<String> all = new HashSet<>(this.switchedOn);
		// what is said twice is not plain
		boolean isPlain = Collections.disjoint(all, other.switchedOn);
		all.addAll(other.switchedOn);
		return new ConfigText(this.concernsLaunch || other.concernsLaunch || !isPlain,
				this.localImport || other.localImport, this.remoteImport || other.remoteImport, all);
	}

	private static ConfigText lookAtProperties(String text, Findings findings) {
		try {
			// sees every line, where a map keeps the last of equal ones
			new Properties() {

				@Override
				public synchronized @Nullable Object put(Object key, Object value) {
					findings.add(plain((String) key), (String) value);
					return null;
				}

			}.load(new StringReader(text));
		}
		catch (IOException | IllegalArgumentException ex) {
			return UNREADABLE;
		}
		return findings.result;
	}

	private static ConfigText lookAtYaml(String text, Findings findings) {
		Deque<Key> path = new ArrayDeque<>();
		for (String line : text.split("\\R")) {
			String content = withoutComment(line).strip();
			if (content.isEmpty()) {
				continue;
			}
			int indent = line.indexOf(content.charAt(0));
			if (content.startsWith("- ") || content.equals("-") || content.startsWith("?") || content.startsWith("{")
					|| keyEnd(content) < 0) {
				String parent = path(path);
				findings.add(parent, content);
				if (parent.isEmpty()) {
					findings.merge(content.startsWith("?") ? UNREADABLE : lookAtFlow(content));
				}
				continue;
			}
			while (!path.isEmpty() && path.peekLast().indent >= indent) {
				path.removeLast();
			}
			int end = keyEnd(content);
			path.addLast(new Key(indent, plain(content.substring(0, end))));
			findings.add(path(path), content.substring(end + 1).strip());
		}
		return findings.result;
	}

	private static int keyEnd(String content) {
		int start = 0;
		if (content.charAt(0) == '"' || content.charAt(0) == '\'') {
			start = content.indexOf(content.charAt(0), 1) + 1;
		}
		for (int i = content.indexOf(':', start); i >= 0; i = content.indexOf(':', i + 1)) {
			if (i + 1 == content.length() || Character.isWhitespace(content.charAt(i + 1))) {
				return i;
			}
		}
		return -1;
	}

	private static String withoutComment(String line) {
		if (line.stripLeading().startsWith("#") || line.startsWith("---")) {
			return "";
		}
		int comment = line.indexOf(" #");
		return (comment >= 0) ? line.substring(0, comment) : line;
	}

	private static String path(Deque<Key> keys) {
		return keys.stream().map(Key::name).collect(Collectors.joining("."));
	}

	/** Relaxed binding: case, dashes, underscores and quotes do not matter. */
	private static String plain(String name) {
		StringBuilder plain = new StringBuilder(name.length());
		for (int i = 0; i < name.length(); i++) {
			char character = name.charAt(i);
			if ("-_\"' []".indexOf(character) < 0) {
				plain.append(Character.toLowerCase(character));
			}
		}
		return plain.toString();
	}

	private static boolean isRemote(String imports) {
		for (String part : imports.split("[\\s,;\"'\\[\\]{}$]+")) {
			int start = 0;
			for (int colon = part.indexOf(':'); colon >= 0; colon = part.indexOf(':', start)) {
				if (isRemoteScheme(part.substring(start, colon))) {
					return true;
				}
				start = colon + 1;
			}
		}
		return false;
	}

	private static boolean isRemoteScheme(String scheme) {
		return scheme.matches("\\p{Ll}[\\p{L}\\p{Nd}+-]+") && !LOCAL.contains(scheme);
	}

	private record Key(int indent, String name) {

	}

	private static final class Findings {

		private final boolean isPlainFile;

		private ConfigText result = NOTHING;

		Findings(boolean isPlainFile) {
			this.isPlainFile = isPlainFile;
		}

		void add(String path, String value) {
			if (path.startsWith(IMPORT)) {
				merge(lookAtImport(value));
			}
			else if (this.isPlainFile && value.equals("true") && (path.equals(HOLD) || path.equals(FAST_START))) {
				merge(new ConfigText(false, false, false, Set.of(path)));
			}
			else if (concernsLaunch(path, value)) {
				merge(UNREADABLE);
			}
			else if (!value.isEmpty() && IMPORT.startsWith(path + ".")
					&& (value.charAt(0) == '{' || value.charAt(0) == '*')) {
				merge(lookAtFlow("config " + value));
			}
		}

		private static boolean concernsLaunch(String path, String value) {
			// {…}, *alias or &anchor instead of nested lines
			return GROUP.matcher(path).matches() ? !value.isEmpty() : LAUNCH.matcher(path).lookingAt();
		}

		void merge(ConfigText other) {
			this.result = this.result.and(other);
		}

	}

}
