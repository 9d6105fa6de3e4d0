package io.github.samboot.boot.internal.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
	void argumentsShouldKeepEveryByte() {
		byte[] commandLine = { 'j', 0, 'a', ' ', 'b', 0, 0, (byte) 0xe9, (byte) 0xff, 0, 0 };
		List<byte[]> arguments = OriginalCommand.parse(commandLine).arguments();
		assertThat(arguments).containsExactly(new byte[] { 'a', ' ', 'b' }, new byte[0],
				new byte[] { (byte) 0xe9, (byte) 0xff }, new byte[0]);
	}

	@Test
	void unknownCommandLineShouldBeEmpty() {
		assertThat(OriginalCommand.parse(new byte[0]).arguments()).isEmpty();
	}

	@Test
	void commandOfThisProcessShouldBeRead() throws IOException {
		assertThat(OriginalCommand.read().arguments()).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "@/dev/fd/63", "@/dev/fd/0", "/dev/fd/63", "--file=/dev/fd/3", "@/proc/self/fd/12",
			"@/dev/stdin" })
	void inheritedDescriptorShouldBeFound(String argument) {
		assertThat(find(argument)).isEqualTo(argument);
	}

	@ParameterizedTest
	@ValueSource(strings = { "@args.txt", "--file=/dev/fd/0", "/dev/fd/2", "/dev/stdin", "@", "" })
	void otherArgumentShouldBeRepeatable(String argument) {
		assertThat(find(argument)).isNull();
	}

	private static String find(String argument) {
		return OriginalCommand.parse(("java\0x\0" + argument + "\0").getBytes(StandardCharsets.UTF_8))
			.findUnrepeatable();
	}

}
