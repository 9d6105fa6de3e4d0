package io.github.samboot.watchdog.internal.rundir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.samboot.core.Incident;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.watchdog.internal.supervision.History;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class RecoveryRecordTests {

	private static final Supervision INITIAL = Supervision.initial(1);

	private static final SamOptions OPTIONS = SamOptions.builder(Duration.ofSeconds(2), RecoveryPolicy.RESTART)
		.warnSignal(Signal.SIGINT)
		.build();

	private static final History HISTORY = new History(
			List.of(new Incident(4, 99, IncidentReason.UNHEALTHY, "orders is DOWN", Instant.ofEpochMilli(5),
					Instant.ofEpochMilli(6), Duration.ofMillis(1), "SIGKILL")),
			new History.Open(List.of(9L, -10L), Map.of(IncidentReason.STARTUP_FAILED, 2), -11),
			Map.of(IncidentReason.UNHEALTHY, 3, IncidentReason.PROCESS_EXIT, 2), 12345, List.of(7L, -8L), 6, -12, true);

	@TempDir
	private Path directory;

	@Test
	void recordShouldComeBack() throws IOException {
		RecoveryRecord.save(this.directory, INITIAL.resumed(OPTIONS, Signal.SIGUSR1, HISTORY));
		Supervision loaded = RecoveryRecord.load(this.directory, INITIAL);
		assertThat(loaded).isNotNull();
		assertThat(loaded.options()).isEqualTo(OPTIONS);
		assertThat(loaded.warnSignal()).isEqualTo(Signal.SIGUSR1);
		assertThat(loaded.history()).isEqualTo(HISTORY);
	}

	@Test
	void optionOfAnotherReleaseShouldComeBack() throws IOException {
		Map<String, String> values = OPTIONS.values();
		values.put("restart.of-another-release", "really");
		RecoveryRecord.save(this.directory, INITIAL.resumed(SamOptions.of(values), Signal.SIGUSR1, HISTORY));
		Supervision loaded = RecoveryRecord.load(this.directory, INITIAL);
		assertThat(loaded).isNotNull();
		assertThat(loaded.options().values()).isEqualTo(values);
	}

	@Test
	void recordShouldBePrivateAndReplaceTheLast() throws IOException {
		RecoveryRecord.save(this.directory, INITIAL);
		RecoveryRecord.save(this.directory, INITIAL.resumed(OPTIONS, Signal.SIGUSR1, HISTORY));
		Path record = this.directory.resolve(RunDirectory.RECORD);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(record))).isEqualTo("rw-------");
		assertThat(this.directory.toFile().list()).containsExactly("record");
	}

	@Test
	void missingRecordShouldBeNone() throws IOException {
		assertThat(RecoveryRecord.load(this.directory, INITIAL)).isNull();
	}

	@Test
	void recordOfAnotherVersionShouldBeRefused() throws IOException {
		Files.write(this.directory.resolve(RunDirectory.RECORD), new byte[] { 0, 0, 0, 99 });
		assertThatIOException().isThrownBy(() -> RecoveryRecord.load(this.directory, INITIAL))
			.withMessageContaining("version 99");
	}

	@Test
	void damagedRecordShouldBeRefusedOrRead() throws IOException {
		RecoveryRecord.save(this.directory, INITIAL.resumed(OPTIONS, Signal.SIGUSR1, HISTORY));
		byte[] sound = Files.readAllBytes(this.directory.resolve(RunDirectory.RECORD));
		Random random = new Random(5);
		for (int i = 0; i < 3000; i++) {
			byte[] damaged = java.util.Arrays.copyOf(sound, random.nextInt(sound.length + 1));
			for (int j = random.nextInt(4); j > 0 && damaged.length > 0; j--) {
				damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
			}
			Files.write(this.directory.resolve(RunDirectory.RECORD), damaged);
			try {
				RecoveryRecord.load(this.directory, INITIAL);
			}
			catch (IOException ex) {
				assertThat(ex.getMessage()).isNotBlank();
			}
			catch (SamException ex) {
				throw new AssertionError("only an IOException is expected of a damaged file", ex);
			}
		}
	}

}
