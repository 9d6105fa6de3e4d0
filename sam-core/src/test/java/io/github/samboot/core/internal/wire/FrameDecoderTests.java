package io.github.samboot.core.internal.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FrameDecoderTests {

	private static byte[] stream(Frame... frames) {
		ByteBuffer all = ByteBuffer.allocate(1 << 20);
		for (Frame frame : frames) {
			all.put(frame.encode());
		}
		byte[] bytes = new byte[all.position()];
		all.flip().get(bytes);
		return bytes;
	}

	private static List<Frame> decoded(FrameDecoder decoder, byte[] bytes, int from, int to)
			throws MalformedFrameException {
		decoder.feed(ByteBuffer.wrap(bytes, from, to - from));
		List<Frame> frames = new ArrayList<>();
		Frame frame = decoder.next();
		while (frame != null) {
			frames.add(frame);
			frame = decoder.next();
		}
		return frames;
	}

	@Test
	void framesShouldBeFoundWhereverTheStreamIsCut() throws Exception {
		byte[] bytes = stream(new Frame(MessageType.BEAT, 0, new byte[0]),
				new Frame(MessageType.UNHEALTHY, 7, new byte[700]),
				new Frame(MessageType.REPLY, Integer.MIN_VALUE, new byte[] { 1, 2, 3 }));
		for (int cut = 0; cut <= bytes.length; cut++) {
			FrameDecoder decoder = new FrameDecoder(Frame.MAX_REQUEST_LENGTH);
			List<Frame> frames = decoded(decoder, bytes, 0, cut);
			frames.addAll(decoded(decoder, bytes, cut, bytes.length));
			assertThat(frames).as("cut at " + cut)
				.extracting(Frame::type)
				.containsExactly(MessageType.BEAT, MessageType.UNHEALTHY, MessageType.REPLY);
			assertThat(frames.get(1).payload()).hasSize(700);
			assertThat(frames.get(2).request()).isEqualTo(Integer.MIN_VALUE);
			assertThat(frames.get(2).payload()).containsExactly(1, 2, 3);
		}
	}

	@Test
	void framesShouldBeFoundByteByByte() throws Exception {
		byte[] bytes = stream(new Frame(MessageType.HELLO, 1, new byte[50]),
				new Frame(MessageType.BEAT, 0, new byte[0]));
		FrameDecoder decoder = new FrameDecoder(Frame.MAX_REQUEST_LENGTH);
		List<Frame> frames = new ArrayList<>();
		for (int i = 0; i < bytes.length; i++) {
			frames.addAll(decoded(decoder, bytes, i, i + 1));
		}
		assertThat(frames).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MIN_VALUE, -1, 0, 4, Frame.MAX_REQUEST_LENGTH + 1, Integer.MAX_VALUE })
	void lengthOutOfRangeShouldBeRefusedBeforeTheFrameIsThere(int length) {
		FrameDecoder decoder = new FrameDecoder(Frame.MAX_REQUEST_LENGTH);
		decoder.feed(ByteBuffer.allocate(4).putInt(0, length));
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(decoder::next)
			.withMessageContaining("frame length " + (length & 0xffffffffL));
	}

	@Test
	void longestFrameShouldBeAccepted() throws Exception {
		Frame frame = new Frame(MessageType.DATA_STORED, 1, new byte[Frame.MAX_REQUEST_LENGTH - 5]);
		byte[] bytes = stream(frame);
		assertThat(decoded(new FrameDecoder(Frame.MAX_REQUEST_LENGTH), bytes, 0, bytes.length)).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(bytes = { 0, 25, 99, 105, 127, -1, -128 })
	void unknownTypeShouldBeRefused(byte type) {
		FrameDecoder decoder = new FrameDecoder(Frame.MAX_REQUEST_LENGTH);
		decoder.feed(ByteBuffer.allocate(9).putInt(5).put(type).rewind());
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(decoder::next)
			.withMessage("message type " + type + " is unknown");
	}

	@Test
	void everyTypeShouldBeFoundByItsCode() {
		for (MessageType type : MessageType.values()) {
			assertThat(MessageType.of(type.code())).isSameAs(type);
		}
	}

	@Test
	void garbageShouldEndInFramesOrBeRefused() {
		Random random = new Random(1);
		for (int i = 0; i < 20_000; i++) {
			FrameDecoder decoder = new FrameDecoder(Frame.MAX_REQUEST_LENGTH);
			byte[] bytes = new byte[random.nextInt(100)];
			random.nextBytes(bytes);
			if (bytes.length > 4 && random.nextBoolean()) {
				bytes[0] = 0;
				bytes[1] = 0;
				bytes[2] = 0;
			}
			try {
				assertThat(decoded(decoder, bytes, 0, bytes.length)).hasSizeLessThan(12);
			}
			catch (MalformedFrameException ex) {
				assertThat(ex).hasMessageMatching("(frame length|message type) .*");
			}
		}
	}

}
