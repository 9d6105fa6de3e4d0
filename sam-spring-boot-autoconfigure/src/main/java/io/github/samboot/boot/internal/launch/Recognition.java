package io.github.samboot.boot.internal.launch;

/**
 * What {@link LaunchRecognition} makes of a process.
 */
sealed interface Recognition {

	/** A plain launch of an application. */
	record Launch() implements Recognition {

	}

	/**
	 * Perhaps a launch: supervised only if the user says so outside of the configuration
	 * files.
	 *
	 * @param why what is unusual, as the end of a sentence that says "because"
	 */
	record Doubt(String why) implements Recognition {

	}

	/**
	 * No launch, whatever anybody says.
	 *
	 * @param why what was seen, as the end of a sentence that says "because"
	 */
	record Never(String why) implements Recognition {

	}

}
