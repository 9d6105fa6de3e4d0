package io.github.samboot.boot.internal.launch;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Signs that a JVM runs only to write an archive of classes, code or a checkpoint.
 */
final class TrainingRun {

	/** Options may be separated by blanks, and quoted. */
	private static final Pattern OPTION = Pattern.compile("(?:^|[\\s\"'])(-Xshare:dump"
			+ "|-XX:(?:ArchiveClassesAtExit|AOTCacheOutput|AOTMode=record|AOTMode=create|DumpLoadedClassList"
			+ "|SharedClassListFile|\\+RecordDynamicDumpInfo|CRaCCheckpointTo))");

	private TrainingRun() {
	}

	/**
	 * Look for an option that makes this a training run.
	 * @param jvmOptions options, each possibly several separated by blanks
	 * @return the option, {@code null} if there is none
	 */
	static @Nullable String find(List<String> jvmOptions) {
		for (String options : jvmOptions) {
			Matcher matcher = OPTION.matcher(options);
			if (matcher.find()) {
				return matcher.group(1);
			}
		}
		return null;
	}

}
