package io.github.samboot.boot.internal.progress;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WatchedExecutor}.
 */
class WatchedExecutorTests {

	@Test
	void threadsOfAnotherExecutorWhoseNamesOnlyBeginAlikeShouldNotCount() {
		WatchedExecutor executor = WatchedExecutor.of("test", () -> 0, () -> 0, "task-");
		assertThat(List.of("task-1", "task-12", "task-", "task-import-1", "task-1-2", "import-task-1"))
			.filteredOn(executor.threads())
			.containsExactly("task-1", "task-12");
	}

}
