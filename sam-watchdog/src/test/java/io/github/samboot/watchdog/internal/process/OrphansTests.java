package io.github.samboot.watchdog.internal.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.internal.process.KnownProcess;
import io.github.samboot.watchdog.internal.library.NativeCalls;
import io.github.samboot.watchdog.internal.library.NoNativeCalls;
import io.github.samboot.watchdog.internal.log.Log;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Orphans} of a process that never takes note of its children.
 */
@Timeout(240)
@EnabledOnOs(OS.LINUX)
class OrphansTests {

	private final List<Long> reaped = new ArrayList<>();

	private int loads;

	private Process parent;

	@AfterEach
	void endParent() throws InterruptedException {
		if (this.parent != null) {
			this.parent.destroyForcibly().waitFor();
		}
	}

	@Test
	void manyZombiesShouldBeReapedButNotThoseThatAreWaitedFor() throws Exception {
		List<Long> zombies = zombies(Orphans.MANY + 2);
		Orphans orphans = new Orphans(this.parent.pid(), this::load, new Log());
		List<Long> own = zombies.subList(0, 2);
		orphans.look(own);
		assertThat(this.reaped).as("the JDK may be about to take note").isEmpty();
		orphans.look(own);
		assertThat(this.reaped).containsExactlyInAnyOrderElementsOf(zombies.subList(2, zombies.size()));
		assertThat(this.loads).isOne();
	}

	@Test
	void fewZombiesShouldNotCostJna() throws Exception {
		zombies(Orphans.MANY - 1);
		Orphans orphans = new Orphans(this.parent.pid(), this::load, new Log());
		orphans.look(List.of());
		orphans.look(List.of());
		assertThat(this.loads).isZero();
		assertThat(this.reaped).isEmpty();
	}

	@Test
	void missingJnaShouldBeAskedForOnce() throws Exception {
		zombies(Orphans.MANY);
		Orphans orphans = new Orphans(this.parent.pid(), () -> {
			this.loads++;
			throw new SamException(CsError.LIBRARY, "JNA is missing");
		}, new Log());
		for (int i = 0; i < 4; i++) {
			orphans.look(List.of());
		}
		assertThat(this.loads).isOne();
	}

	private NativeCalls load() {
		this.loads++;
		return new NoNativeCalls() {

			@Override
			public int call(String library, String function, Object... arguments) {
				assertThat(function).isEqualTo("waitpid");
				OrphansTests.this.reaped.add(((Integer) arguments[0]).longValue());
				return (int) arguments[0];
			}

		};
	}

	/**
	 * Start a process with that many children, all of which have ended.
	 */
	private List<Long> zombies(int count) throws Exception {
		// sleep takes note of no child, and the shell would
		this.parent = new ProcessBuilder("/bin/sh", "-c",
				"i=0; while [ $i -lt " + count + " ]; do sleep 2 & i=$((i+1)); done; exec sleep 60")
			.start();
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		Path children = Path.of("/proc/" + this.parent.pid() + "/task/" + this.parent.pid() + "/children");
		while (true) {
			List<Long> zombies = new ArrayList<>();
			for (String child : Files.readString(children).trim().split(" ")) {
				if (!child.isEmpty() && KnownProcess.of(Long.parseLong(child)).state() == 'Z') {
					zombies.add(Long.valueOf(child));
				}
			}
			if (zombies.size() == count
					&& Files.readString(Path.of("/proc/" + this.parent.pid() + "/comm")).startsWith("sleep")) {
				return zombies;
			}
			assertThat(System.nanoTime()).as("%s of %s zombies", zombies.size(), count).isLessThan(end);
			Thread.onSpinWait();
		}
	}

}
