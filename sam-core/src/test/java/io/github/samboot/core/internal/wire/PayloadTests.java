package io.github.samboot.core.internal.wire;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.github.samboot.core.CsError;
import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PayloadTests {

	private static final Incident INCIDENT = new Incident(3, 4711, IncidentReason.UNHEALTHY, "größer \n \"db\" 🐘",
			Instant.ofEpochMilli(1_700_000_000_123L), Instant.ofEpochMilli(1_700_000_001_000L), Duration.ofMillis(877),
			"SIGKILL");

	private static final Incident OPEN_INCIDENT = new Incident(0, 1, IncidentReason.PROCESS_EXIT, "",
			Instant.ofEpochMilli(0), null, null, null);

	private static SamStatus status(List<Incident> incidents) {
		return new SamStatus(SupervisionState.WAITING_FOR_QUORUM, Integer.MAX_VALUE, 12, 13, "sidecar",
				RecoveryPolicy.QUORUM_RESTART, Duration.ofSeconds(2),
				new SamStatus.Quorum("corosync", true, List.of(1L, 0xffffffffL)),
				new SamStatus.Standby("hot", "ready", 99),
				new SamStatus.Replacement("failed", Instant.ofEpochMilli(1_700_000_000_123L), "größer"),
				new SamStatus.Connections("waiting", 8080, Instant.ofEpochMilli(1_700_000_000_321L), 3, 1), 1 << 26, 4,
				Map.of(IncidentReason.QUORUM_LOST, 7), Duration.ofMinutes(3), incidents);
	}

	private static List<SamOptions> options() {
		List<SamOptions> all = new ArrayList<>();
		all.add(SamOptions.of(Duration.ZERO, RecoveryPolicy.QUIT));
		all.add(SamOptions.builder(Duration.ofMillis(1), RecoveryPolicy.QUORUM_RESTART)
			.cmap(true)
			.quorumProvider("file:/tmp/ä")
			.awaitDaemon(true)
			.warnSignal(Signal.SIGUSR2)
			.gracePeriod(Duration.ofNanos(1))
			.shutdownTimeout(Duration.ZERO)
			.startupTimeout(Duration.ofDays(365))
			.endDescendants(true)
			.restartLimits(new RestartLimits(0, Duration.ofDays(1), Duration.ofSeconds(1), Duration.ofMinutes(2),
					RestartLimits.AtLimit.KEEP_TRYING))
			.cleanExitCodes(Set.of())
			.incidents(Path.of("/var/log/incidents"), 0)
			.standby("warm")
			.standbyDelay(Duration.ofSeconds(7))
			.onLoss(SamOptions.WatchdogLoss.EXIT)
			.build());
		return all;
	}

	@Test
	void helloAndWelcomeShouldComeBack() throws Exception {
		Payload.Hello hello = new Payload.Hello(Payload.VERSION, "0123456789abcdef", Long.MAX_VALUE, Long.MIN_VALUE);
		assertThat(Payload.Hello.decode(hello.encode())).isEqualTo(hello);
		Payload.Welcome welcome = new Payload.Welcome(true, 8, "parent", "beat-7",
				List.of("java", "", "-cp", "x".repeat(50_000), "é"));
		assertThat(Payload.Welcome.decode(new PayloadReader(welcome.encode()))).isEqualTo(welcome);
	}

	@Test
	void optionsShouldComeBack() throws Exception {
		for (SamOptions options : options()) {
			assertThat(Payload.options(Payload.options(options))).isEqualTo(options);
		}
	}

	@Test
	void optionOfAnotherReleaseShouldComeBack() throws Exception {
		Map<String, String> values = SamOptions.of(Duration.ofSeconds(1), RecoveryPolicy.RESTART).values();
		values.put("restart.of-another-release", "x".repeat(10_000));
		SamOptions options = Payload.options(Payload.options(SamOptions.of(values)));
		assertThat(options.values()).isEqualTo(values);
	}

	@Test
	void moreOptionsThanAnyReleaseHasShouldBeRefused() {
		Map<String, String> values = SamOptions.of(Duration.ofSeconds(1), RecoveryPolicy.RESTART).values();
		for (int i = 0; i < 256; i++) {
			values.put("option-" + i, "");
		}
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> Payload.options(Payload.options(SamOptions.of(values))));
	}

	@Test
	void enormousDurationsShouldBeSaturated() throws Exception {
		SamOptions options = SamOptions.builder(Duration.ofSeconds(Long.MAX_VALUE), RecoveryPolicy.RESTART).build();
		assertThat(Payload.options(Payload.options(options)).timeInterval()).isGreaterThan(Duration.ofDays(50_000));
	}

	@Test
	void statusShouldComeBack() throws Exception {
		SamStatus status = status(List.of(INCIDENT, OPEN_INCIDENT));
		assertThat(Payload.status(new PayloadReader(Payload.status(status)))).isEqualTo(status);
		SamStatus plain = new SamStatus(SupervisionState.RUNNING, 0, 1, 2, "parent", RecoveryPolicy.RESTART,
				Duration.ZERO, null, null, null, null, 0, 0, Map.of(), Duration.ZERO, List.of());
		assertThat(Payload.status(new PayloadReader(Payload.status(plain)))).isEqualTo(plain);
	}

	@Test
	void statusShouldFitIntoAFrameHoweverManyIncidentsThereAre() throws Exception {
		Incident talkative = new Incident(1, 2, IncidentReason.UNHEALTHY, "🐘".repeat(2000), Instant.ofEpochMilli(1),
				null, null, null);
		byte[] payload = Payload.status(status(Collections.nCopies(10_000, talkative)));
		assertThat(payload.length).isLessThan(Frame.MAX_ANSWER_LENGTH - 1000);
		assertThat(Payload.status(new PayloadReader(payload)).incidents()).hasSizeGreaterThan(100);
	}

	@Test
	void repliesAndNewsShouldComeBack() throws Exception {
		PayloadReader reply = new PayloadReader(Payload.reply(CsError.ACCESS, "no", Payload.number(-5)));
		assertThat(reply.integer()).isEqualTo(CsError.ACCESS.code());
		assertThat(reply.text()).isEqualTo("no");
		assertThat(reply.longInt()).isEqualTo(-5);
		PayloadReader news = new PayloadReader(Payload.quorum(true, List.of(1L, 2L)));
		assertThat(news.bool()).isTrue();
		assertThat(news.members()).containsExactly(1L, 2L);
		PayloadReader imminent = new PayloadReader(
				Payload.recoveryImminent(IncidentReason.REQUESTED, "why", Duration.ofSeconds(1)));
		assertThat(imminent.constant(IncidentReason.values())).isEqualTo(IncidentReason.REQUESTED);
		assertThat(imminent.text()).isEqualTo("why");
		assertThat(imminent.requiredDuration()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void longTextShouldBeCutOff() throws Exception {
		assertThat(new PayloadReader(Payload.text("x".repeat(100_000))).text()).hasSize(2000);
		assertThat(Payload.text("€".repeat(100_000)).length).isLessThan(Frame.MAX_REQUEST_LENGTH);
		assertThat(new PayloadReader(Payload.text("€".repeat(100_000))).text()).hasSize(2000);
	}

	@Test
	void everyShortenedPayloadShouldBeRefused() {
		byte[] hello = new Payload.Hello(Payload.VERSION, "secret", 1, 2).encode();
		byte[] status = Payload.status(status(List.of(INCIDENT)));
		for (int length = 0; length < hello.length; length++) {
			byte[] shortened = Arrays.copyOf(hello, length);
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Payload.Hello.decode(shortened));
		}
		for (int length = 0; length < status.length; length++) {
			byte[] shortened = Arrays.copyOf(status, length);
			assertThatExceptionOfType(MalformedFrameException.class)
				.isThrownBy(() -> Payload.status(new PayloadReader(shortened)));
		}
		for (SamOptions options : options()) {
			byte[] bytes = Payload.options(options);
			for (int length = 0; length < bytes.length; length++) {
				byte[] shortened = Arrays.copyOf(bytes, length);
				assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Payload.options(shortened));
			}
		}
	}

	@Test
	void pathThatIsNoneShouldBeRefused() {
		byte[] bytes = Payload
			.options(SamOptions.builder(Duration.ZERO, RecoveryPolicy.QUIT).incidents(Path.of("/XXXX"), 1).build());
		String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
		bytes[text.indexOf("/XXXX") + 2] = 0;
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Payload.options(bytes));
	}

	@Test
	void garbageShouldBeAValueOrBeRefused() {
		Random random = new Random(3);
		for (int i = 0; i < 30_000; i++) {
			byte[] bytes = new byte[random.nextInt(300)];
			random.nextBytes(bytes);
			read(bytes);
		}
	}

	@Test
	void damagedPayloadsShouldBeAValueOrBeRefused() {
		Random random = new Random(4);
		List<byte[]> sound = new ArrayList<>();
		options().forEach((options) -> sound.add(Payload.options(options)));
		sound.add(Payload.status(status(List.of(INCIDENT, OPEN_INCIDENT))));
		sound.add(new Payload.Welcome(true, 8, "parent", "beat-7", List.of("java", "-cp", "x")).encode());
		for (int i = 0; i < 30_000; i++) {
			byte[] bytes = sound.get(random.nextInt(sound.size())).clone();
			for (int j = random.nextInt(4); j >= 0; j--) {
				bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xff);
			}
			read(bytes);
		}
	}

	private static void read(byte[] bytes) {
		List<Reading> readings = List.of(() -> Payload.Hello.decode(bytes),
				() -> Payload.Welcome.decode(new PayloadReader(bytes)), () -> Payload.options(bytes),
				() -> Payload.status(new PayloadReader(bytes)), () -> new PayloadReader(bytes).members(),
				() -> new PayloadReader(bytes).text(), () -> new PayloadReader(bytes).longText());
		for (Reading reading : readings) {
			try {
				assertThat(reading.read()).isNotNull();
			}
			catch (MalformedFrameException ex) {
				assertThat(ex.getMessage()).isNotBlank();
			}
		}
	}

	@Test
	void textThatClaimsToBeLongShouldNotTakeMemory() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(java.nio.ByteBuffer.allocate(4).putInt(Frame.MAX_ANSWER_LENGTH).array());
		long before = allocated();
		for (int i = 0; i < 1000; i++) {
			assertThatExceptionOfType(MalformedFrameException.class)
				.isThrownBy(() -> new PayloadReader(bytes.toByteArray()).longText());
		}
		// believed, it would have been a gigabyte
		assertThat(allocated() - before).isLessThan(100L << 20);
	}

	private static long allocated() {
		return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
			.getThreadAllocatedBytes(Thread.currentThread().getId());
	}

	@FunctionalInterface
	private interface Reading {

		Object read() throws MalformedFrameException;

	}

}
