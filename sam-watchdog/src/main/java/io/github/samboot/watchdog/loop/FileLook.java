package io.github.samboot.watchdog.loop;

import java.util.function.Supplier;

import io.github.samboot.watchdog.launch.LaunchFiles;
import org.jspecify.annotations.Nullable;

/**
 * One look at the files that the application is started from, on a thread of its own: on
 * a file system that hangs, the loop must not hang too.
 */
final class FileLook implements Runnable {

	private final Supplier<LaunchFiles> files;

	private volatile @Nullable LaunchFiles seen;

	private long fingerprint;

	private FileLook(Supplier<LaunchFiles> files) {
		this.files = files;
	}

	/**
	 * Begin to look.
	 * @param files finds the files
	 * @return the look; it may never be over
	 */
	static FileLook at(Supplier<LaunchFiles> files) {
		FileLook look = new FileLook(files);
		Thread thread = new Thread(null, look, "sam-files", 128 * 1024);
		thread.setDaemon(true);
		thread.start();
		return look;
	}

	@Override
	public void run() {
		LaunchFiles files = this.files.get();
		this.fingerprint = files.fingerprint();
		this.seen = files;
	}

	/**
	 * Return the files, {@code null} until the look is over.
	 */
	@Nullable LaunchFiles files() {
		return this.seen;
	}

	/**
	 * Return what they looked like; once there are {@link #files()}.
	 */
	long fingerprint() {
		return this.fingerprint;
	}

}
