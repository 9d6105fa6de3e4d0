package io.github.samboot.autoconfigure;

import io.github.samboot.boot.SamProperties;
import io.github.samboot.boot.internal.faststart.FastStart;
import io.github.samboot.boot.internal.lifecycle.Supervision;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration for faster starts of later instances
 * ({@code sam.fast-start.enabled=true}).
 */
@AutoConfiguration(after = SamAutoConfiguration.class)
@ConditionalOnBean(Supervision.class)
@Conditional(OnSamSetting.FastStartIsEnabled.class)
public final class SamFastStartAutoConfiguration {

	@Bean("io.github.samboot.boot.internal.faststart.FastStart")
	@ConditionalOnMissingBean
	FastStart samFastStart(Supervision supervision, SamProperties properties) {
		return new FastStart(supervision, properties.fastStart());
	}

}
