package io.github.samboot.watchdog.internal.socket;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.watchdog.internal.library.NoNativeCalls;
import io.github.samboot.watchdog.internal.log.Log;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HeldSocket}: when connections wait, and when they are refused.
 */
class HeldSocketTests {

	private static final byte[] ANY = new byte[4];

	private static final long SECOND = 1_000_000_000L;

	private final List<String> done = new ArrayList<>();

	private boolean isTaken;

	private int inheritedPort;

	private final List<String> lines = new ArrayList<>();

	private final HeldSocket socket = new HeldSocket(Recorded::new, new Log() {

		@Override
		public void info(String text) {
			HeldSocketTests.this.lines.add(text);
		}

	});

	private HeldSocket listening() {
		this.socket.want(true);
		this.socket.longest(Duration.ofSeconds(10));
		assertThat(this.socket.open()).isTrue();
		assertThat(this.socket.listen(ANY, 0, 8080, 100)).isEqualTo(8080);
		follow(SupervisionState.RUNNING, 0);
		this.done.clear();
		return this.socket;
	}

	private void follow(SupervisionState state, long second) {
		this.socket.follow(state, false, second * SECOND);
	}

	@Test
	void socketThatIsNotWantedShouldNotBeMade() {
		assertThat(this.socket.open()).isFalse();
		assertThat(this.done).isEmpty();
		assertThat(this.socket.earlier(77)).isEqualTo(77);
	}

	@Test
	void socketShouldBeOpenedOnceAndListenOnlyWhenAsked() {
		this.socket.want(true);
		assertThat(this.socket.open()).isTrue();
		assertThat(this.socket.open()).isTrue();
		assertThat(this.done).containsExactly("open");
		this.socket.listen(ANY, 0, 8080, 100);
		assertThat(this.done).containsExactly("open", "bind 8080", "listen 100");
	}

	@Test
	void statusShouldSayWhatBecomesOfConnections() {
		assertThat(this.socket.status()).isNull();
		listening();
		assertThat(this.socket.status().state()).isEqualTo("accepting");
		assertThat(this.socket.status().port()).isEqualTo(8080);
		this.socket.unserved();
		follow(SupervisionState.STARTING, 1);
		assertThat(this.socket.status().state()).isEqualTo("waiting");
		this.socket.refuse("of a test");
		assertThat(this.socket.status().state()).isEqualTo("refusing");
	}

	@Test
	void nextInstanceShouldFindItListening() {
		listening().unserved();
		follow(SupervisionState.STARTING, 1);
		this.socket.look(10 * SECOND);
		assertThat(this.socket.listen(ANY, 0, 8080, 100)).isEqualTo(8080);
		follow(SupervisionState.RUNNING, 10);
		this.socket.look(60 * SECOND);
		assertThat(this.done).isEmpty();
		assertThat(this.lines).endsWith("Connections to port 8080 wait for the next instance.",
				"Connections to port 8080 are served again.");
	}

	@Test
	void connectionsShouldNotWaitLongerThanTheLongestHold() {
		listening().unserved();
		follow(SupervisionState.RECOVERING, 1);
		follow(SupervisionState.STARTING, 5);
		assertThat(this.socket.earlier(99 * SECOND)).isEqualTo(11 * SECOND);
		this.socket.look(11 * SECOND - 1);
		assertThat(this.done).isEmpty();
		this.socket.look(11 * SECOND);
		assertThat(this.done).containsExactly("refuse");
		assertThat(this.socket.earlier(99 * SECOND)).isEqualTo(99 * SECOND);
		this.socket.listen(ANY, 0, 8080, 50);
		assertThat(this.done).containsExactly("refuse", "listen 50");
		assertThat(this.socket.status().waits()).isEqualTo(1);
		assertThat(this.socket.status().refusals()).isEqualTo(1);
	}

	@Test
	void instanceThatIsWarnedShouldCountAsNotServingUntilThatIsWithdrawn() {
		listening();
		follow(SupervisionState.RECOVERING, 1);
		assertThat(this.socket.earlier(99 * SECOND)).isEqualTo(11 * SECOND);
		follow(SupervisionState.RUNNING, 2);
		follow(SupervisionState.RUNNING, 3);
		assertThat(this.lines).filteredOn("Connections to port 8080 are served again."::equals).hasSize(1);
		assertThat(this.socket.earlier(99 * SECOND)).isEqualTo(99 * SECOND);
		assertThat(this.socket.status().state()).isEqualTo("accepting");
		assertThat(this.done).isEmpty();
	}

	@Test
	void instanceWhoseWarningIsWithdrawnAfterTheLongestHoldShouldBeReachedAgain() {
		listening();
		follow(SupervisionState.RECOVERING, 1);
		this.socket.look(11 * SECOND);
		follow(SupervisionState.RECOVERING, 12);
		assertThat(this.done).containsExactly("refuse");
		follow(SupervisionState.RUNNING, 13);
		assertThat(this.done).containsExactly("refuse", "listen 100");
		assertThat(this.socket.status().state()).isEqualTo("accepting");
	}

	@Test
	void portThatWasTakenMeanwhileShouldStayRefusedAndBeSaidOnce() {
		listening();
		follow(SupervisionState.RECOVERING, 1);
		this.socket.look(11 * SECOND);
		this.isTaken = true;
		follow(SupervisionState.RUNNING, 12);
		this.isTaken = false;
		follow(SupervisionState.RUNNING, 13);
		assertThat(this.done).containsExactly("refuse");
		assertThat(this.socket.status().state()).isEqualTo("refusing");
	}

