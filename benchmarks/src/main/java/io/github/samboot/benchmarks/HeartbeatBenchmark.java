package io.github.samboot.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamState;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one heartbeat costs, beside the clock that it has to read anyway. Runs under a
 * real watchdog, without forks: see {@code heartbeat.sh}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 10, time = 1)
public class HeartbeatBenchmark {

	private final Sam sam = Sam.ofProcess();

	/**
	 * Come under supervision.
	 */
	@Setup
	public void start() {
		if (this.sam.state() == SamState.NOT_INITIALIZED) {
			this.sam.initialize(Duration.ZERO, RecoveryPolicy.QUIT);
			this.sam.register();
		}
		this.sam.start();
	}

	/**
	 * Leave supervision.
	 */
	@TearDown
	public void stop() {
		this.sam.stop();
	}

	/**
	 * Read the clock only.
	 * @return the time
	 */
	@Benchmark
	public long nanoTime() {
		return System.nanoTime();
	}

	/**
	 * Send a heartbeat.
	 */
	@Benchmark
	public void hcSend() {
		this.sam.hcSend();
	}

}
