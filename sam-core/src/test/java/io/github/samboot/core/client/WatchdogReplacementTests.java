package io.github.samboot.core.client;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stories of watchdogs that die, and of others that do not take over.
 */
@Timeout(120)
class WatchdogReplacementTests implements SamListener {

	private final List<String> heard = new CopyOnWriteArrayList<>();

	/** How many sidecars were alive whenever another one was about to be started. */
	private final List<Long> aliveAtLaunch = new CopyOnWriteArrayList<>();

	@TempDir
	private Path directory;

	private ScriptedWatchdog watchdog;

	private ProcessSam sam;

	@BeforeEach
	void supervise() throws IOException {
		this.watchdog = ScriptedWatchdog.dying(this.directory);
		this.sam = new ProcessSam(this.watchdog.address());
		this.sam.addListener(this);
		this.sam.initialize(Duration.ofSeconds(10), RecoveryPolicy.RESTART);
		this.sam.register();
		this.sam.start();
	}

	@AfterEach
	void end() throws IOException {
		this.sam.stopping();
		this.watchdog.close();
		sidecars().forEach(ProcessHandle::destroyForcibly);
		ScriptedWatchdog.await("the sidecars to end", () -> sidecars().isEmpty());
	}

	@Override
	public void watchdogLost() {
		this.heard.add("lost");
	}

	@Override
	public void watchdogReplaced(long watchdogPid) {
		this.heard.add("replaced " + watchdogPid);
	}

	@Override
	public void watchdogReplacementFailed(String problem) {
		this.heard.add("failed");
	}

	private List<ProcessHandle> sidecars() {
		return ProcessHandle.current()
			.children()
			.filter((child) -> child.isAlive()
					&& child.info().commandLine().orElse("").contains(ScriptedWatchdog.class.getName()))
			.toList();
	}

	private void launch(String... script) {
		launch(() -> {
		}, script);
	}

	private void launch(Runnable meanwhile, String... script) {
		this.sam.replacementLauncher(() -> {
			this.aliveAtLaunch.add((long) sidecars().size());
			meanwhile.run();
			return new ArrayList<>(ScriptedWatchdog.command(script));
		});
	}

	private void await(String heard) {
		ScriptedWatchdog.await(heard + " to be heard, not " + this.heard,
				() -> this.heard.stream().anyMatch((one) -> one.startsWith(heard)));
	}

	@Test
	void sidecarThatDoesNotTakeOverShouldBeEndedBeforeTheNextOneIsStarted() throws IOException {
		launch("refuse=REGISTER:LIBRARY");
		this.watchdog.close();
		ScriptedWatchdog.await("the second attempt", () -> this.aliveAtLaunch.size() == 2);
		assertThat(this.aliveAtLaunch).containsExactly(0L, 0L);
		launch();
		await("replaced");
		assertThat(sidecars()).hasSize(1);
		assertThat(this.sam.connection()).isEqualTo(WatchdogConnection.CONNECTED);
	}

	@Test
	void sidecarOfAnotherReleaseShouldNotBeTriedAgain() throws IOException {
		launch("refuse=HELLO:VERSION");
		this.watchdog.close();
		await("failed");
		ScriptedWatchdog.await("the end of the attempts",
				() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().equals("sam-replacement")));
		assertThat(sidecars()).isEmpty();
		assertThat(this.aliveAtLaunch).hasSize(1);
		assertThat(this.sam.connection()).isEqualTo(WatchdogConnection.REPLACEMENT_FAILED);
	}

}
