package io.github.samboot.core;

import java.time.Duration;
import java.util.ServiceLoader;

import org.jspecify.annotations.Nullable;

/**
 * The Simple Availability Manager, as one application sees it: the Java face of
 * {@code sam_*(3)}. A process has one.
 * <p>
 * All methods are thread-safe. Each throws {@link SamException} where the C function
 * returns an error; {@link CsError#BAD_HANDLE} always means that the call is not allowed
 * in the current {@link #state() state}.
 * <p>
 * Some calls ask the watchdog: {@link #initialize}, {@link #register} and {@link #start}
 * wait as long as it takes; {@link #stop}, {@link #warnSignalSet}, {@link #markFailed},
 * {@link #recover}, {@link #replace}, {@link #extendStartup} and {@link #finalizeSam}
 * wait for ten seconds at most, {@link #dataStore} only where the run directory has to be
 * made again, {@link #dataRestore} and {@link #dataSize} only where no data is found.
 * Besides what is said there, each may throw {@link CsError#LIBRARY} if the watchdog ends
 * during the call and {@link CsError#TRY_AGAIN} while a new one is being started (but not
 * {@link #stop}, {@link #extendStartup} and {@link #finalizeSam}, of which the new one
 * hears), {@link CsError#TIMEOUT} if it does not answer, {@link CsError#QUEUE_FULL} if
 * too many requests wait for it already, and {@link CsError#INTERRUPT} if the waiting
 * thread is interrupted; whether the watchdog has acted is unknown then.
 */
public interface Sam {

	/** The most user data that {@link #dataStore} takes, in bytes. */
	int MAX_DATA_SIZE = 64 * 1024 * 1024;

