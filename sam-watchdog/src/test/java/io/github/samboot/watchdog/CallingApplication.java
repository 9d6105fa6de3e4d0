package io.github.samboot.watchdog;

import java.time.Duration;
import java.util.Arrays;

import io.github.samboot.core.CsError;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.Signal;

/**
 * Makes every call in every state and says which one had another result than SAM's manual
 * has.
 */
public final class CallingApplication {

	private static final Sam SAM = Sam.ofProcess();

	private static int wrong;

	private CallingApplication() {
	}

	public static void main(String[] args) {
		SamOptions options = SamOptions.builder(Duration.ofSeconds(30), RecoveryPolicy.RESTART).cmap(false).build();
		refusedUnlessUsable("before initialize");
		refusedUnlessRegistered("before initialize");
		expect(CsError.BAD_HANDLE, "register before initialize", SAM::register);
		expect(CsError.OK, "initialize", () -> SAM.initialize(options));
		expect(CsError.BAD_HANDLE, "initialize twice", () -> SAM.initialize(options));
		refusedUnlessRegistered("before register");
		data("before register");
		expect(CsError.OK, "store before register", () -> SAM.dataStore(new byte[128]));
		expect(CsError.OK, "warn signal before register", () -> SAM.warnSignalSet(Signal.SIGUSR1));
		expect(CsError.OK, "register", () -> check(SAM.register() == 0, "instance id 0"));
		check(SAM.dataSize() == 128, "data of before register");
		expect(CsError.BAD_HANDLE, "register twice", SAM::register);
		expect(CsError.BAD_HANDLE, "initialize after register", () -> SAM.initialize(options));
		expect(CsError.BAD_HANDLE, "heartbeat before start", SAM::hcSend);
		expect(CsError.BAD_HANDLE, "stop before start", SAM::stop);
		expect(CsError.BAD_HANDLE, "recover before start", () -> SAM.recover("no"));
		expect(CsError.INVALID_PARAM, "first callback null", () -> SAM.hcCallbackRegister(null));
		expect(CsError.INVALID_PARAM, "mark failed without cmap", SAM::markFailed);
		data("after register");
		expect(CsError.OK, "start", SAM::start);
		check(SAM.state() == SamState.STARTED, "state started");
		expect(CsError.BAD_HANDLE, "start twice", SAM::start);
		expect(CsError.BAD_HANDLE, "callback after start", () -> SAM.hcCallbackRegister(() -> true));
		expect(CsError.BAD_HANDLE, "register after start", SAM::register);
		expect(CsError.INVALID_PARAM, "mark failed without cmap after start", SAM::markFailed);
		expect(CsError.OK, "heartbeat", SAM::hcSend);
		expect(CsError.OK, "warn signal after start", () -> SAM.warnSignalSet(Signal.SIGTERM));
		data("after start");
		expect(CsError.OK, "stop", SAM::stop);
		check(SAM.state() == SamState.REGISTERED, "state registered after stop");
		expect(CsError.BAD_HANDLE, "stop twice", SAM::stop);
		expect(CsError.BAD_HANDLE, "heartbeat after stop", SAM::hcSend);
		expect(CsError.OK, "callback", () -> SAM.hcCallbackRegister(() -> true));
		expect(CsError.OK, "callback null", () -> SAM.hcCallbackRegister(null));
		expect(CsError.OK, "start again", SAM::start);
		expect(CsError.OK, "finalize", SAM::finalizeSam);
		expect(CsError.BAD_HANDLE, "finalize twice", SAM::finalizeSam);
		expect(CsError.BAD_HANDLE, "initialize after finalize", () -> SAM.initialize(options));
		expect(CsError.BAD_HANDLE, "register after finalize", SAM::register);
		refusedUnlessUsable("after finalize");
		refusedUnlessRegistered("after finalize");
		System.out.println("wrong calls: " + wrong);
		Runtime.getRuntime().halt(wrong);
	}

	private static void data(String when) {
		byte[] data = { 1, 2, 3 };
		expect(CsError.OK, "store " + when, () -> SAM.dataStore(data));
		check(SAM.dataSize() == 3, "size " + when);
		check(Arrays.equals(SAM.dataRestore(), data), "data " + when);
		expect(CsError.INVALID_PARAM, "small buffer " + when, () -> SAM.dataRestore(new byte[2]));
		expect(CsError.TOO_BIG, "too big " + when, () -> SAM.dataStore(new byte[Sam.MAX_DATA_SIZE + 1]));
		check(SAM.dataRestore(new byte[4]) == 3, "large buffer " + when);
		expect(CsError.OK, "clear " + when, () -> SAM.dataStore(null));
		check(SAM.dataSize() == 0, "size after clear " + when);
	}

	private static void refusedUnlessUsable(String when) {
		expect(CsError.BAD_HANDLE, "store " + when, () -> SAM.dataStore(new byte[1]));
		expect(CsError.BAD_HANDLE, "size " + when, SAM::dataSize);
		expect(CsError.BAD_HANDLE, "restore " + when, SAM::dataRestore);
		expect(CsError.BAD_HANDLE, "warn signal " + when, () -> SAM.warnSignalSet(Signal.SIGTERM));
	}

	private static void refusedUnlessRegistered(String when) {
		expect(CsError.BAD_HANDLE, "start " + when, SAM::start);
		expect(CsError.BAD_HANDLE, "stop " + when, SAM::stop);
		expect(CsError.BAD_HANDLE, "heartbeat " + when, SAM::hcSend);
		expect(CsError.BAD_HANDLE, "instance id " + when, SAM::instanceId);
		expect(CsError.BAD_HANDLE, "callback " + when, () -> SAM.hcCallbackRegister(() -> true));
		expect(CsError.BAD_HANDLE, "mark failed " + when, SAM::markFailed);
		expect(CsError.BAD_HANDLE, "recover " + when, () -> SAM.recover("no"));
	}

	private static void expect(CsError expected, String call, Runnable attempt) {
		CsError error = CsError.OK;
		try {
			attempt.run();
		}
		catch (SamException ex) {
			error = ex.error();
		}
		check(error == expected, call + " should be " + expected + ", but is " + error);
	}

	private static void check(boolean right, String what) {
		if (!right) {
			System.out.println("wrong: " + what);
			wrong++;
		}
	}

}
