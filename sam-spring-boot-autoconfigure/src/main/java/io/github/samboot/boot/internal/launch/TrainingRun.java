package io.github.samboot.boot.internal.launch;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Signs that a JVM runs only to write an archive of classes, code or a checkpoint.
 */
final class TrainingRun {

	private static final String[] OPTIONS = { "-XX:ArchiveClassesAtExit", "-XX:AOTCacheOutput", "-XX:AOTMode=record",
			"-XX:AOTMode=create", "-XX:DumpLoadedClassList", "-XX:SharedClassListFile", "-XX:+RecordDynamicDumpInfo",
			"-XX:CRaCCheckpointTo", "-Xshare:dump" };

	private TrainingRun() {
	}

	/**
	 * Look for an option that makes this a training run.
	 * @param jvmOptions options, each possibly several separated by blanks
	 * @return the option, {@code null} if there is none
	 */
	static @Nullable String find(List<String> jvmOptions) {
		for (String options : jvmOptions) {
			for (String option : OPTIONS) {
				if (containsOption(options, option)) {
					return option;
				}
			}
		}
		return null;
	}

	private static boolean containsOption(String text, String option) {
		int index = text.indexOf(option);
		while (index >= 0) {
			if (index == 0 || isSeparator(text.charAt(index - 1))) {
				return true;
			}
			index = text.indexOf(option, index + 1);
		}
		return false;
	}

	private static boolean isSeparator(char character) {
		return Character.isWhitespace(character) || character == '"' || character == '\'';
	}

}
