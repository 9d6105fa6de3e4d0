package io.github.samboot.core.internal.rundir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.core.Incident;

/**
 * The names of the reports of incidents: the watchdog writes them, others read them.
 */
public final class IncidentFiles {

	/** Their names begin with it, then comes the time. */
	public static final String PREFIX = "incident-";

	private IncidentFiles() {
	}

	/**
	 * Return a file of an incident.
	 * @param directory where reports are written
	 * @param incident the incident
	 * @param isJson whether the one for programs is meant, and not the text
	 * @return the file, which need not exist
	 */
	public static Path of(Path directory, Incident incident, boolean isJson) {
		return directory.resolve(isJson ? jsonName(incident) : textName(incident));
	}

	/**
	 * Read a file of an incident. What a JVM has written into it need not be UTF-8.
	 * @param directory where reports are written
	 * @param incident the incident
	 * @param isJson whether the one for programs is meant, and not the text
	 * @return its content
	 * @throws IOException if it cannot be read, or does not exist
	 */
	public static String read(Path directory, Incident incident, boolean isJson) throws IOException {
		return new String(Files.readAllBytes(of(directory, incident, isJson)), StandardCharsets.UTF_8);
	}

	/**
	 * Return the name of the text file of an incident.
	 * @param incident the incident
	 * @return the name
	 */
	public static String textName(Incident incident) {
		return name(incident) + ".txt";
	}

	/**
	 * Return the name of the JSON file of an incident.
	 * @param incident the incident
	 * @return the name
	 */
	public static String jsonName(Incident incident) {
		return name(incident) + ".json";
	}

	/**
	 * Return the name of the files of an incident.
	 * @param incident the incident
	 * @return the name, without what tells the files apart
	 */
	public static String name(Incident incident) {
		String time = incident.detectedAt()
			.toString()
			.replace("-", "")
			.replace(":", "")
			.replace(".", "")
			.replace("Z", "");
		return PREFIX + time.replace('T', '-') + "-instance-" + incident.instanceId();
	}

}
