package io.github.samboot.boot.test;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.SmartContextLoader;

/**
 * An instance of the application under test: a context and its SAM.
 */
final class SimulatedInstance {

	private static final ThreadLocal<SimulatedInstance> LOADED = new ThreadLocal<>();

	private final SamTester tester;

	private final SimulatedSam sam;

	private volatile @Nullable ConfigurableApplicationContext context;

	SimulatedInstance(SamTester tester, SimulatedSam sam) {
		this.tester = tester;
		this.sam = sam;
	}

	/**
	 * Return which instance the context is that the current thread loads.
	 */
	static @Nullable SimulatedInstance beingLoaded() {
		return LOADED.get();
	}

	void load(MergedContextConfiguration configuration) {
		LOADED.set(this);
		try {
			((SmartContextLoader) configuration.getContextLoader()).loadContext(configuration);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The next instance did not start", ex);
		}
		finally {
			LOADED.remove();
		}
	}

	/**
	 * Load it on a thread of its own, where it may wait.
	 */
	CompletableFuture<Void> loadAside(MergedContextConfiguration configuration) {
		CompletableFuture<Void> loaded = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				load(configuration);
				loaded.complete(null);
			}
			catch (Throwable ex) {
				loaded.completeExceptionally(ex);
			}
		}, "sam-tester-spare");
		thread.setDaemon(true);
		thread.start();
		return loaded;
	}

	void isLoadedInto(ConfigurableApplicationContext context) {
		this.context = context;
	}

	SamTester tester() {
		return this.tester;
	}

	SimulatedSam sam() {
		return this.sam;
	}

	ConfigurableApplicationContext context() {
		ConfigurableApplicationContext context = this.context;
		if (context == null) {
			throw new IllegalStateException("There is no context yet");
		}
		return context;
	}

}
