package io.github.samboot.core.client;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamState;
import io.github.samboot.core.protocol.WatchdogAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What can be told without a watchdog; the rest is told with the real one, by its tests.
 */
@Timeout(60)
class ProcessSamTests {

	private static void assertError(CsError error, Runnable call) {
		assertThatExceptionOfType(SamException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error));
	}

	@Test
	void processWithoutAWatchdogShouldNotInitialize() {
		ProcessSam sam = new ProcessSam(null);
		assertThat(sam.isSupervised()).isFalse();
		assertThat(sam.connection()).isEqualTo(WatchdogConnection.NONE);
		assertError(CsError.LIBRARY, () -> sam.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART));
		assertThat(sam.state()).isEqualTo(SamState.NOT_INITIALIZED);
		assertThat(sam.status()).isNull();
	}

	@Test
	void everyOtherCallShouldBeABadHandleBeforeInitialize() {
		ProcessSam sam = new ProcessSam(null);
		assertError(CsError.BAD_HANDLE, sam::register);
		assertError(CsError.BAD_HANDLE, sam::start);
		assertError(CsError.BAD_HANDLE, sam::stop);
		assertError(CsError.BAD_HANDLE, sam::hcSend);
		assertError(CsError.BAD_HANDLE, sam::instanceId);
		assertError(CsError.BAD_HANDLE, sam::dataSize);
		assertError(CsError.BAD_HANDLE, sam::dataRestore);
		assertError(CsError.BAD_HANDLE, sam::markFailed);
		assertError(CsError.BAD_HANDLE, sam::finalizeSam);
		assertError(CsError.BAD_HANDLE, () -> sam.dataStore(null));
		assertError(CsError.BAD_HANDLE, () -> sam.hcCallbackRegister(() -> true));
		assertError(CsError.BAD_HANDLE, () -> sam.recover("no"));
		sam.unhealthy("ignored");
		sam.ready();
		sam.stopping();
		assertThat(sam.state()).isEqualTo(SamState.NOT_INITIALIZED);
	}

	@Test
	void watchdogThatIsNotThereShouldBeToldAsSuch(@TempDir Path directory) {
		ProcessSam sam = new ProcessSam(new WatchdogAddress("nonce", directory));
		assertThat(sam.isSupervised()).isTrue();
		assertThatExceptionOfType(SamException.class)
			.isThrownBy(() -> sam.initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART))
			.withMessageContaining("watchdog at " + directory + " cannot be reached")
			.withMessageNotContaining("nonce");
	}

	@Test
	void connectionThatEndsWithinTheHandshakeShouldBeALibraryError(@TempDir Path directory) throws Exception {
		assertError(CsError.LIBRARY, listening(directory, new byte[0]));
	}

	@Test
	void garbageFromTheOtherSideShouldBeALibraryError(@TempDir Path directory) throws Exception {
		assertError(CsError.LIBRARY, listening(directory, new byte[] { -1, -1, -1, -1, -1, -1, -1, -1, -1 }));
	}

	/**
	 * Return a call of initialize against somebody who answers with bytes and closes.
	 */
	private static Runnable listening(Path directory, byte[] answer) throws Exception {
		WatchdogAddress address = new WatchdogAddress("nonce", directory);
		return () -> {
			try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
				server.bind(UnixDomainSocketAddress.of(address.socket()));
				CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
					try (SocketChannel client = server.accept()) {
						client.read(ByteBuffer.allocate(100));
						client.write(ByteBuffer.wrap(answer));
					}
					catch (java.io.IOException ex) {
						throw new java.io.UncheckedIOException(ex);
					}
				});
				try {
					new ProcessSam(address).initialize(Duration.ofSeconds(1), RecoveryPolicy.RESTART);
				}
				finally {
					served.join();
				}
			}
			catch (java.io.IOException ex) {
				throw new java.io.UncheckedIOException(ex);
			}
		};
	}

}
