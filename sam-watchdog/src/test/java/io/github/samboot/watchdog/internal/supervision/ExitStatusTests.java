package io.github.samboot.watchdog.internal.supervision;

import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("any-java")
class ExitStatusTests {

	@ParameterizedTest
	@CsvSource({ "-1,unknown,1", "0,exit code 0,1", "1,exit code 1,1", "3,exit code 3,3", "132,signal 4,132",
			"134,SIGABRT,134", "135,signal 7,135", "136,signal 8,136", "137,SIGKILL,137", "139,SIGSEGV,139",
			"143,exit code 143,1" })
	void codeShouldBeReadableAndAFailure(int code, String text, int failure) {
		ExitStatus status = new ExitStatus(code);
		assertThat(status.text()).isEqualTo(text);
		assertThat(status.asFailure(Set.of(0, 143))).isEqualTo(failure);
		assertThat(status.isKnown()).isEqualTo(code >= 0);
	}

	@ParameterizedTest
	@CsvSource({ "129,true", "130,true", "143,true", "0,false", "1,false", "137,false", "-1,false" })
	void signalsThatAskShouldBeTold(int code, boolean asks) {
		assertThat(new ExitStatus(code).isRequestedBySignal()).isEqualTo(asks);
	}

}
