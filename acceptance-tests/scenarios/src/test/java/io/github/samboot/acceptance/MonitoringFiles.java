package io.github.samboot.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import org.yaml.snakeyaml.Yaml;

/**
 * What the files for Prometheus and Grafana expect of the application.
 */
final class MonitoringFiles {

	static final Path DIRECTORY = Path.of("../../monitoring").toAbsolutePath().normalize();

	static final Path RULES = DIRECTORY.resolve("sam-alerts.yml");

	private static final Path DASHBOARD = DIRECTORY.resolve("sam-dashboard.json");

	/** What Prometheus adds to each series. */
	private static final Set<String> TARGET_LABELS = Set.of("job", "instance");

	private static final Pattern SELECTOR = Pattern.compile("\\b(sam_[a-z_]+)(?:\\{([^}]*)})?");

	private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

	private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without)\\s*\\(([^)]*)\\)");

	private static final Pattern TEMPLATE = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?([a-z_]+)\\s*}}");

	private static final Pattern SERIES = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? \\S+$");

	private MonitoringFiles() {
	}

	/**
	 * Read the queries of both files.
	 * @return the texts for people that show their labels, by query
	 */
	static Map<String, String> queries() {
		Map<String, String> queries = new LinkedHashMap<>();
		for (Map<String, Object> target : JsonPath.<List<Map<String, Object>>>read(text(DASHBOARD), "$..targets[*]")) {
			queries.put((String) target.get("expr"), (String) target.get("legendFormat"));
		}
		for (Map<String, Object> event : JsonPath.<List<Map<String, Object>>>read(text(DASHBOARD),
				"$.annotations.list[*]")) {
			queries.put((String) event.get("expr"), (String) event.get("titleFormat"));
		}
		JsonPath.<List<String>>read(text(DASHBOARD), "$.templating.list[?(@.type=='query')].query")
			.forEach((query) -> queries.put(query, ""));
		for (Map<String, Object> rule : JsonPath.<List<Map<String, Object>>>read((Object) new Yaml().load(text(RULES)),
				"$.groups[*].rules[*]")) {
			queries.put((String) rule.get("expr"), String.valueOf(rule.get("annotations")));
		}
		return queries;
	}

	/**
	 * Look for what a query needs and an application does not export.
	 * @param query the query
	 * @param texts the texts that show its labels
	 * @param exported all that an application exports
	 * @return what is missing
	 */
	static List<String> missing(String query, String texts, String exported) {
		List<String> missing = new ArrayList<>();
		Set<String> labels = new LinkedHashSet<>(TARGET_LABELS);
		for (MatchResult selector : all(SELECTOR, query)) {
			List<Map<String, String>> series = series(selector.group(1), exported);
			series.forEach((one) -> labels.addAll(one.keySet()));
			if (series.isEmpty()) {
				missing.add(selector.group(1));
			}
			for (MatchResult matcher : all(MATCHER, (selector.group(2) != null) ? selector.group(2) : "")) {
				String label = matcher.group(1);
				boolean isThere = TARGET_LABELS.contains(label) || series.stream()
					.anyMatch((one) -> matcher.group(2).equals("=") ? matcher.group(3).equals(one.get(label))
							: one.containsKey(label));
				if (!isThere) {
					missing.add(selector.group(1) + "{" + matcher.group() + "}");
				}
			}
		}
		all(TEMPLATE, texts).stream()
			.map((label) -> label.group(1))
			.filter((label) -> !labels.contains(label))
			.forEach((label) -> missing.add("{{" + label + "}}"));
		all(GROUPING, query).stream()
			.flatMap((group) -> Arrays.stream(group.group(1).split(",")))
			.map(String::strip)
			.filter((label) -> !labels.contains(label))
			.forEach((label) -> missing.add("label " + label));
		return missing;
	}

	private static List<Map<String, String>> series(String name, String exported) {
		List<Map<String, String>> series = new ArrayList<>();
		for (MatchResult line : all(SERIES, exported)) {
			if (line.group(1).equals(name)) {
				Map<String, String> labels = new LinkedHashMap<>();
				all(MATCHER, (line.group(2) != null) ? line.group(2) : "")
					.forEach((label) -> labels.put(label.group(1), label.group(3)));
				series.add(labels);
			}
		}
		return series;
	}

	private static List<MatchResult> all(Pattern pattern, String text) {
		return pattern.matcher(text).results().toList();
	}

	private static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
