package io.github.samboot.acceptance;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A witness that misses what must never be would make every campaign a success.
 */
class WitnessTests {

	private final Set<Long> gone = new HashSet<>();

	private final Witness witness = new Witness(this.gone::contains);

	private long now = 1;

	private void look() {
		this.now += Duration.ofMillis(50).toNanos();
		this.witness.look(this.now);
	}

	private void end(long pid) {
		this.gone.add(pid);
		look();
	}

	@Test
	void recoveriesShouldBeNoViolation() {
		this.witness.read("registered 100 0 alone ");
		this.witness.read("stored 100 ");
		this.witness.read("up 100 ");
		look();
		assertThat(this.witness.isUp(100)).isTrue();
		this.witness.explain(100);
		end(100);
		assertThat(this.witness.active()).isEmpty();
		// one start in between failed
		this.witness.read("registered 200 2 alone 100");
		this.witness.read("closing 200 ");
		this.witness.allMayEnd(true);
		end(200);
		this.witness.launched();
		this.witness.read("registered 300 0 alone ");
		look();
		assertThat(this.witness.active()).hasValue(300);
		assertThat(this.witness.instances()).isEqualTo(3);
		assertThat(this.witness.takeViolations()).isEmpty();
	}

	@Test
	void lockThatIsHeldShouldBeAViolation() {
		this.witness.read("registered 100 0 alone ");
		this.witness.read("registered 200 1 beside 100");
		assertThat(this.witness.takeViolations()).singleElement()
			.asString()
			.contains("instance 1 (200) came past register while another one had the lock: [0 (100)]");
		assertThat(this.witness.takeViolations()).isEmpty();
	}

	@Test
	void twoInstancesAtOneTimeShouldBeAViolation() {
		this.witness.read("registered 100 0 alone ");
		this.witness.read("registered 200 1 alone 100");
		look();
		assertThat(this.witness.takeViolations()).containsExactly("instances at one time: [0 (100), 1 (200)]");
	}

	/**
	 * Also one that a launch has left behind.
	 */
	@Test
	void instanceOfTheLastLaunchShouldCountToo() {
		this.witness.read("registered 100 0 alone ");
		this.witness.launched();
		this.witness.read("registered 200 0 alone ");
		look();
		assertThat(this.witness.takeViolations()).hasSize(1);
	}

	@Test
	void endToWhichNothingLedShouldBeAViolation() {
		this.witness.read("registered 100 0 alone ");
		look();
		this.witness.explain(200);
		end(100);
		assertThat(this.witness.takeViolations())
			.containsExactly("instance 0 (100) has ended, and nothing was done to it");
		look();
		assertThat(this.witness.takeViolations()).isEmpty();
	}

	@Test
	void endOnAMachineThatDoesNotRunShouldBeTold() {
		this.witness.read("registered 100 0 alone ");
		look();
		this.now += Duration.ofMillis(400).toNanos();
		look();
		end(100);
		assertThat(this.witness.takeViolations()).isEmpty();
		assertThat(this.witness.excuses()).hasSize(1);
	}

	@Test
	void slowMachineShouldNotExcuseALaterEnd() {
		this.witness.read("registered 100 0 alone ");
		look();
		this.now += Duration.ofMillis(400).toNanos();
		look();
		for (int i = 0; i < 120; i++) {
			look();
		}
		end(100);
		assertThat(this.witness.takeViolations()).hasSize(1);
	}

	@Test
	void numberThatDoesNotGrowShouldBeAViolation() {
		this.witness.read("registered 100 3 alone ");
		this.witness.explain(100);
		end(100);
		this.witness.read("registered 200 3 alone 100");
		assertThat(this.witness.takeViolations()).containsExactly("instance 3 (200) follows instance 3");
	}

	@Test
	void lostDataShouldBeAViolation() {
		this.witness.read("registered 100 0 alone ");
		this.witness.read("stored 100 ");
		this.witness.explain(100);
		end(100);
		this.witness.read("registered 200 1 alone ");
		assertThat(this.witness.takeViolations()).containsExactly("instance 1 (200) got the data [], not one of [100]");
	}

	@Test
	void dataThatNoOtherProcessCouldKnowMayBeLostOnce() {
		this.witness.read("registered 100 0 alone ");
		this.witness.read("stored 100 ");
		this.witness.dataMayBeLost();
		this.witness.explain(100);
		end(100);
		this.witness.read("registered 200 1 alone ");
		this.witness.read("stored 200 ");
		assertThat(this.witness.takeViolations()).isEmpty();
		this.witness.explain(200);
		end(200);
		this.witness.read("registered 300 2 alone ");
		assertThat(this.witness.takeViolations()).hasSize(1);
	}

	@Test
	void unsavedDataShouldLeaveTheLastOnes() {
		this.witness.read("registered 100 0 alone ");
		this.witness.read("stored 100 ");
		this.witness.explain(100);
		end(100);
		this.witness.read("registered 200 1 alone 100");
		this.witness.read("unsaved 200 LIBRARY");
		this.witness.explain(200);
		end(200);
		this.witness.read("registered 300 2 alone 100");
		assertThat(this.witness.takeViolations()).isEmpty();
	}

}
