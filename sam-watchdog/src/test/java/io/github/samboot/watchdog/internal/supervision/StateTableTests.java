package io.github.samboot.watchdog.internal.supervision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds docs/state-table.md. A new event or state changes the page: whoever adds one has
 * to look at each of its cells, also the empty ones.
 */
@Tag("any-java")
class StateTableTests {

	private static final Path PAGE = Path.of("..", "docs", "state-table.md");

	private final StateTable table = new StateTable();

	@Test
	void pageShouldShowWhatTheRulesDo() throws IOException {
		String text = this.table.render();
		if (Boolean.getBoolean("sam.state-table.write")) {
			Files.writeString(PAGE, text);
		}
		assertThat(Files.readString(PAGE)).as("write it again with -Dsam.state-table.write=true").isEqualTo(text);
	}

	@Test
	void everyEventShouldBeInTheTable() {
		assertThat(this.table.eventClasses()).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
	}

	@Test
	void everyStateShouldBeInTheTable() {
		assertThat(this.table.stateClasses()).containsExactlyInAnyOrderElementsOf(leaves(LaneState.class));
	}

	private static List<Class<?>> leaves(Class<?> type) {
		if (!type.isSealed()) {
			return List.of(type);
		}
		return Stream.of(type.getPermittedSubclasses()).flatMap((sub) -> leaves(sub).stream()).distinct().toList();
	}

}
