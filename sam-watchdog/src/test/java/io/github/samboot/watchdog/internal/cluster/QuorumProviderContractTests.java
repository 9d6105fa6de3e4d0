package io.github.samboot.watchdog.internal.cluster;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link QuorumProvider} must do. A subclass brings the provider and moves its
 * source, which begins quorate before every test.
 */
abstract class QuorumProviderContractTests {

	/** What "at once" may take on a busy machine. */
	private static final Duration AT_ONCE = Duration.ofSeconds(1);

	private final RecordingListener listener = new RecordingListener();

	private QuorumProvider provider;

	/** Create a provider for the source; not started. */
	abstract QuorumProvider provider();

	/** Make the source say that this node is quorate. */
	abstract void giveQuorum();

	/** Make the source say that this node is not quorate. */
	abstract void takeQuorum();

	/** Make the source disappear. */
	abstract void breakSource();

	/** Bring the source back. */
	abstract void mendSource();

	/** The number of threads, connections or descriptors the providers hold now. */
	abstract int held();

	int rounds() {
		return 20;
	}

	private void start() {
		this.provider = provider();
		this.provider.start(this.listener);
	}

	@AfterEach
	void closeProvider() {
		if (this.provider != null) {
			this.provider.close();
		}
	}

	@Test
	void startShouldTellTheFirstAnswer() {
		start();
		assertThat(this.listener.next()).startsWith("quorate [1");
	}

	@Test
	void startWhenNotQuorateShouldTellThat() {
		takeQuorum();
		start();
		assertThat(this.listener.next()).startsWith("not quorate [");
	}

	@Test
	void startWithoutSourceShouldReturnAtOnceAndTellTheProblem() {
		breakSource();
		long begin = System.nanoTime();
		start();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
		assertThat(this.listener.next()).matches("unavailable [A-Z_]+: .{20,}").doesNotContain("unavailable OK");
	}

	@Test
	void lossAndGainShouldBeTold() {
		start();
		assertThat(this.listener.next()).startsWith("quorate [");
		takeQuorum();
		assertThat(this.listener.next()).startsWith("not quorate [");
		giveQuorum();
		assertThat(this.listener.next()).startsWith("quorate [");
	}

	@Test
	void sourceThatGoesAwayShouldBeToldAtOnce() {
		start();
		assertThat(this.listener.next()).startsWith("quorate [");
		breakSource();
		long begin = System.nanoTime();
		assertThat(this.listener.next()).startsWith("unavailable ");
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
	}

	@Test
	void sourceThatComesBackShouldBeToldEvenWithTheSameAnswer() {
		start();
		String answer = this.listener.next();
		breakSource();
		assertThat(this.listener.next()).startsWith("unavailable ");
		mendSource();
		assertThat(this.listener.next()).isEqualTo(answer);
	}

	@Test
	void sourceThatAppearsAfterStartShouldBeTold() {
		breakSource();
		start();
		assertThat(this.listener.next()).startsWith("unavailable ");
		mendSource();
		assertThat(this.listener.next()).startsWith("quorate [");
	}

	@Test
	void sourceThatComesAndGoesShouldBeFollowedAndNothingLeak() {
		start();
		assertThat(this.listener.next()).startsWith("quorate [");
		breakSource();
		assertThat(this.listener.next()).startsWith("unavailable ");
		mendSource();
		assertThat(this.listener.next()).startsWith("quorate [");
		int before = held();
		for (int i = 0; i < rounds(); i++) {
			breakSource();
			assertThat(this.listener.next()).startsWith("unavailable ");
			mendSource();
			assertThat(this.listener.next()).startsWith("quorate [");
		}
		assertThat(held()).isEqualTo(before);
		assertThat(this.listener.heard()).isEmpty();
	}

	@Test
	void closeShouldEndTheCallsAndLetGo() {
		RecordingListener raw = new RecordingListener();
		QuorumProvider provider = provider();
		provider.start(raw);
		assertThat(raw.next()).startsWith("quorate [");
		provider.close();
		int heard = raw.heard().size();
		takeQuorum();
		breakSource();
		assertThat(raw.heard()).hasSize(heard);
		assertThat(held()).isZero();
		provider.close();
	}

	@Test
	void closeWhileTheSourceIsAwayShouldReturnSoon() {
		breakSource();
		start();
		assertThat(this.listener.next()).startsWith("unavailable ");
		long begin = System.nanoTime();
		this.provider.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
		assertThat(held()).isZero();
	}

	@Test
	void closeWithoutStartShouldDoNothing() {
		provider().close();
		assertThat(held()).isZero();
	}

}
