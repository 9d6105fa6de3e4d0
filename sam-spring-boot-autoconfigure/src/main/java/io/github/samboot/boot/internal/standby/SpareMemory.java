package io.github.samboot.boot.internal.standby;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;

import com.sun.management.HotSpotDiagnosticMXBean;

/**
 * Gives back the memory that a spare has needed for its start, and not for waiting: what
 * the start-up left in the heap, the room that the heap has grown to, and what
 * {@code malloc} keeps. The collectors differ in how much of the heap they give back.
 */
final class SpareMemory {

	private static final String MIN_FREE = "MinHeapFreeRatio";

	private static final String MAX_FREE = "MaxHeapFreeRatio";

	/** Of the heap, in percent, while the spare's garbage is collected. */
	private static final int LEAST_FREE = 5;

	private static final int MOST_FREE = 10;

	/**
	 * Afterwards: room without memory behind it, so that the rest of the start-up fits.
	 */
	private static final int ROOM_FREE = 75;

	private SpareMemory() {
	}

	/**
	 * Collect the garbage of the start, and give back what is free after that.
	 */
	static void release() {
		try {
			collect(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class));
			DiagnosticCommand.invoke(ManagementFactory.getPlatformMBeanServer(), "systemTrimNativeHeap");
		}
		catch (Exception | LinkageError ex) {
			System.getLogger(SpareMemory.class.getName())
				.log(Level.DEBUG, "This spare keeps the memory of its start-up", ex);
		}
	}

	/**
	 * The two ratios can be changed while the JVM runs, and decide how far a collection
	 * that was asked for shrinks the heap. What the second one adds has no pages until it
	 * is used; without it an instance would collect garbage as soon as it is promoted.
	 */
	private static void collect(HotSpotDiagnosticMXBean vm) {
		String min = vm.getVMOption(MIN_FREE).getValue();
		String max = vm.getVMOption(MAX_FREE).getValue();
		try {
			// the lower one never above the higher one
			vm.setVMOption(MIN_FREE, String.valueOf(LEAST_FREE));
			vm.setVMOption(MAX_FREE, String.valueOf(MOST_FREE));
			System.gc();
			vm.setVMOption(MAX_FREE, String.valueOf(ROOM_FREE));
			vm.setVMOption(MIN_FREE, String.valueOf(ROOM_FREE));
			System.gc();
		}
		finally {
			vm.setVMOption(MIN_FREE, String.valueOf(LEAST_FREE));
			vm.setVMOption(MAX_FREE, max);
			vm.setVMOption(MIN_FREE, min);
		}
	}

}
