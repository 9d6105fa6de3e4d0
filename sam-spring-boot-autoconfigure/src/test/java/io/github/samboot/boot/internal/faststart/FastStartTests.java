package io.github.samboot.boot.internal.faststart;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an archive is made for.
 */
class FastStartTests {

	@Test
	void whatMayBeOnByDefaultShouldBeNamedIfItIsOff() {
		assertThat(FastStart.flags()).filteredOn((flag) -> flag.endsWith("UseCompressedOops")).hasSize(1);
		// Java 17 has no such flag, and from 27 on it is on by default
		assertThat(FastStart.flags()).filteredOn((flag) -> flag.endsWith("UseCompactObjectHeaders"))
			.hasSize((Runtime.version().feature() < 25) ? 0 : 1);
	}

	@Test
	void oneCollectorShouldBeNamed() {
		assertThat(FastStart.flags()).filteredOn((flag) -> flag.endsWith("GC"))
			.hasSize(1)
			.first()
			.asString()
			.startsWith("-XX:+");
	}

}
