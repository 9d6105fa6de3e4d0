package io.github.samboot.core.internal.wire;

import java.nio.file.Files;
import java.nio.file.Path;

import org.opentest4j.TestAbortedException;

/**
 * Tests that make files of other users, or mount file systems, need root; where
 * {@code SAM_TEST_REQUIRE_ALL} is set they fail without.
 */
public final class Privileges {

	private Privileges() {
	}

	public static void require() {
		boolean isRoot;
		try {
			isRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
		}
		catch (Exception ex) {
			isRoot = false;
		}
		if (!isRoot) {
			String message = "This test needs root";
			if (Boolean.parseBoolean(System.getenv("SAM_TEST_REQUIRE_ALL"))) {
				throw new AssertionError(message);
			}
			throw new TestAbortedException(message);
		}
	}

}
