package io.github.samboot.benchmarks;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.FrameDecoder;
import io.github.samboot.core.internal.wire.MalformedFrameException;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.core.internal.wire.PayloadReader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the frames on the socket cost: INITIALIZE, a request, and the answer to STATUS
 * with three incidents. Encoding includes the payload, decoding as well.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameCodecBenchmark {

	private final SamOptions options = SamOptions.of(Duration.ofSeconds(10), RecoveryPolicy.RESTART);

	private final SamStatus status = new SamStatus(SupervisionState.RUNNING, 3, 4711, 4242, "parent",
			RecoveryPolicy.RESTART, Duration.ofSeconds(10), null, null, null, null, 1024, 0, Map.of(IncidentReason.PROCESS_EXIT, 3),
			Duration.ofSeconds(9),
			IntStream.range(0, 3)
				.mapToObj((id) -> new Incident(id, 4700 + id, IncidentReason.PROCESS_EXIT, "ended by SIGKILL",
						Instant.EPOCH, Instant.EPOCH.plusSeconds(3), Duration.ofSeconds(3), "SIGKILL"))
				.toList());

	private final ByteBuffer request = encodeRequest();

	private final ByteBuffer answer = encodeAnswer();

	private final FrameDecoder requests = new FrameDecoder(Frame.MAX_REQUEST_LENGTH);

	private final FrameDecoder answers = new FrameDecoder(Frame.MAX_ANSWER_LENGTH);

	/**
	 * Encode a request.
	 * @return its bytes
	 */
	@Benchmark
	public ByteBuffer encodeRequest() {
		return new Frame(MessageType.INITIALIZE, 2, Payload.options(this.options)).encode();
	}

	/**
	 * Decode a request.
	 * @return what it asks for
	 * @throws MalformedFrameException never
	 */
	@Benchmark
	public SamOptions decodeRequest() throws MalformedFrameException {
		return Payload.options(next(this.requests, this.request).payload());
	}

	/**
	 * Encode the answer to a question for the status.
	 * @return its bytes
	 */
	@Benchmark
	public ByteBuffer encodeAnswer() {
		return new Frame(MessageType.REPLY, 2, Payload.reply(CsError.OK, "", Payload.status(this.status))).encode();
	}

	/**
	 * Decode the answer to a question for the status.
	 * @return the status
	 * @throws MalformedFrameException never
	 */
	@Benchmark
	public SamStatus decodeAnswer() throws MalformedFrameException {
		PayloadReader in = new PayloadReader(next(this.answers, this.answer).payload());
		in.integer();
		in.text();
		return Payload.status(in);
	}

	private static Frame next(FrameDecoder decoder, ByteBuffer bytes) throws MalformedFrameException {
		decoder.feed(bytes.duplicate());
		Frame frame = decoder.next();
		if (frame == null) {
			throw new IllegalStateException("The frame is not complete");
		}
		return frame;
	}

}
