package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OriginalCommand}.
 */
class OriginalCommandTests {

	@Test
	void commandOfThisProcessShouldBeRead() throws IOException {
		assertThat(OriginalCommand.arguments()).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "@/dev/fd/63", "@/dev/fd/0", "/dev/fd/63", "--file=/dev/fd/3", "@/proc/self/fd/12",
			"@/dev/stdin" })
	void inheritedDescriptorShouldBeFound(String argument) {
		assertThat(find(argument)).isEqualTo(argument);
	}

	@ParameterizedTest
	@ValueSource(strings = { "@args.txt", "--file=/dev/fd/0", "/dev/fd/2", "/dev/stdin", "--directory=/proc/self/fd/",
			"@", "" })
	void otherArgumentShouldBeRepeatable(String argument) {
		assertThat(find(argument)).isNull();
	}

	private static String find(String argument) {
		return OriginalCommand.findUnrepeatable(List.of("x", argument));
	}

	@Test
	void virtualMachineThatDoesNotKnowTheOptionsOfTheWatchdogShouldBeAnObstacle() {
		assertThat(OriginalCommand.isOtherMachine("Eclipse OpenJ9 VM")).isTrue();
		assertThat(OriginalCommand.isOtherMachine(System.getProperty("java.vm.name"))).isFalse();
	}

}
