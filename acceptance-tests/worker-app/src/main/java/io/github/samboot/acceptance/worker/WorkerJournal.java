package io.github.samboot.acceptance.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Writes down, in a directory that all instances share, which of them has come past
 * {@code register}, and locks a file from then on until its process has ended.
 */
@Component
@ConditionalOnProperty("worker.journal")
class WorkerJournal implements SmartLifecycle {

	private final long pid = ProcessHandle.current().pid();

	private final Sam sam;

	private final Path directory;

	private @Nullable FileChannel lock;

	private volatile boolean running;

	WorkerJournal(Sam sam, @Value("${worker.journal}") Path directory) {
		this.sam = sam;
		this.directory = directory;
		// some take their time to end
		Runtime.getRuntime().addShutdownHook(new Thread(() -> waitInShutdown((this.pid % 3) * 500)));
	}

	private static void waitInShutdown(long milliseconds) {
		try {
			Thread.sleep(milliseconds);
		}
		catch (InterruptedException ex) {
			// then at once
		}
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	@Override
	public void start() {
		this.running = true;
		try {
			// stays open, as the kernel gives the lock back when it is closed
			this.lock = FileChannel.open(this.directory.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			boolean alone = this.lock.tryLock() != null;
			String data = new String(this.sam.dataRestore(), StandardCharsets.UTF_8);
			write("registered", "%d %s %s".formatted(this.sam.instanceId(), alone ? "alone" : "beside", data));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		try {
			this.sam.dataStore(Long.toString(this.pid).getBytes(StandardCharsets.UTF_8));
			write("stored", "");
		}
		catch (SamException ex) {
			write("unsaved", ex.toString());
		}
	}

	@EventListener
	void changed(AvailabilityChangeEvent<LivenessState> event) {
		if (event.getState() == LivenessState.CORRECT) {
			write("up", "");
		}
	}

	@Override
	public void stop() {
		this.running = false;
		write("closing", "");
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	private void write(String what, String details) {
		try (FileChannel journal = FileChannel.open(this.directory.resolve("journal"), StandardOpenOption.CREATE,
				StandardOpenOption.APPEND)) {
			journal.write(
					ByteBuffer.wrap((what + " " + this.pid + " " + details + "\n").getBytes(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
