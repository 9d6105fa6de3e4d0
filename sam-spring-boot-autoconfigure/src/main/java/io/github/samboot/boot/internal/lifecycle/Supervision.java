package io.github.samboot.boot.internal.lifecycle;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.samboot.boot.internal.diagnostics.SamClusterException;
import io.github.samboot.boot.internal.launch.LaunchState;
import io.github.samboot.boot.internal.launch.SamLaunch;
import io.github.samboot.core.CsError;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.internal.client.ApplicationSam;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.client.UnsupervisedSam;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;

/**
 * Whether this process is supervised, how, and why not. A process is supervised at most
 * once, however many contexts it has. Without supervision each hierarchy of contexts has
 * a {@link Sam} of its own that goes through the same states, so that code which uses it
 * behaves the same.
 */
public final class Supervision {

	private static final Log logger = LogFactory.getLog(Supervision.class);

	private static final Supervision PROCESS = new Supervision(ProcessSam::get, SamLaunch.current()::state);

	private final Supplier<? extends ApplicationSam> sam;

	private final Supplier<LaunchState> launch;

	private final AtomicReference<@Nullable Object> owner = new AtomicReference<>();

	private volatile @Nullable String declined;

	/**
	 * Create a supervision.
	 * @param sam the SAM, only asked for where it is used
	 * @param launch what became of the process when it was launched
	 */
	public Supervision(Supplier<? extends ApplicationSam> sam, Supplier<LaunchState> launch) {
		this.sam = sam;
		this.launch = launch;
	}

	static Supervision ofProcess() {
		return PROCESS;
	}

	/**
	 * Return the supervision of a context, once all is decided.
	 * @param options the options for a SAM without a watchdog
	 * @return that of the process or, if it is not supervised, one without a watchdog
	 */
	public static Supervision ofContext(SamOptions options) {
		String reason = PROCESS.reason();
		if (reason == null) {
			return PROCESS;
		}
		UnsupervisedSam sam = new UnsupervisedSam();
		sam.initialize(options);
		return new Supervision(() -> sam, () -> LaunchState.inert(reason));
	}

	/**
	 * Return the SAM of this process.
	 * @return the SAM; without supervision one that does nothing
	 */
	public ApplicationSam sam() {
		return this.sam.get();
	}

	/**
	 * Return whether there is, or soon will be again, a watchdog.
	 * @return whether this process is supervised
	 */
	public boolean isSupervised() {
		return reason() == null;
	}

	/**
	 * Return how the watchdog came to this process.
	 * @return {@code parent}, {@code sidecar}, {@code external} or {@code off}
	 */
	public String mode() {
		// the watchdog that started this process knows better how it came to be
		SamStatus status = isSupervised() ? sam().status() : null;
		return (status != null) ? status.mode() : this.launch.get().mode().name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Return why this process is not supervised.
	 * @return one sentence, {@code null} if it is supervised
	 */
	public @Nullable String reason() {
		LaunchState launch = this.launch.get();
		return launch.isSupervised() ? this.declined : launch.reason();
	}

	/**
	 * Return whether {@link #reason()} is a failure, and no decision.
	 */
	boolean isFailure() {
		return this.launch.get().isFailure();
	}

	/**
	 * Make one context of this process the one that registers, starts and stops.
	 * @param owner the life cycle of that context
	 * @return whether it is the one; {@code false} if another is
	 */
	boolean acquire(Object owner) {
		return this.owner.compareAndSet(null, owner) || this.owner.get() == owner;
	}

	/**
	 * Let another context take over from a closed one.
	 * @param owner the life cycle of the closed context
	 */
	void release(Object owner) {
		this.owner.compareAndSet(owner, null);
	}

	/**
	 * Return whether a context, or one above it, is the one that is supervised. One that
	 * could not be refreshed is not any more, nor is another then.
	 */
	boolean includes(@Nullable ApplicationContext context) {
		return (this.owner.get() instanceof SamLifecycle lifecycle) ? lifecycle.includes(context) : isActive();
	}

	/**
	 * Return whether this process is registered.
	 * @return whether it may do what only one instance may do at a time
	 */
	public boolean isActive() {
		SamState state = sam().state();
		return state == SamState.REGISTERED || state == SamState.STARTED;
	}

	boolean isInitialized() {
		return sam().state() != SamState.NOT_INITIALIZED;
	}

	/**
	 * Return whether the watchdog knows the options and waits for this process to
	 * register.
	 */
	boolean awaitsRegistration() {
		return sam().state() == SamState.INITIALIZED;
	}

	/**
	 * Tell the watchdog the options.
	 * @param options the options
	 */
	void initialize(SamOptions options) {
		try {
			sam().initialize(options);
		}
		catch (SamException ex) {
			boolean connected = sam().connection() == WatchdogConnection.CONNECTED;
			if (ex.error() == CsError.ACCESS && !connected) {
				this.declined = "SAM leaves this process alone: it has inherited the environment of one that is supervised, "
						+ "but the watchdog did not start it; a start script must exec";
				logger.warn(this.declined);
				return;
			}
			boolean needsCluster = options.recoveryPolicy().needsQuorum() || options.cluster().cmap();
			throw (needsCluster && connected && ex.error() != CsError.INTERRUPT) ? new SamClusterException(options, ex)
					: ex;
		}
	}

	/**
	 * Go on without supervision.
	 * @param reason one sentence that says why
	 */
	void decline(String reason) {
		this.declined = reason;
		if (sam().isSupervised()) {
			tellDeclined(reason);
		}
	}

	/**
	 * Go on without supervision, unless this process registers after all.
	 * @param reason one sentence that says why
	 */
	void declineUntilRegistered(String reason) {
		if (awaitsRegistration()) {
			tellDeclined(reason);
		}
	}

	private void tellDeclined(String reason) {
		try {
			sam().decline(reason);
		}
		catch (SamException ex) {
			logger.warn("The watchdog could not be told that this application is not supervised: " + ex.getMessage());
		}
	}

}
