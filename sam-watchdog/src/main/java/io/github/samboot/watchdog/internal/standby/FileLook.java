package io.github.samboot.watchdog.internal.standby;

import java.util.Map;
import java.util.function.Supplier;

import io.github.samboot.core.internal.process.DaemonThread;
import org.jspecify.annotations.Nullable;

/**
 * One look at the files that the application is started from, on a thread of its own: on
 * a file system that hangs, whoever wants to know must not hang too.
 */
final class FileLook implements Runnable {

	private final Supplier<LaunchFiles> source;

	private @Nullable LaunchFiles files;

	private @Nullable Map<String, Long> stamps;

	private volatile boolean isOver;

	private FileLook(Supplier<LaunchFiles> source) {
		this.source = source;
	}

	/**
	 * Begin to look.
	 * @param source finds the files
	 * @return the look; it may never be over
	 */
	static FileLook at(Supplier<LaunchFiles> source) {
		FileLook look = new FileLook(source);
		DaemonThread.start("sam-files", 128, look);
		return look;
	}

	@Override
	public void run() {
		try {
			LaunchFiles files = this.source.get();
			this.stamps = files.look();
			this.files = files;
		}
		catch (Throwable ex) {
			// no memory, no descriptor: the next look may see something
			this.stamps = null;
		}
		finally {
			this.isOver = true;
		}
	}

	boolean isOver() {
		return this.isOver;
	}

	/**
	 * Return the files, once the look is over; {@code null} if it failed.
	 */
	@Nullable LaunchFiles files() {
		return this.files;
	}

	/**
	 * Return what they are like, once the look is over; {@code null} if it failed.
	 */
	@Nullable Map<String, Long> stamps() {
		return this.stamps;
	}

}
