package io.github.samboot.boot.internal.progress;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;

import io.github.samboot.test.BoundedProcess;
import io.github.samboot.test.JavaProgram;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExecutorProbe}.
 */
class ExecutorProbeTests {

	@Test
	void carriersShouldBeKnownWhateverPoolsTheApplicationHasMadeBefore() {
		String path = System.getProperty("java.class.path");
		String expected = (Runtime.version().feature() < 21) ? "no virtual threads" : "false true";
		assertThat(BoundedProcess.runSuccessfully(JavaProgram.JAVA, "-cp", path, Pools.class.getName()))
			.isEqualTo(expected);
	}

	/** What it prints counts. */
	static final class Pools {

		private Pools() {
		}

		public static void main(String[] args) throws InterruptedException {
			if (Runtime.version().feature() < 21) {
				System.out.print("no virtual threads");
				return;
			}
			new ForkJoinPool(1).submit(() -> {
			}).join();
			Map<Object, WatchedExecutor> found = new HashMap<>();
			new CarrierThreads().find(found);
			WatchedExecutor carriers = found.values().iterator().next();
			carriers.waiting().getAsInt();
			while (carriers.completed().getAsLong() == 0) {
				Thread.onSpinWait();
			}
			System.out.print(String.join(" ",
					List.of("ForkJoinPool-1-worker-1", "ForkJoinPool-2-worker-1")
						.stream()
						.map((name) -> String.valueOf(carriers.threads().test(name)))
						.toList()));
		}

	}

}
