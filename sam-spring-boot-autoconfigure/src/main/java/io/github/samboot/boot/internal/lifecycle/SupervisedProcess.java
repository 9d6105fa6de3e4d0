package io.github.samboot.boot.internal.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.core.SamOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the environment listener does with this process.
 */
interface SupervisedProcess {

	/**
	 * Return why this process is not supervised.
	 * @return one sentence, {@code null} if it is supervised
	 */
	@Nullable String inertReason();

	/**
	 * Return whether it is not supervised though it should be.
	 * @return whether {@link #inertReason()} is a failure, and no decision
	 */
	default boolean isInertByFailure() {
		return false;
	}

	/**
	 * Go on without supervision.
	 * @param reason one sentence that says why
	 */
	void decline(String reason);

	/**
	 * Go on without supervision, unless this process registers after all.
	 * @param reason one sentence that says why
	 */
	void declineUntilRegistered(String reason);

	/**
	 * Start a watchdog beside this process, if that is how it is to be supervised.
	 * @param javaOptions further options of the watchdog's JVM
	 * @param runDirectory where the run directory is made, {@code null} to choose
	 * @throws IOException if it cannot be started
	 */
	void attachSidecar(List<String> javaOptions, @Nullable Path runDirectory) throws IOException;

	/**
	 * Tell the watchdog the options, unless that is done.
	 * @param options the options
	 */
	void initialize(SamOptions options);

	/**
	 * Return whether the watchdog knows the options.
	 * @return whether {@link #initialize} was called with success
	 */
	boolean isInitialized();

	/**
	 * Return whether the watchdog knows the options and waits for this process to
	 * register.
	 * @return whether {@code register} comes next
	 */
	boolean awaitsRegistration();

	/**
	 * The supervised application has failed: that its context closes now is no wish.
	 */
	void runFailed();

	/**
	 * Tell the watchdog that start-up begins again, if the supervised application was
	 * closed.
	 */
	void startAgain();

	/**
	 * Return how this process is supervised, once all is decided.
	 * @param options the options for a SAM without a watchdog
	 * @return the supervision
	 */
	Supervision supervision(SamOptions options);

}
