package io.github.samboot.boot.internal.standby;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.function.BooleanSupplier;

import javax.management.ObjectName;

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

	/** What the heap is to have again once its memory is given back. */
	private static final int ROOM = 75;

	/** G1 gives memory back after its pause, bit by bit. */
	private static final long GIVEN_BACK_MILLIS = 2000;

	private SpareMemory() {
	}

	/**
	 * Collect the garbage of the start, and give back what is free after that.
	 * @param goOn whether this process still is a spare
	 * @throws InterruptedException if this thread is to end
	 */
	static void release(BooleanSupplier goOn) throws InterruptedException {
		try {
			HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
			collect(vm, LEAST_FREE, MOST_FREE);
			ManagementFactory.getPlatformMBeanServer()
				.invoke(new ObjectName(ClassList.COMMANDS), "systemTrimNativeHeap", null, null);
			Thread.sleep(GIVEN_BACK_MILLIS);
			if (goOn.getAsBoolean()) {
				// without room an instance would collect garbage as soon as it is
				// promoted;
				// there is no memory behind that room until it is used
				collect(vm, ROOM, ROOM);
			}
		}
		catch (InterruptedException ex) {
			throw ex;
		}
		catch (Exception | LinkageError ex) {
			System.getLogger(SpareMemory.class.getName())
				.log(Level.DEBUG, "This spare keeps the memory of its start-up", ex);
		}
	}

	/**
	 * The two ratios can be changed while the JVM runs, and decide how large the heap is
	 * after a collection that was asked for.
	 */
	private static void collect(HotSpotDiagnosticMXBean vm, int minFree, int maxFree) {
		String min = vm.getVMOption(MIN_FREE).getValue();
		String max = vm.getVMOption(MAX_FREE).getValue();
		try {
			ratios(vm, String.valueOf(minFree), String.valueOf(maxFree));
			System.gc();
		}
		finally {
			ratios(vm, min, max);
		}
	}

	/**
	 * The lower one is never above the higher one.
	 */
	private static void ratios(HotSpotDiagnosticMXBean vm, String min, String max) {
		vm.setVMOption(MIN_FREE, "0");
		vm.setVMOption(MAX_FREE, max);
		vm.setVMOption(MIN_FREE, min);
	}

}
