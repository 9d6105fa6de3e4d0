package io.github.samboot.core.internal.client;

import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.Signal;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class UnsupervisedSamTests {

	private static final SamOptions OPTIONS = SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART)
		.cmap(true)
		.build();

	private final Sam sam = new UnsupervisedSam();

	private static Sam in(SamState state) {
		Sam sam = new UnsupervisedSam();
		if (state == SamState.NOT_INITIALIZED) {
			return sam;
		}
		sam.initialize(OPTIONS);
		if (state == SamState.INITIALIZED) {
			return sam;
		}
		if (state == SamState.FINALIZED) {
			sam.finalizeSam();
			return sam;
		}
		sam.register();
		if (state == SamState.STARTED) {
			sam.start();
		}
		return sam;
	}

	/**
	 * The table of calls and the states that allow them.
	 */
	@TestFactory
	Stream<DynamicTest> everyCallShouldBeAllowedExactlyInItsStates() {
		Set<SamState> usable = EnumSet.of(SamState.INITIALIZED, SamState.REGISTERED, SamState.STARTED);
		Map<String, Consumer<Sam>> calls = new LinkedHashMap<>();
		Map<String, Set<SamState>> allowed = new LinkedHashMap<>();
		calls.put("initialize", (sam) -> sam.initialize(OPTIONS));
		allowed.put("initialize", EnumSet.of(SamState.NOT_INITIALIZED));
		calls.put("register", Sam::register);
		allowed.put("register", EnumSet.of(SamState.INITIALIZED));
		calls.put("instanceId", Sam::instanceId);
		allowed.put("instanceId", EnumSet.of(SamState.REGISTERED, SamState.STARTED));
		calls.put("start", Sam::start);
		allowed.put("start", EnumSet.of(SamState.REGISTERED));
		calls.put("hcSend", Sam::hcSend);
		allowed.put("hcSend", EnumSet.of(SamState.STARTED));
		calls.put("stop", Sam::stop);
		allowed.put("stop", EnumSet.of(SamState.STARTED));
		calls.put("hcCallbackRegister", (sam) -> sam.hcCallbackRegister(() -> true));
		allowed.put("hcCallbackRegister", EnumSet.of(SamState.REGISTERED));
		calls.put("warnSignalSet", (sam) -> sam.warnSignalSet(Signal.SIGUSR1));
		allowed.put("warnSignalSet", usable);
		calls.put("dataStore", (sam) -> sam.dataStore(new byte[1]));
		allowed.put("dataStore", usable);
		calls.put("dataSize", Sam::dataSize);
		allowed.put("dataSize", usable);
		calls.put("dataRestore", Sam::dataRestore);
		allowed.put("dataRestore", usable);
		calls.put("markFailed", Sam::markFailed);
		allowed.put("markFailed", EnumSet.of(SamState.REGISTERED, SamState.STARTED));
		calls.put("finalize", Sam::finalizeSam);
		allowed.put("finalize", usable);
		return calls.entrySet()
			.stream()
			.flatMap((call) -> Stream.of(SamState.values())
				.map((state) -> DynamicTest.dynamicTest(call.getKey() + " when " + state, () -> {
					Sam sam = in(state);
					if (allowed.get(call.getKey()).contains(state)) {
						assertThatNoException().isThrownBy(() -> call.getValue().accept(sam));
					}
					else {
						assertError(CsError.BAD_HANDLE, () -> call.getValue().accept(sam));
						assertThat(sam.state()).isEqualTo(state);
					}
				})));
	}

	private static void assertError(CsError error, Runnable call) {
		assertThatExceptionOfType(SamException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error));
	}

	@Test
	void dataShouldBeKeptAsACopy() {
		this.sam.initialize(OPTIONS);
		assertThat(this.sam.dataSize()).isZero();
		byte[] data = { 1, 2, 3 };
		this.sam.dataStore(data);
		data[0] = 9;
		assertThat(this.sam.dataRestore()).containsExactly(1, 2, 3);
		this.sam.dataRestore()[0] = 9;
		assertThat(this.sam.dataRestore()).containsExactly(1, 2, 3);
		byte[] buffer = new byte[5];
		assertThat(this.sam.dataRestore(buffer)).isEqualTo(3);
		assertThat(buffer).containsExactly(1, 2, 3, 0, 0);
		assertError(CsError.INVALID_PARAM, () -> this.sam.dataRestore(new byte[2]));
		this.sam.dataStore(null);
		assertThat(this.sam.dataSize()).isZero();
	}

	@Test
	void tooMuchDataShouldBeRefused() {
		this.sam.initialize(OPTIONS);
		assertError(CsError.TOO_BIG, () -> this.sam.dataStore(new byte[Sam.MAX_DATA_SIZE + 1]));
	}

	@Test
	void callbackShouldNeedAnIntervalAndBeThereBeforeItIsTakenBack() {
		this.sam.initialize(Duration.ZERO, RecoveryPolicy.QUIT);
		this.sam.register();
		assertError(CsError.INVALID_PARAM, () -> this.sam.hcCallbackRegister(() -> true));
		Sam other = in(SamState.REGISTERED);
		assertError(CsError.INVALID_PARAM, () -> other.hcCallbackRegister(null));
		other.hcCallbackRegister(() -> true);
		other.hcCallbackRegister(null);
	}

	@Test
	void markFailedShouldNeedTheCmapFlag() {
		this.sam.initialize(Duration.ZERO, RecoveryPolicy.QUIT);
		this.sam.register();
		assertError(CsError.INVALID_PARAM, this.sam::markFailed);
	}

	@Test
	void instanceShouldBeTheFirstAndStatusUnknown() {
		this.sam.initialize(OPTIONS);
		assertThat(this.sam.register()).isZero();
		assertThat(this.sam.status()).isNull();
		assertThatNoException().isThrownBy(() -> this.sam.unhealthy("nobody hears"));
		assertError(CsError.NOT_SUPPORTED, () -> this.sam.recover("nobody hears"));
	}

}
