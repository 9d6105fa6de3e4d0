package io.github.samboot.watchdog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import io.github.samboot.core.HealthCheck;
import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.RestartLimits;
import io.github.samboot.core.Sam;
import io.github.samboot.core.SamException;
import io.github.samboot.core.SamListener;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.SamStatus;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.client.ProcessSam;
import io.github.samboot.core.internal.process.KnownProcess;

/**
 * An application without Spring that does what the lines on its standard input say, and
 * tells on its standard output what happens to it. Its settings are arguments of the form
 * {@code name=value}.
 */
public final class TalkingApplication {

	private static final Sam SAM = Sam.ofProcess();

	private static volatile boolean beating = true;

	private static long pause = 20_000_000;

	private TalkingApplication() {
	}

	public static void main(String[] args) throws Exception {
		say("address " + System.getenv("SAMBOOT_WATCHDOG"));
		say("nice " + nice(ProcessHandle.current().pid()));
		for (String arg : args) {
			say("argument " + HexFormat.of().formatHex(bytes(arg)));
		}
		if (Arrays.asList(args).contains("unsupervised=true")) {
			obey();
			return;
		}
		if ("warm".equals(System.getenv("SAMBOOT_SPARE"))) {
			ProcessSam.get().standBy();
			say("promoted");
		}
		if (Arrays.asList(args).contains("hang-at-exit=true")) {
			Runtime.getRuntime().addShutdownHook(new Thread(java.util.concurrent.locks.LockSupport::park));
		}
		SAM.addListener(new Teller());
		SAM.initialize(options(args));
		String early = setting(args, "early", "");
		if (!early.isEmpty()) {
			SAM.dataStore(early.getBytes(StandardCharsets.UTF_8));
		}
		if (ProcessSam.get().isSpare()) {
			say("waits");
			tellData();
		}
		int id = SAM.register();
		say("registered " + id);
		if (Arrays.asList(args).contains("crash-early=" + id)) {
			Runtime.getRuntime().halt(9);
		}
		tellData();
		boolean holds = Arrays.asList(args).contains("hold=true");
		int port = holds ? ProcessSam.get().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50) : 0;
		ProcessSam.get().start(Arrays.asList(args).contains("start-continues=true"));
		pause = Long.parseLong(setting(args, "pause", "20")) * 1_000_000;
		Thread heart = new Thread(TalkingApplication::beat, "heart");
		heart.setDaemon(true);
		heart.start();
		say("started " + id);
		if (Arrays.asList(args).contains("crash=true")) {
			Runtime.getRuntime().halt(11);
		}
		if (holds) {
			say("listens on " + port);
			answer(port != 0, id);
		}
		obey();
	}

	/**
	 * Standard input is the held socket, from the second instance on: tell clients which
	 * instance this is, until there are none for some minutes.
	 */
	private static void answer(boolean listens, int id) throws Exception {
		ServerSocketChannel channel = listens ? (ServerSocketChannel) System.inheritedChannel()
				: ServerSocketChannel.open().bind(null);
		channel.socket().setSoTimeout(300_000);
		try {
			while (true) {
				try (Socket client = channel.socket().accept()) {
					client.getOutputStream().write(id);
				}
			}
		}
		catch (SocketTimeoutException ex) {
			Runtime.getRuntime().halt(0);
		}
	}

	/**
	 * The scheduling priority of a process, see {@code proc(5)}.
	 */
	static String nice(long pid) {
		return KnownProcess.stat(pid, 19);
	}

	private static byte[] bytes(String arg) {
		return arg.getBytes(java.nio.charset.Charset.forName(System.getProperty("sun.jnu.encoding")));
	}

	private static SamOptions options(String[] args) {
		SamOptions.Builder builder = SamOptions.builder(
				Duration.ofMillis(Long.parseLong(setting(args, "interval", "1000"))),
				RecoveryPolicy.valueOf(setting(args, "policy", "RESTART")));
		String grace = setting(args, "grace", "");
		if (!grace.isEmpty()) {
			builder.gracePeriod(Duration.ofMillis(Long.parseLong(grace)));
		}
		String incidents = setting(args, "incidents", "");
		if (!incidents.isEmpty()) {
			builder.incidents(java.nio.file.Path.of(incidents), 20);
		}
		String restarts = setting(args, "max-restarts", "");
		if (!restarts.isEmpty()) {
			Duration delay = Duration.ofMillis(Long.parseLong(setting(args, "delay", "0")));
			builder.restartLimits(new RestartLimits(Integer.parseInt(restarts), Duration.ofMinutes(10), delay, delay));
		}
		builder.shutdownTimeout(Duration.ofMillis(Long.parseLong(setting(args, "shutdown-timeout", "60000"))));
		builder.connections(Arrays.asList(args).contains("hold=true"), Duration.ofMinutes(5));
		builder.endDescendants(Boolean.parseBoolean(setting(args, "end-descendants", "false")));
		builder.startupTimeout(Duration.ofMillis(Long.parseLong(setting(args, "startup-timeout", "0"))));
		builder.standby(setting(args, "standby", "none")).standbyDelay(Duration.ofMillis(100));
		builder.onLoss(SamOptions.WatchdogLoss.valueOf(setting(args, "on-loss", "REPLACE")));
		return builder.build();
	}

	private static String setting(String[] args, String name, String otherwise) {
		for (String arg : args) {
			if (arg.startsWith(name + "=")) {
				return arg.substring(name.length() + 1);
			}
		}
		return otherwise;
	}

	private static synchronized void say(String text) {
		byte[] line = (ProcessHandle.current().pid() + " " + text + "\n").getBytes(StandardCharsets.UTF_8);
		System.out.write(line, 0, line.length);
		System.out.flush();
	}

	private static void beat() {
		while (true) {
			try {
				beatOn();
			}
			catch (InternalError ex) {
				// from compiled code, a fault on the page may be raised anywhere
				ProcessSam.get().heartbeatPageLost(ex);
			}
		}
	}

	private static void beatOn() {
		while (true) {
			try {
				if (beating) {
					SAM.hcSend();
				}
			}
			catch (SamException ex) {
				// stopped
			}
			java.util.concurrent.locks.LockSupport.parkNanos(pause);
		}
	}

	private static void obey() throws Exception {
		String line = readLine();
		while (line != null) {
			try {
				obey(line);
			}
			catch (SamException ex) {
				say("error " + ex.error());
			}
			line = readLine();
		}
		// nobody is there any more: an instance must not be left behind
		Runtime.getRuntime().halt(0);
	}

	/**
	 * Unbuffered: what is not for this instance is left to the next.
	 */
	private static String readLine() throws IOException {
		StringBuilder line = new StringBuilder();
		int c = System.in.read();
		while (c >= 0 && c != '\n') {
			line.append((char) c);
			c = System.in.read();
		}
		return (c >= 0) ? line.toString() : null;
	}

	private static void obey(String line) throws IOException {
		int space = line.indexOf(' ');
		String command = (space > 0) ? line.substring(0, space) : line;
		String rest = (space > 0) ? line.substring(space + 1) : "";
		switch (command) {
			case "halt" -> Runtime.getRuntime().halt(Integer.parseInt(rest));
			case "exit" -> System.exit(Integer.parseInt(rest));
			case "hang" -> beating = false;
			case "beat" -> beating = true;
			case "stop" -> SAM.stop();
			case "start" -> SAM.start();
			case "extend" -> SAM.extendStartup(Duration.ofMillis(Long.parseLong(rest)));
			case "ready" -> ProcessSam.get().ready();
			case "finalize" -> SAM.finalizeSam();
			case "unhealthy" -> SAM.unhealthy(rest);
			case "recover" -> SAM.recover(rest);
			case "store" -> SAM.dataStore(rest.getBytes(StandardCharsets.UTF_8));
			case "store-bytes" -> SAM.dataStore(new byte[Integer.parseInt(rest)]);
			case "clear" -> SAM.dataStore(null);
			case "restore" -> tellData();
			case "warn-signal" -> {
				Signal signal = Signal.of(rest);
				SAM.warnSignalSet(signal);
				if (signal != Signal.SIGKILL) {
					sun.misc.Signal.handle(new sun.misc.Signal(signal.shortName()),
							(received) -> say("received SIG" + received.getName()));
				}
			}
			case "callback" -> callback(Integer.parseInt(rest));
			case "status" -> tellStatus();
			case "leave" -> say("left " + new ProcessBuilder(rest.split(" ")).start().pid());
			default -> throw new IllegalArgumentException(line);
		}
		say("done " + command);
	}

	/**
	 * As the fifth scenario of Corosync's own tests.
	 */
	private static void callback(int calls) {
		SAM.stop();
		beating = false;
		SAM.hcCallbackRegister(new HealthCheck() {

			private int count;

			@Override
			public boolean isHealthy() {
				if (this.count == calls) {
					return false;
				}
				this.count++;
				SAM.dataStore(Integer.toString(this.count).getBytes(StandardCharsets.US_ASCII));
				return true;
			}

		});
		SAM.start();
	}

	private static void tellData() {
		byte[] data = SAM.dataRestore();
		say("restored " + ((data.length < 1000) ? new String(data, StandardCharsets.UTF_8) : data.length + " bytes"));
	}

	private static void tellStatus() {
		SamStatus status = SAM.status();
		if (status == null) {
			say("status none");
			return;
		}
		say("status " + status.state() + " instance " + status.instanceId() + " pid " + status.pid() + " watchdog "
				+ status.watchdogPid() + " data " + status.dataSize() + " recoveries " + status.totalRecoveries());
		if (status.standby() != null) {
			say("standby " + status.standby().mode() + " " + status.standby().state() + " " + status.standby().pid());
		}
		if (!status.incidents().isEmpty()) {
			say("incident " + status.incidents().get(0).reason().id() + " " + status.incidents().get(0).exit());
		}
	}

	/**
	 * Tells what the watchdog tells.
	 */
	private static final class Teller implements SamListener {

		@Override
		public void quorumChanged(boolean quorate, List<Long> members) {
			say("quorum " + quorate);
		}

		@Override
		public void recoveryImminent(IncidentReason reason, String message, Duration gracePeriod) {
			say("imminent " + reason.id() + " " + gracePeriod.toMillis());
		}

		@Override
		public void watchdogLost() {
			say("lost");
		}

		@Override
		public void watchdogReplaced(long watchdogPid) {
			say("replaced " + watchdogPid);
		}

	}

}
