package io.github.samboot.boot.internal.actuate;

import io.github.samboot.boot.internal.actuate.SamDescriptor.GroupHealth;
import io.github.samboot.boot.internal.evidence.IncidentReporting;
import io.github.samboot.boot.internal.faststart.FastStart;
import io.github.samboot.boot.internal.health.HealthSupervision;
import io.github.samboot.boot.internal.health.HealthVerdict;
import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.CsError;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Endpoint {@code sam}: shows supervision, and switches it for operators who were given
 * access to that.
 */
@Endpoint(id = "sam", defaultAccess = Access.READ_ONLY)
public class SamEndpoint {

	private static final int CONFLICT = 409;

	private final Supervision supervision;

	private final @Nullable HealthSupervision health;

	private final @Nullable IncidentReporting reports;

	private final @Nullable FastStart fastStart;

	/**
	 * Create an endpoint.
	 * @param supervision how this process is supervised
	 * @param health the health checking, {@code null} if there is none
	 * @param reports finds reports of incidents, {@code null} if there are none
	 * @param fastStart prepares later starts, {@code null} if they are not
	 */
	public SamEndpoint(Supervision supervision, @Nullable HealthSupervision health, @Nullable IncidentReporting reports,
			@Nullable FastStart fastStart) {
		this.fastStart = fastStart;
		this.reports = reports;
		this.supervision = supervision;
		this.health = health;
	}

	/**
	 * Show how this process is supervised.
	 * @return the description
	 */
	@ReadOperation
	public SamDescriptor sam() {
		SamStatus status = this.supervision.sam().status();
		return (status != null)
				? SamDescriptor.of(status, groupHealth(), (this.fastStart != null) ? this.fastStart.describe() : null,
						output())
				: SamDescriptor.withoutWatchdog(this.supervision.sam().connection(), this.supervision.reason(),
						instanceId(), this.supervision.mode(), groupHealth(), output());
	}

	/**
	 * Show the report of an incident.
	 * @param part {@code incidents}
	 * @param number which one, 1 being the newest
	 * @param format what it is asked for as
	 * @return the report; HTTP status 404 if there is none
	 */
	@ReadOperation(producesFrom = IncidentFormat.class)
	WebEndpointResponse<String> incident(@Selector String part, @Selector int number, IncidentFormat format) {
		String report = (this.reports != null && part.equals("incidents"))
				? this.reports.read(number, format == IncidentFormat.JSON) : null;
		return (report != null) ? new WebEndpointResponse<>(report, format)
				: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

	private @Nullable String output() {
		return (this.health != null) ? this.health.outputProblem() : null;
	}

	private @Nullable Integer instanceId() {
		return (this.supervision.isActive() && this.supervision.isSupervised()) ? this.supervision.sam().instanceId()
				: null;
	}

	private @Nullable GroupHealth groupHealth() {
		if (this.health == null || !this.health.isInCharge() || !this.supervision.isSupervised()) {
			return null;
		}
		HealthVerdict verdict = this.health.verdict();
		return (verdict != null) ? new GroupHealth(this.health.group(), verdict.status(), verdict.consecutiveFailures())
				: new GroupHealth(this.health.group(), "UNKNOWN", 0);
	}

	/**
	 * Switch supervision off or on, or have this instance replaced.
	 * @param action {@code stop}, {@code start}, {@code recover} or {@code replace}
	 * @return the description afterwards; with HTTP status 409 if a planned replacement
	 * is in progress already
	 */
	@WriteOperation
	public WebEndpointResponse<SamDescriptor> change(String action) {
		if (!this.supervision.isSupervised()) {
			throw invalid("This application is not supervised. " + this.supervision.reason(), null);
		}
		Sam sam = this.supervision.sam();
		try {
			switch (action) {
				case "stop" -> sam.stop();
				case "start" -> sam.start();
				case "recover" -> sam.recover("requested through the endpoint sam");
				case "replace" -> sam.replace("requested through the endpoint sam");
				default ->
					throw invalid("Action '" + action + "' is unknown: use stop, start, recover or replace", null);
			}
		}
		catch (SamException ex) {
			if (ex.error() == CsError.EXIST) {
				return new WebEndpointResponse<>(sam(), CONFLICT);
			}
			throw invalid("Action '" + action + "' is not possible: " + ex.getMessage(), ex);
		}
		return new WebEndpointResponse<>(sam());
	}

	private static InvalidEndpointRequestException invalid(String message, @Nullable Throwable cause) {
		return new InvalidEndpointRequestException(message, message, cause);
	}

}
