package io.github.samboot.boot.internal.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.boot.internal.diagnostics.SamClusterException;
import io.github.samboot.boot.internal.launch.SamLaunch;
import io.github.samboot.boot.internal.launch.SamLaunch.Outcome;
import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamState;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.client.WatchdogConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The process that this code runs in. Static, as a process is supervised at most once.
 */
public final class ThisProcess implements SupervisedProcess {

	private static final Log logger = LogFactory.getLog(ThisProcess.class);

	private static volatile @Nullable String declined;

	@Override
	public @Nullable String inertReason() {
		SamLaunch launch = SamLaunch.current();
		return (launch.outcome() != Outcome.SUPERVISED) ? launch.reason() : declined;
	}

	@Override
	public boolean isInertByFailure() {
		return SamLaunch.current().isFailure();
	}

	@Override
	public void decline(String reason) {
		declined = reason;
		ProcessSam sam = ProcessSam.get();
		if (sam.isSupervised() && sam.state() == SamState.NOT_INITIALIZED) {
			tellDeclined(sam, reason);
		}
	}

	@Override
	public void declineUntilRegistered(String reason) {
		if (awaitsRegistration()) {
			tellDeclined(ProcessSam.get(), reason);
		}
	}

	private static void tellDeclined(ProcessSam sam, String reason) {
		try {
			sam.decline(reason);
		}
		catch (SamException ex) {
			logger.warn("The watchdog could not be told that this application is not supervised: " + ex.getMessage());
		}
	}

	@Override
	public void attachSidecar(List<String> javaOptions, @Nullable Path runDirectory) throws IOException {
		SamLaunch.current().attachSidecar(javaOptions, runDirectory);
	}

	@Override
	public void initialize(SamOptions options) {
		ProcessSam sam = ProcessSam.get();
		if (sam.state() == SamState.NOT_INITIALIZED) {
			try {
				sam.initialize(options);
			}
			catch (SamException ex) {
				if (ex.error() == CsError.ACCESS && sam.connection() != WatchdogConnection.CONNECTED) {
					declined = "SAM leaves this process alone: it has inherited the environment of one that is supervised, "
							+ "but the watchdog did not start it; a start script must exec";
					logger.warn(declined);
					return;
				}
				boolean needsCluster = options.recoveryPolicy().needsQuorum() || options.cluster().cmap();
				if (needsCluster && sam.connection() == WatchdogConnection.CONNECTED
						&& ex.error() != CsError.INTERRUPT) {
					throw new SamClusterException(options, ex);
				}
				throw ex;
			}
		}
	}

	@Override
	public boolean isInitialized() {
		return ProcessSam.get().state() != SamState.NOT_INITIALIZED;
	}

	@Override
	public boolean awaitsRegistration() {
		return ProcessSam.get().state() == SamState.INITIALIZED;
	}

	@Override
	public void runFailed() {
		ProcessSam.get().runFailed();
	}

	@Override
	public void startAgain() {
		ProcessSam.get().startAgain();
	}

	@Override
	public Supervision supervision(SamOptions options) {
		String reason = inertReason();
		return (reason != null) ? new InertSupervision(options, reason)
				: new ProcessSupervision(ProcessSam.get(), SamLaunch.current().mode());
	}

}
