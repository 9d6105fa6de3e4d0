package io.github.samboot.boot.internal.progress;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * An executor that is looked at.
 *
 * @param name what it is called
 * @param completed how many tasks it has finished, always the same if that is not known
 * @param waiting how many tasks wait for one of its threads
 * @param threads tells its threads by their names
 */
record WatchedExecutor(String name, LongSupplier completed, IntSupplier waiting, Predicate<String> threads) {

	static WatchedExecutor of(String name, LongSupplier completed, IntSupplier waiting, @Nullable String prefix) {
		// those of another executor may only begin alike: task-1, task-import-1
		return new WatchedExecutor(name, completed, waiting, (prefix != null)
				? Pattern.compile(Pattern.quote(prefix) + "\\d+").asMatchPredicate() : (thread) -> false);
	}

}
