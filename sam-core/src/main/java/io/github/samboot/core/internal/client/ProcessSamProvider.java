package io.github.samboot.core.internal.client;

import io.github.samboot.core.Sam;

/**
 * Provides {@link ProcessSam} to {@link Sam#ofProcess()}, which must not know it.
 */
public final class ProcessSamProvider implements Sam.Provider {

	@Override
	public Sam sam() {
		return ProcessSam.get();
	}

}
