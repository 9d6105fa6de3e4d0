package io.github.samboot.boot.internal.health;

import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Calls what belongs to the application and is needed for a verdict, each with an answer
 * of its own for the case that it fails or takes too long.
 */
final class ApplicationCalls {

	private final HealthSetup setup;

	private final HealthLog log;

	private final SideThread group = new SideThread("sam-health-group");

	private final SideThread details = new SideThread("sam-health-details");

	private long end;

	private boolean failed;

	ApplicationCalls(HealthSetup setup, HealthLog log) {
		this.setup = setup;
		this.log = log;
	}

	/**
	 * Limit the calls that follow: together they must not take longer than a verdict
	 * holds.
	 */
	void begin() {
		this.end = System.nanoTime() + this.setup.limits().timeout().toNanos() / 2;
	}

	boolean mayBegin() {
		begin();
		try {
			return call(this.group, this.setup.begin()::getAsBoolean);
		}
		catch (Throwable ex) {
			this.log.warn("It cannot be found out whether health checks may begin, so they do", ex);
			return true;
		}
	}

	/**
	 * Return the status of the group.
	 * @param statuses the statuses of its members, by name
	 * @return the status, by default rules if its own fail; {@code null} if there is no
	 * thread to find it out
	 */
	@Nullable GroupStatus status(Map<String, String> statuses) {
		try {
			GroupStatus status = statuses.isEmpty() ? HealthGroup.BY_DEFAULT.status(statuses)
					: call(this.group, () -> this.setup.members().status(statuses));
			this.failed = false;
			return status;
		}
		catch (OutOfMemoryError ex) {
			return null;
		}
		catch (Throwable ex) {
			if (!this.failed) {
				this.failed = true;
				this.log.warn("The status of the health group cannot be found out; until it can, DOWN and "
						+ "OUT_OF_SERVICE count as bad", ex);
			}
			return HealthGroup.BY_DEFAULT.status(statuses);
		}
	}

	String detail(HealthAnswer answer) {
		try {
			return call(this.details, answer::detail);
		}
		catch (Throwable ex) {
			return "its details cannot be shown in time";
		}
	}

	private <T> T call(SideThread thread, Callable<T> code) throws Exception {
		return thread.call(code, this.end - System.nanoTime());
	}

	void end() {
		this.group.end();
		this.details.end();
	}

}
