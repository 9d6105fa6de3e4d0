package io.github.samboot.boot.internal.diagnostics;

import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.SamException;
import io.github.samboot.core.SamOptions;

/**
 * The watchdog works, but not what it needs of the cluster.
 */
public class SamClusterException extends SamException {

	private static final long serialVersionUID = 1L;

	private final transient SamOptions options;

	/**
	 * Create an exception.
	 * @param options what was asked for
	 * @param refusal what the watchdog said to that
	 */
	public SamClusterException(SamOptions options, SamException refusal) {
		super(refusal.error(), refusal.reason(), refusal);
		this.options = options;
	}

	/**
	 * Return which properties ask for the cluster.
	 * @return the properties with their values
	 */
	List<String> causes() {
		List<String> causes = new ArrayList<>();
		if (this.options.recoveryPolicy().needsQuorum()) {
			causes.add("sam.recovery-policy=" + this.options.recoveryPolicy().id());
		}
		if (this.options.cluster().cmap()) {
			causes.add("sam.cmap=true");
		}
		return causes;
	}

}
