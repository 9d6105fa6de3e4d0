package io.github.samboot.boot.internal.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.samboot.boot.internal.lifecycle.Supervision;
import io.github.samboot.core.SamStatus;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * Adds {@code sam} to the endpoint {@code info}: which instance this is.
 *
 * @param supervision how this process is supervised
 */
public record SamInfoContributor(Supervision supervision) implements InfoContributor {

	@Override
	public void contribute(Info.Builder builder) {
		Map<String, Object> details = new LinkedHashMap<>();
		SamStatus status = this.supervision.sam().status();
		if (status != null) {
			details.put("state", status.state().text());
			details.put("instanceId", status.instanceId());
			details.put("mode", status.mode());
			details.put("recoveryPolicy", status.recoveryPolicy().id());
			details.put("recoveries", status.totalRecoveries());
		}
		else {
			details.put("state", SamDescriptor.stateWithoutWatchdog(this.supervision.sam().connection()));
			details.put("mode", this.supervision.mode());
		}
		builder.withDetail("sam", details);
	}

}
