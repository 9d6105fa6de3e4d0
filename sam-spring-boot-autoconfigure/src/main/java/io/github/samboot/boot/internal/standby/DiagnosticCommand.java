package io.github.samboot.boot.internal.standby;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * What {@code jcmd} has this JVM do, asked for from inside.
 */
final class DiagnosticCommand {

	private static final String MBEAN = "com.sun.management:type=DiagnosticCommand";

	private DiagnosticCommand() {
	}

	/**
	 * Have a command executed that takes options.
	 * @param server where the JVM registers its commands
	 * @param operation the name of the command, as the MBean spells it
	 * @param options the options
	 * @return what it says
	 * @throws JMException if this JVM has no such command
	 */
	static String invokeWithOptions(MBeanServer server, String operation, String... options) throws JMException {
		return String.valueOf(server.invoke(new ObjectName(MBEAN), operation, new Object[] { options },
				new String[] { String[].class.getName() }));
	}

	/**
	 * Have a command executed that takes no options.
	 * @param server where the JVM registers its commands
	 * @param operation the name of the command, as the MBean spells it
	 * @throws JMException if this JVM has no such command
	 */
	static void invoke(MBeanServer server, String operation) throws JMException {
		server.invoke(new ObjectName(MBEAN), operation, null, null);
	}

}
