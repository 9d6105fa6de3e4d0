package io.github.samboot.boot.internal.standby;

import java.lang.management.ManagementFactory;
import java.util.stream.Stream;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.samboot.test.ProcessTable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SpareMemoryTests {

	private static final int MIB = 1024 * 1024;

	private static long committed() {
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
	}

	private static long resident() {
		return ProcessTable.memory(ProcessHandle.current().pid(), "RssAnon") * 1024;
	}

	private static String[] ratios() {
		HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
		return Stream.of("MinHeapFreeRatio", "MaxHeapFreeRatio")
			.map((name) -> vm.getVMOption(name).getValue())
			.toArray(String[]::new);
	}

	@Test
	void heapShouldShrinkToWhatIsInUseAndThenGetRoomWithoutMemory() throws Exception {
		byte[][] startup = new byte[200][];
		for (int i = 0; i < startup.length; i++) {
			startup[i] = new byte[MIB];
		}
		assertThat(committed()).isGreaterThan(200L * MIB);
		startup = null;
		String[] before = ratios();
		long[] shrunk = new long[2];
		SpareMemory.release(() -> {
			shrunk[0] = committed();
			shrunk[1] = resident();
			return true;
		});
		long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
		// whole regions, and room for what this thread does
		assertThat(shrunk[0]).isLessThan(used + used / 4 + 16 * MIB);
		assertThat(committed()).isGreaterThan(2 * used);
		assertThat(resident() - shrunk[1]).isLessThan((committed() - shrunk[0]) / 2);
		assertThat(ratios()).isEqualTo(before);
	}

}
