package io.github.samboot.watchdog.internal.supervision;

import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What a spare asked for, to be in force when it is promoted.
 *
 * @param options its options, {@code null} before it called initialize
 * @param warnSignal the warn signal it set, {@code null} if it did not
 */
record SpareSettings(@Nullable SamOptions options, @Nullable Signal warnSignal) {

	static final SpareSettings NONE = new SpareSettings(null, null);

	void adopt(Draft next) {
		if (this.options != null) {
			next.adopt(this.options);
		}
		if (this.warnSignal != null) {
			next.warnSignal = this.warnSignal;
		}
	}

}
