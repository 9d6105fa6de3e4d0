package io.github.samboot.watchdog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import io.github.samboot.core.Sam;
import io.github.samboot.core.internal.rundir.RunDirectory;
import io.github.samboot.test.Await;
import io.github.samboot.test.ProcessTable;
import io.github.samboot.test.Requirement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stories of saved user data and of the run directory.
 */
@Tag("any-java")
class UserDataProcessTests {

	@Test
	void dataShouldPassFromInstanceToInstance() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.starting("early=stored before register")) {
			assertThat(watchdog.awaitLine("restored")).endsWith("restored stored before register");
			watchdog.awaitStarted(0);
			watchdog.doing("store shorter").saying("halt 1");
			// what later instances store before register does not count
			assertThat(watchdog.awaitLine("restored")).endsWith("restored shorter");
			watchdog.awaitStarted(1);
			watchdog.doing("clear").saying("halt 1");
			assertThat(watchdog.awaitLine("restored")).endsWith("restored ");
			watchdog.awaitStarted(2);
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("data 0");
		}
	}

	@Test
	void largeDataShouldSurviveAndTooLargeDataShouldBeRefused() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=20000")) {
			watchdog.doing("store-bytes 1048576").saying("halt 1").awaitStarted(1);
			watchdog.doing("status");
			assertThat(watchdog.output()).contains("data 1048576");
			watchdog.saying("store-bytes " + (Sam.MAX_DATA_SIZE + 1)).awaitLine("error TOO_BIG");
			watchdog.doing("store-bytes " + Sam.MAX_DATA_SIZE).saying("halt 1").awaitStarted(2);
			watchdog.doing("status").doing("clear");
			assertThat(watchdog.output()).contains("data " + Sam.MAX_DATA_SIZE);
		}
	}

	/**
	 * What the watchdog has not read of yet is lost with the directory: it answers in
	 * turn.
	 */
	private static void store(WatchdogProcess watchdog, String line) {
		watchdog.doing(line).doing("status");
	}

	@Test
	void dataShouldBeStoredWhileTheWatchdogIsStopped() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=60000")) {
			ProcessTable.signal("STOP", watchdog.pid());
			watchdog.doing("store precious").saying("halt 1");
			ProcessTable.signal("CONT", watchdog.pid());
			assertThat(watchdog.awaitLine("restored")).endsWith("restored precious");
			watchdog.awaitStarted(1);
		}
	}

	@Test
	void dataShouldSurviveARunDirectoryThatVanishes() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			store(watchdog, "store precious");
			RunDirectory.delete(watchdog.runDirectory());
			assertThat(watchdog.leavesNothing()).isTrue();
			watchdog.doing("restore");
			assertThat(watchdog.output()).contains("restored precious");
			// otherwise a cleaner could take it once the watchdog is gone
			assertThat(openFiles(watchdog.applicationPid())).contains(watchdog.runDirectory().resolve("lock"));
			RunDirectory.delete(watchdog.runDirectory());
			watchdog.saying("halt 1");
			assertThat(watchdog.awaitLine("restored")).endsWith("restored precious");
			watchdog.awaitStarted(1);
			assertThat(watchdog.output()).contains("was removed or changed from outside; it is made again");
			RunDirectory.delete(watchdog.runDirectory());
			watchdog.doing("store new");
			ProcessTable.signal("TERM", watchdog.pid());
			watchdog.awaitExit();
			assertThat(watchdog.leavesNothing()).isTrue();
		}
	}

	private static List<Path> openFiles(long pid) throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
			return descriptors.map(UserDataProcessTests::target).toList();
		}
	}

	private static Path target(Path link) {
		try {
			return Files.readSymbolicLink(link);
		}
		catch (IOException ex) {
			// closed meanwhile
			return link;
		}
	}

	@Test
	void dataShouldSurviveARunDirectoryThatVanishesRightBeforeAPromotion() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=60000", "standby=hot")) {
			long active = watchdog.applicationPid();
			store(watchdog, "store precious");
			long spare = StandbyProcessTests.awaitSpare(watchdog);
			RunDirectory.delete(watchdog.runDirectory());
			ProcessTable.signal("KILL", active);
			assertThat(watchdog.awaitLine("restored")).isEqualTo(spare + " restored precious");
			watchdog.awaitStarted(1);
		}
	}

	@Test
	void dataShouldSurviveACleanerThatOnlyTakesTheFile() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			store(watchdog, "store precious");
			Files.delete(watchdog.runDirectory().resolve(RunDirectory.DATA));
			watchdog.doing("restore");
			assertThat(watchdog.output()).contains("restored precious");
		}
	}

	/**
	 * As at the logout of a user whose /run/user/1000 it was in.
	 */
	@Test
	void dataShouldSurviveTheEndOfEverythingAroundTheRunDirectory() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=60000")) {
			store(watchdog, "store precious");
			RunDirectory.delete(watchdog.runDirectory());
			Files.delete(watchdog.parent());
			watchdog.saying("store more precious");
			String line = watchdog.awaitLine("it is made again as ");
			Path elsewhere = Path.of(line.substring(line.lastIndexOf(' ') + 1, line.length() - 1));
			watchdog.doing("restore");
			assertThat(watchdog.output()).contains("restored more precious");
			assertThat(openFiles(watchdog.applicationPid())).contains(elsewhere.resolve("lock"));
			// another watchdog finds it there too
			ProcessTable.signal("KILL", watchdog.pid());
			long replacement = LostWatchdogTests.awaitReplacement(watchdog);
			watchdog.saying("halt 1");
			assertThat(watchdog.awaitLine("restored")).endsWith("restored more precious");
			watchdog.awaitStarted(1);
			ProcessTable.signal("TERM", replacement);
			Await.until("all to end",
					() -> ProcessTable.isGone(replacement) && ProcessTable.isGone(watchdog.applicationPid()));
			assertThat(elsewhere).doesNotExist();
		}
	}

	/**
	 * As it is this user's all the same, it is not left behind either.
	 */
	@Test
	void runDirectoryThatOthersCanWriteToShouldNotBeUsed() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=60000")) {
			store(watchdog, "store precious");
			Path directory = watchdog.runDirectory();
			RunDirectory.delete(directory);
			Files.createDirectory(directory);
			Files.setPosixFilePermissions(directory,
					java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
			Files.writeString(directory.resolve(RunDirectory.DATA), "evil");
			watchdog.saying("halt 1");
			assertThat(watchdog.awaitLine("restored")).endsWith("restored precious");
			watchdog.awaitStarted(1);
			assertThat(directory).doesNotExist();
			ProcessTable.signal("TERM", watchdog.pid());
			watchdog.awaitExit();
		}
	}

	/**
	 * The limit on the size of a file stands for a file system that is full.
	 */
	@Test
	void dataThatCannotBeMadeAgainShouldNotBecomeAPartOfIt() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=60000")) {
			store(watchdog, "store-bytes 1048576");
			largestFile(watchdog, "524288");
			Files.delete(watchdog.runDirectory().resolve(RunDirectory.DATA));
			watchdog.saying("restore").awaitLine("error NO_SPACE");
			assertThat(watchdog.runDirectory().toFile().list()).doesNotContain("data", "data.copy");
			largestFile(watchdog, "unlimited");
			watchdog.doing("restore").doing("status");
			assertThat(watchdog.output()).contains("restored 1048576 bytes", "data 1048576");
		}
	}

	@Test
	void dataThatFindsNoRoomElsewhereShouldBeFoundThereLater() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running("interval=60000")) {
			store(watchdog, "store-bytes 1048576");
			largestFile(watchdog, "524288");
			RunDirectory.delete(watchdog.runDirectory());
			Files.delete(watchdog.parent());
			watchdog.saying("restore").awaitLine("error NO_SPACE");
			largestFile(watchdog, "unlimited");
			watchdog.doing("restore").doing("status");
			assertThat(watchdog.output()).contains("restored 1048576 bytes", "data 1048576");
			ProcessTable.signal("TERM", watchdog.pid());
			watchdog.awaitExit();
		}
	}

	@Test
	@Tag("long")
	void recordThatCannotBeSavedShouldBeSavedWhenThereIsRoomAgain() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			largestFile(watchdog, "0");
			Files.delete(watchdog.runDirectory().resolve(RunDirectory.RECORD));
			watchdog.saying("warn-signal SIGUSR1");
			watchdog.awaitLine("What another watchdog would have to know cannot be saved in ");
			watchdog.doing("warn-signal SIGUSR2");
			largestFile(watchdog, "unlimited");
			// the next one may be about to take its place
			Await.until("the record", () -> Files.exists(watchdog.runDirectory().resolve(RunDirectory.RECORD))
					&& !Files.exists(watchdog.runDirectory().resolve("record.new")));
			assertThat(watchdog.output()).containsOnlyOnce("cannot be saved in");
		}
	}

	private static void largestFile(WatchdogProcess watchdog, String bytes) {
		Requirement.command("prlimit", "prlimit", "--pid", String.valueOf(watchdog.pid()),
				"--fsize=" + bytes + ":unlimited");
	}

	@Test
	void runDirectoryShouldBePrivate() throws IOException {
		try (WatchdogProcess watchdog = WatchdogProcess.running()) {
			watchdog.doing("store secret");
			Path directory = watchdog.runDirectory();
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
			try (var files = Files.list(directory)) {
				assertThat(files).isNotEmpty()
					.allSatisfy((file) -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
						.isEqualTo("rw-------"));
			}
		}
	}

}
