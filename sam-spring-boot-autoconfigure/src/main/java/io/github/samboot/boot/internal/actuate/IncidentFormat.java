package io.github.samboot.boot.internal.actuate;

import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * What the report of an incident can be asked for as.
 */
enum IncidentFormat implements Producible<IncidentFormat> {

	/** For people. */
	TEXT(MimeTypeUtils.TEXT_PLAIN),

	/** For programs, and for those who do not say. */
	JSON(MimeTypeUtils.APPLICATION_JSON);

	private final MimeType mimeType;

	IncidentFormat(MimeType mimeType) {
		this.mimeType = mimeType;
	}

	@Override
	public MimeType getProducedMimeType() {
		return this.mimeType;
	}

	@Override
	public boolean isDefault() {
		return this == JSON;
	}

}
