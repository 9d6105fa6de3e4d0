package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.samboot.acceptance.Campaign.Count;
import io.github.samboot.acceptance.CampaignAction.Kind;

import org.springframework.util.FileSystemUtils;

/**
 * A long campaign, that prints its result as a table of the documentation.
 */
final class CampaignProgram {

	private static final List<String> MODES = List.of("parent", "sidecar", "external");

	private static final List<String> STANDBYS = List.of("none", "hot", "warm");

	private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);

	private final List<String> violations = new ArrayList<>();

	private final List<String> excuses = new ArrayList<>();

	private final StringBuilder campaigns = new StringBuilder();

	private final Path prepared;

	private int launches;

	private int instances;

	private int watchdogs;

	CampaignProgram(Path directory) {
		this.prepared = directory.resolve("prepared");
		Campaign.prepare(this.prepared);
	}

	/**
	 * Run a campaign.
	 * @param args the first seed, the number of seeds, the number of actions of each
	 */
	public static void main(String[] args) throws IOException {
		long first = Long.parseLong(args[0]);
		Path directory = Files.createTempDirectory("prepared-");
		Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(directory.toFile())));
		CampaignProgram program = new CampaignProgram(directory);
		for (long seed = first; seed < first + Long.parseLong(args[1]); seed++) {
			program.run(seed, Integer.parseInt(args[2]), Duration.ofDays(1));
			System.out.println(program.table());
		}
		System.exit(program.violations.isEmpty() ? 0 : 1);
	}

	void run(long seed, int actions, Duration atMost) {
		String mode = MODES.get((int) (seed % MODES.size()));
		String standby = STANDBYS.get((int) (seed / MODES.size() % STANDBYS.size()));
		System.out.println("Campaign with seed " + seed + ": " + mode + " mode, standby " + standby);
		try (Campaign campaign = new Campaign(seed, mode, standby, this.prepared)) {
			campaign.run(CampaignAction.choose(seed, actions, !standby.equals("none"), Campaign.IN_CLUSTER), atMost);
			campaign.counts()
				.forEach((kind, count) -> this.counts.computeIfAbsent(kind, (any) -> new Count()).add(count));
			this.violations.addAll(campaign.reports());
			this.excuses.addAll(campaign.witness().excuses());
			this.launches += campaign.launches();
			this.instances += campaign.witness().instances();
			this.watchdogs += campaign.watchdogs();
			this.campaigns.append("| %d | %s | %s | %d | %d | %d | %d | %d |\n".formatted(seed, mode, standby,
					campaign.counts().values().stream().mapToInt(Count::tried).sum(), campaign.launches(),
					campaign.witness().instances(), campaign.watchdogs(), campaign.reports().size()));
		}
	}

	List<String> violations() {
		return this.violations;
	}

	String table() {
		StringBuilder table = new StringBuilder();
		table.append("| seed | mode | standby | actions | launches | instances | watchdogs | lost |\n");
		table.append("|---|---|---|---|---|---|---|---|\n").append(this.campaigns).append('\n');
		table.append("| action | tried | held | lost | not possible at that moment |\n|---|---|---|---|---|\n");
		Count all = new Count();
		this.counts.forEach((kind, count) -> {
			table.append("| %s | %d | %d | %d | %d |\n".formatted(kind, count.tried(), count.tried() - count.lost(),
					count.lost(), count.impossible()));
			all.add(count);
		});
		table.append("| all | %d | %d | %d | %d |\n\n".formatted(all.tried(), all.tried() - all.lost(), all.lost(),
				all.impossible()));
		table.append("%d launches, %d instances, %d watchdogs; excused as the machine did not run: %s\n"
			.formatted(this.launches, this.instances, this.watchdogs, this.excuses));
		return table.toString();
	}

}