	/**
	 * Return the SAM of this process. It does nothing before
	 * {@link #initialize(SamOptions) initialize}.
	 * @return the one instance
	 * @throws IllegalStateException if a tool that merges jars has left out the file
	 * {@code META-INF/services/io.github.samboot.core.Sam$Provider}
	 */
	static Sam ofProcess() {
		return ServiceLoader.load(Provider.class, Sam.class.getClassLoader())
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(
					"META-INF/services of sam-core is missing: " + "a tool that merges jars has to keep these files"))
			.sam();
	}

	/**
	 * Return the state of this process, which decides what calls are allowed.
	 * @return the state
	 */
	SamState state();

	/**
	 * Connect to the watchdog and tell it interval and policy
	 * ({@code sam_initialize(3)}).
	 * @param timeInterval how long the watchdog waits for a heartbeat, zero for no limit
	 * @param recoveryPolicy what it does then
	 * @throws SamException BAD_HANDLE if done before; LIBRARY if this process has no
	 * watchdog; VERSION if that speaks another protocol; the error of the quorum provider
	 * under a quorum policy
	 */
	default void initialize(Duration timeInterval, RecoveryPolicy recoveryPolicy) {
		initialize(SamOptions.of(timeInterval, recoveryPolicy));
	}

	/**
	 * Connect to the watchdog with more than interval and policy.
	 * @param options what the watchdog has to know
	 * @throws SamException as {@link #initialize(Duration, RecoveryPolicy)}
	 */
	void initialize(SamOptions options);

	/**
	 * Become the supervised instance ({@code sam_register(3)}). A recovered application
	 * runs its {@code main} again; what it does before this call happens in every
	 * instance, but user data stored before it only counts in instance 0. A hot spare
	 * waits in this call until the instance before it is gone.
	 * @return the instance id: 0, and one more after each recovery or planned replacement
	 * @throws SamException BAD_HANDLE unless initialized; LIBRARY if the watchdog is
	 * gone; INTERRUPT if the waiting thread is interrupted
	 */
	int register();

	/**
	 * Return the instance id that {@link #register()} returned.
	 * @return the instance id
	 * @throws SamException BAD_HANDLE before register
	 */
	int instanceId();

	/**
	 * Switch supervision on ({@code sam_start(3)}). Under a quorum policy this blocks
	 * until the cluster is quorate.
	 * @throws SamException BAD_HANDLE unless registered; LIBRARY if the watchdog is gone;
	 * TRY_AGAIN if it was replaced during the call; INTERRUPT if the waiting thread is
	 * interrupted
	 */
	void start();

	/**
	 * Switch supervision off ({@code sam_stop(3)}); it may be started again.
	 * @throws SamException BAD_HANDLE unless started
	 */
	void stop();

	/**
	 * Send one heartbeat ({@code sam_hc_send(3)}): one store into memory shared with the
	 * watchdog, some tens of nanoseconds.
	 * @throws SamException BAD_HANDLE unless started; LIBRARY if the watchdog is gone
	 */
	void hcSend();

	/**
	 * Let SAM ask for the health of the application instead of being told
	 * ({@code sam_hc_callback_register(3)}): from {@link #start()} on a thread sends four
	 * heartbeats per time interval, and calls back once per interval.
	 * @param callback the callback, {@code null} to go back to {@link #hcSend()}
	 * @throws SamException BAD_HANDLE unless registered and not started; INVALID_PARAM if
	 * the time interval is zero, or the first callback is {@code null}
	 */
	void hcCallbackRegister(@Nullable HealthCheck callback);

	/**
	 * Set the signal that precedes SIGKILL ({@code sam_warn_signal_set(3)}); SIGKILL
	 * means no warning. It holds for later instances too.
	 * @param signal the warn signal
	 * @throws SamException BAD_HANDLE unless initialized, registered or started
	 */
	void warnSignalSet(Signal signal);

	/**
	 * Keep data that survives the death of this process and of the watchdog
	 * ({@code sam_data_store(3)}). It replaces what was stored before. A thread that is
	 * interrupted already stores, too, and stays interrupted.
	 * @param data the data, {@code null} or empty to clear
	 * @throws SamException BAD_HANDLE unless initialized, registered or started; TOO_BIG
	 * beyond {@link #MAX_DATA_SIZE}; NO_SPACE if it cannot be written; NO_MEMORY if there
	 * is none for it
	 */
	void dataStore(byte @Nullable [] data);

	/**
	 * Return the size of the saved data ({@code sam_data_getsize(3)}).
	 * @return the size in bytes, 0 if there is none
	 * @throws SamException BAD_HANDLE unless initialized, registered or started; LIBRARY
	 * if it cannot be read
	 */
	int dataSize();

	/**
	 * Return the saved data ({@code sam_data_restore(3)}). Call it after
	 * {@link #register()}: while a spare waits in that, the active instance still stores.
	 * @return a copy, empty if there is none
	 * @throws SamException BAD_HANDLE unless initialized, registered or started; LIBRARY
	 * if it cannot be read; NO_MEMORY if there is none for it
	 */
	byte[] dataRestore();

	/**
	 * Copy the saved data into a buffer, as {@code sam_data_restore(3)} does.
	 * @param buffer takes the data from its first byte on
	 * @return how many bytes were copied
	 * @throws SamException INVALID_PARAM if the buffer is smaller than the data; else as
	 * {@link #dataRestore()}
	 */
	default int dataRestore(byte[] buffer) {
		byte[] data = dataRestore();
		if (buffer.length < data.length) {
			throw new SamException(CsError.INVALID_PARAM, "The buffer of " + buffer.length
					+ " bytes is smaller than the saved data of " + data.length + " bytes: ask dataSize() first");
		}
		System.arraycopy(data, 0, buffer, 0, data.length);
		return data.length;
	}

	/**
	 * Give up for good ({@code sam_mark_failed(3)}): this process is killed without a
	 * warning, the watchdog quits whatever the policy, and cmap keeps the state
	 * {@code failed}.
	 * @throws SamException BAD_HANDLE unless registered or started; INVALID_PARAM without
	 * {@link SamOptions.Cluster#cmap()}
	 */
	void markFailed();

	/**
	 * Report this process as unhealthy: it is warned at once, killed and replaced. Does
	 * nothing unless started. (An addition; in C one stops sending heartbeats.)
	 * @param message one sentence that names the culprit
	 */
	void unhealthy(String message);

	/**
	 * Ask for this instance to be replaced, as after a failure. (An addition.)
	 * @param message who asks, and why
	 * @throws SamException BAD_HANDLE unless started, and while the application is being
	 * stopped or waits for quorum; NOT_SUPPORTED if supervision is off
	 */
	void recover(String message);

	/**
	 * Ask for a planned replacement of this instance by one that is started from what is
	 * on disk now: a spare is prepared first, and only when that is ready this instance
	 * is asked to end with SIGTERM. If it does not get ready, this instance goes on. (An
	 * addition.)
	 * @param message who asks, and why
	 * @throws SamException BAD_HANDLE unless started and up; EXIST while a replacement is
	 * in progress; LIBRARY if the watchdog is gone; NOT_SUPPORTED if supervision is off
	 */
	void replace(String message);

	/**
	 * Say that start-up makes progress: it may take that long from now on, if that is
	 * longer than the start-up timeout leaves. Call it again and again during a long
	 * migration. Does nothing once start-up is over. (An addition, as
	 * {@code EXTEND_TIMEOUT_USEC} of {@code sd_notify(3)}.)
	 * @param duration how long start-up may take from now on at least
	 * @throws SamException BAD_HANDLE unless initialized, registered or started;
	 * INVALID_PARAM unless the duration is above zero
	 */
	void extendStartup(Duration duration);

	/**
	 * End the use of SAM ({@code sam_finalize(3)}): stop if started; the watchdog then
	 * waits for the process to end and exits with its status.
	 * @throws SamException BAD_HANDLE if not initialized, or done before
	 */
	void finalizeSam();

	/**
	 * Return what the watchdog knows.
	 * @return the status, {@code null} if this process has no watchdog (now)
	 */
	@Nullable SamStatus status();

	/**
	 * Add a listener to what the watchdog tells.
	 * @param listener the listener
	 */
	void addListener(SamListener listener);

	/**
	 * Remove a listener; what is just being told may still reach it.
	 * @param listener the listener; need not have been added
	 */
	void removeListener(SamListener listener);

	/**
	 * Finds the SAM of this process; a service of {@link ServiceLoader}.
	 */
	interface Provider {

		/**
		 * Return the SAM of this process.
		 * @return the same at each call
		 */
		Sam sam();

	}

}
