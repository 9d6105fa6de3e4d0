package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link Supervision} tells the loop beside its effects.
 */
@Tag("any-java")
class SupervisionTests {

	private static final SamOptions LIMITED = Story.restart().startupTimeout(Duration.ofMinutes(1)).build();

	private static SamStatus status(Story story) {
		return story.supervision().status(1, "parent", null, 0, story.now());
	}

	@Test
	void endShouldBeTold() {
		assertThat(Story.running().supervision().isEnding()).isFalse();
		assertThat(Story.running().happens(new Event.StopRequested(Signal.SIGTERM)).supervision().isEnding()).isTrue();
		assertThat(Story.running().exits(0).supervision().isEnding()).isTrue();
	}

	@Test
	void deadlinesShouldBeTold() {
		assertThat(Story.registered(LIMITED).supervision().hasStartupDeadline()).isTrue();
		assertThat(Story.started().supervision().hasStartupDeadline()).isFalse();
		assertThat(Story.running(LIMITED).supervision().hasStartupDeadline()).isFalse();
		Story running = Story.running();
		assertThat(running.supervision().intervalEnd()).isEqualTo(running.now() + Story.INTERVAL.toNanos());
		assertThat(Story.started().supervision().intervalEnd()).isEqualTo(Phase.NEVER);
	}

	@Test
	void replacementShouldBeTold() {
		Story story = Story.running().happens(new Event.Replace(7, "please"));
		assertThat(story.supervision().isBeingReplaced()).isFalse();
		assertThat(story.withReplacementReady().supervision().isBeingReplaced()).isTrue();
	}

	@Test
	void quorumShouldBeTold() {
		assertThat(status(Story.running().happens(Story.quorate())).quorum()).isNull();
		Story story = Story.registered(Story.quorumRestart().build());
		assertThat(status(story).quorum()).isNull();
		assertThat(status(story.happens(Story.quorate())).quorum()).satisfies((quorum) -> {
			assertThat(quorum.quorate()).isTrue();
			assertThat(quorum.members()).isEqualTo(List.of(1L, 2L, 3L));
		});
	}

}