	@Test
	void instanceThatServesNoMoreShouldNotBeReachedAgain() {
		listening();
		follow(SupervisionState.STOPPING, 1);
		follow(SupervisionState.RUNNING, 2);
		assertThat(this.done).containsExactly("refuse");
		listening().want(false);
		follow(SupervisionState.RUNNING, 3);
		assertThat(this.done).containsExactly("refuse");
	}

	@Test
	void requestedStopShouldRefuseAtOnceButNotAReplacement() {
		listening().follow(SupervisionState.STOPPING, true, SECOND);
		assertThat(this.done).isEmpty();
		assertThat(this.socket.earlier(99 * SECOND)).isEqualTo(11 * SECOND);
		follow(SupervisionState.STOPPING, 2);
		assertThat(this.done).containsExactly("refuse");
	}

	@Test
	void anyPortShouldBeChosenOnceAndBoundByNumber() {
		this.socket.want(true);
		this.socket.open();
		int port = this.socket.listen(ANY, 0, 0, 100);
		assertThat(port).isPositive();
		assertThat(this.done).contains("bind " + port);
		assertThat(this.socket.listen(ANY, 0, 0, 100)).isEqualTo(port);
	}

	@Test
	void portThatIsTakenShouldBeToldApart() {
		this.isTaken = true;
		this.socket.want(true);
		this.socket.open();
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.socket.listen(ANY, 0, 8080, 100))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.EXIST));
	}

	@Test
	void instanceWithAnotherPortShouldListenByItself() {
		listening();
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.socket.listen(ANY, 0, 9090, 100))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.NOT_EXIST));
		assertThat(this.done).containsExactly("refuse", "open");
		this.socket.listen(ANY, 0, 9090, 100);
		assertThat(this.done).endsWith("bind 9090", "listen 100");
	}

	@Test
	void instanceWithAnotherAddressShouldListenByItself() {
		listening();
		this.socket.listen(new byte[16], 0, 8080, 100);
		assertThat(this.done).isEmpty();
		byte[] loopback = { 127, 0, 0, 1 };
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.socket.listen(loopback, 0, 8080, 100))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.NOT_EXIST));
		follow(SupervisionState.RUNNING, 1);
		assertThat(this.done).containsExactly("refuse", "open");
		this.socket.listen(loopback, 0, 8080, 100);
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.socket.listen(loopback, 1, 0, 100));
		assertThat(this.done).endsWith("refuse", "open");
	}

	@Test
	void portShouldBeLetGoWhenItIsNotToBeHeldAnyMore() {
		listening().want(false);
		assertThat(this.done).containsExactly("refuse");
		assertThat(this.socket.open()).isFalse();
		assertThat(this.socket.status()).isNull();
		this.socket.want(true);
		assertThat(this.socket.open()).isTrue();
		assertThat(this.socket.status().state()).isEqualTo("none");
		assertThat(this.socket.listen(ANY, 0, 8080, 100)).isEqualTo(8080);
		assertThat(this.done).containsExactly("refuse", "listen 100");
	}

	@Test
	void watchdogThatTakesOverShouldFindTheSocket() {
		this.socket.want(true);
		assertThat(this.socket.takeOver()).isFalse();
		this.inheritedPort = 8080;
		assertThat(this.socket.takeOver()).isTrue();
		byte[] loopback = { 127, 0, 0, 1 };
		// the kernel tells no scope but that of link-local addresses
		assertThat(this.socket.listen(loopback, 2, 8080, 100)).isEqualTo(8080);
		assertThat(this.done).isEmpty();
	}

	@Test
	void watchdogThatTakesOverShouldNoticeAnotherAddress() {
		this.socket.want(true);
		this.inheritedPort = 8080;
		assertThat(this.socket.takeOver()).isTrue();
		assertThatExceptionOfType(SamException.class).isThrownBy(() -> this.socket.listen(ANY, 0, 8080, 100))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(CsError.NOT_EXIST));
		assertThat(this.done).containsExactly("refuse", "open");
	}

	/**
	 * Notes what would be done to the socket.
	 */
	private final class Recorded extends NoNativeCalls {

		private static final int EADDRINUSE = 98;

		@Override
		public int call(String library, String function, Object... arguments) {
			assertThat(library).isEqualTo(C);
			switch (function) {
				case "socket" -> {
					HeldSocketTests.this.done.add("open");
					return 7;
				}
				case "getsockname" -> {
					// of IPv4, on the loopback interface
					ByteBuffer name = ByteBuffer.wrap((byte[]) arguments[1]);
					name.order(ByteOrder.nativeOrder()).putShort((short) 2);
					name.order(ByteOrder.BIG_ENDIAN).putShort((short) HeldSocketTests.this.inheritedPort);
					name.put(InetAddress.getLoopbackAddress().getAddress());
				}
				case "getsockopt" -> ((int[]) arguments[3])[0] = HeldSocketTests.this.inheritedPort;
				case "shutdown" -> HeldSocketTests.this.done.add("refuse");
				case "bind", "listen" -> {
					if (HeldSocketTests.this.isTaken) {
						return -EADDRINUSE;
					}
					int value = function.equals("listen") ? (int) arguments[1]
							: ByteBuffer.wrap((byte[]) arguments[1]).getShort(2) & 0xffff;
					HeldSocketTests.this.done.add(function + " " + value);
				}
				default -> assertThat(function).isIn("setsockopt", "dup2", "close");
			}
			return 0;
		}

	}

}
