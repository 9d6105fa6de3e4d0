package io.github.samboot.boot.internal.launch;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The calls that led to {@code SpringApplication.run}.
 *
 * @param calls the calls of this thread, innermost first
 * @param mainThread the classes on the stack of the thread {@code main}, where that is
 * another one
 * @param sourceLocations the code sources of the application's primary sources
 * @param named the class that the {@code java} command named, if it was looked up
 */
record CallStack(List<Call> calls, List<String> mainThread, Set<String> sourceLocations, @Nullable NamedClass named) {

	/**
	 * One call.
	 *
	 * @param className the class that declares the method
	 * @param methodName the method
	 * @param location the code source of the class, only looked up for {@code main}
	 */
	record Call(String className, String methodName, @Nullable String location) {

		boolean isMain() {
			return this.methodName.equals("main");
		}

		/**
		 * Kotlin's companion objects and Scala's objects have their {@code main} in a
		 * class beside the one that is launched.
		 */
		String outermostClass() {
			int dollar = this.className.indexOf('$');
			return (dollar > 0) ? this.className.substring(0, dollar) : this.className;
		}

	}

	/**
	 * A class that inherits its {@code main}.
	 *
	 * @param superclasses the names of its superclasses
	 * @param location its code source
	 */
	record NamedClass(Set<String> superclasses, @Nullable String location) {

	}

}
