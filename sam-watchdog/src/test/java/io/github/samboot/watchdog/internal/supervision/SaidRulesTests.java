package io.github.samboot.watchdog.internal.supervision;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every decision is said once, with the words that tell it from others.
 */
@Tag("any-java")
class SaidRulesTests {

	private static final boolean INFO = false;

	private static final boolean WARN = true;

	private static final SamOptions HOT = Story.restart()
		.standby("hot")
		.startupTimeout(Duration.ofMinutes(1))
		.incidents(null, 20)
		.build();

	private static void assertSays(Story story, boolean isWarning, String... words) {
		List<Effect.Say> said = story.effects(Effect.Say.class);
		assertThat(said).filteredOn((say) -> say.isWarning() == isWarning)
			.anySatisfy((say) -> assertThat(say.text()).contains(words));
		story.then();
	}

	private static Story ready() {
		return Story.running(HOT).withSpareReady().then();
	}

	@Test
	void waitForQuorumShouldBeSaid() {
		SamOptions options = Story.quorumRestart()
			.restartLimits(new RestartLimits(-1, Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofSeconds(4)))
			.build();
		Story story = Story.registered(options).happens(Story.notQuorate()).then().starts();
		assertSays(story, INFO, "waits until this node is quorate");
		story.happens(Story.quorate());
		assertThat(story.said()).contains("members 1, 2, 3", "continues.");
		assertSays(story, INFO, "is quorate");
		story.happens(Story.notQuorate()).exits(143).then().comesUp().then().happens(Story.quorate());
		assertSays(story, INFO, "is quorate", "continues in ");
		Story givenUp = Story.registered(Story.quorumRestart().build()).happens(Story.notQuorate()).starts().then();
		givenUp.happens(new Event.Stop(9));
		assertSays(givenUp, INFO, "no longer waits for quorum");
	}

	@Test
	void endOfAnInstanceShouldBeSaid() {
		assertSays(Story.registered(HOT).then().exits(3), WARN, "ended with exit code 3 before start-up finished");
		assertSays(Story.running().then().exits(0), INFO, "ended with exit code 0; the watchdog exits too");
		assertSays(Story.running().then().exits(3), WARN, "ended with exit code 3 (process-exit)",
				"starting instance 1");
		Story sick = Story.running().happens(new Event.Unhealthy("sick")).then().isKilledBySigkill();
		assertSays(sick, WARN, "ended with SIGKILL after unhealthy (sick)");
		Story adopted = Story.adopted(HOT).then().exits(-1);
		assertSays(adopted, WARN, "ended with unknown");
		assertThat(adopted.supervision().history().incidents().get(0).message()).contains("exit code is unknown");
	}

	@Test
	void failureShouldBeSaid() {
		Story killed = Story.running(Story.restart().warnSignal(Signal.SIGKILL).build()).then();
		assertSays(killed.happens(new Event.Unhealthy("sick")), WARN, "sick. Sending SIGKILL.");
		Story warned = Story.running().then().happens(new Event.Unhealthy("sick"));
		assertSays(warned, WARN, "sick. Sending SIGTERM; SIGKILL in ");
		assertSays(warned.after(Duration.ofSeconds(10)), WARN, "still exists after the grace period");
		Story again = Story.running(Story.restart().warnSignal(Signal.SIGUSR1).build()).after(Story.INTERVAL).then();
		assertSays(again.afterMillis(100).happens(new Event.Beat()), WARN, "SIGKILL is cancelled");
	}

	@Test
	void comingUpShouldBeSaid() {
		assertSays(Story.registered(HOT).then().starts(), INFO, "is supervised: recovery policy restart");
		assertSays(Story.running().exits(1).then().comesUp(), INFO, "is up", "after process-exit");
	}

	@Test
	void stopShouldBeSaid() {
		Story closing = Story.running(Story.restart().shutdownTimeout(Duration.ofSeconds(20)).build());
		closing.then().happens(new Event.StopRequested(Signal.SIGTERM));
		assertSays(closing, INFO, "Received SIGTERM: stopping instance 0", "SIGKILL if it has not ended in ");
		assertSays(closing.after(Duration.ofSeconds(21)), WARN, "has not ended within the shutdown timeout");
		assertSays(closing.after(Duration.ofSeconds(40)), WARN, "has not ended after SIGKILL");
		Story off = Story.running().then().happens(new Event.Stop(5));
		assertSays(off, INFO, "switched supervision off");
		Story declined = Story.running().happens(new Event.Decline(5, "no")).then();
		declined.happens(new Event.StopRequested(Signal.SIGTERM));
		assertThat(declined.said()).contains("stopping instance 0").doesNotContain("SIGKILL");
		Story none = Story.running().withoutProcesses().exits(9).then();
		assertSays(none.happens(new Event.StopRequested(Signal.SIGTERM)), INFO, "no instance is running");
	}

	@Test
	void promotionShouldBeSaid() {
		assertSays(Story.running(HOT).withSpareReady(), INFO, "The spare (pid 101) is ready to be promoted");
		assertSays(ready().exits(1), WARN, "the spare (pid 101) is promoted to instance 1 now");
		assertSays(Story.running(HOT).beatsThrough(Duration.ofSeconds(11)).exits(1), WARN,
				"the spare (pid 101) continues its start as instance 1 now");
	}

	@Test
	void endOfASpareShouldBeSaid() {
		Story story = ready().happens(new Event.Exited(Lane.SPARE, new ExitStatus(1)));
		assertSays(story, WARN, "ended with exit code 1", "another one is started in", "is not affected");
		story.withSpareReady().then().happens(new Event.Exited(Lane.SPARE, new ExitStatus(1)));
		// no longer news
		assertSays(story, INFO, "ended with exit code 1");
		Story starting = Story.running(HOT).beatsThrough(Duration.ofSeconds(9)).withoutProcesses().then();
		assertSays(starting.beatsThrough(Duration.ofSeconds(2)), WARN, "No spare could be started", "started in 5 s");
		Story stuck = ready().happens(new Event.SpareUnusable("stale", true));
		assertSays(stuck, INFO, "is refreshed: stale");
		assertSays(stuck.beatsThrough(Duration.ofSeconds(7)), WARN, "still exists after SIGKILL", "no other spare");
		Story ending = ready().exits(0).then().after(Duration.ofSeconds(12));
		assertSays(ending, WARN, "still exists after SIGKILL", "exits without waiting");
	}

	@Test
	void replacementShouldBeSaid() {
		Story story = Story.running(HOT).then().happens(new Event.Replace(77, "please"));
		assertSays(story, INFO, "is to be replaced (please)");
		assertSays(story.beats().afterMillis(1).happens(new Event.Replace(78, "again")), WARN, "(again) is refused");
		assertSays(story.withReplacementReady(), INFO, "is asked to end", "is to replace it");
		assertSays(story.exits(143), INFO, "to be replaced", "is promoted to instance 1 now");
		Story failing = Story.running(HOT).happens(new Event.Replace(77, "please")).beats().afterMillis(1).then();
		assertSays(failing.happens(new Event.SpareUnusable("stale", true)), WARN, "has failed: stale");
		Story stopping = Story.running(HOT).happens(new Event.Replace(77, "please")).beats().afterMillis(1).then();
		stopping.happens(new Event.Stop(9)).withReplacementReady();
		assertSays(stopping, WARN, "planned replacement is given up");
	}

}
