package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.nio.file.Path;

import io.github.samboot.core.internal.rundir.Nonce;
import io.github.samboot.core.internal.rundir.WatchdogAddress;
import io.github.samboot.core.internal.wire.Frame;
import io.github.samboot.core.internal.wire.MessageType;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.watchdog.internal.cluster.ClusterLink;
import io.github.samboot.watchdog.internal.connection.Client;
import io.github.samboot.watchdog.internal.incident.IncidentReports;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.process.ApplicationCommand;
import io.github.samboot.watchdog.internal.process.ApplicationProcess;
import io.github.samboot.watchdog.internal.rundir.Meeting;
import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Lane;
import org.jspecify.annotations.Nullable;

/**
 * Does what the rules decide. Only the event loop's thread uses it.
 */
final class Deeds implements Effect.Actor {

	private final EventLoop loop;

	private final Course course;

	private final Crew crew;

	private final Conversation conversation;

	private final Succession succession;

	private final Meeting meeting;

	private final ClusterLink cluster;

	private final ApplicationCommand command;

	private final IncidentReports reports;

	private final Log log;

	private boolean hasFailed;

	private int exitCode;

	Deeds(EventLoop loop, Course course, Crew crew, Conversation conversation, Succession succession, Meeting meeting,
			ClusterLink cluster, ApplicationCommand command, IncidentReports reports, Log log) {
		this.loop = loop;
		this.course = course;
		this.crew = crew;
		this.conversation = conversation;
		this.succession = succession;
		this.meeting = meeting;
		this.cluster = cluster;
		this.command = command;
		this.reports = reports;
		this.log = log;
	}

	/**
	 * Return whether the application failed, once all is over.
	 */
	boolean hasFailed() {
		return this.hasFailed;
	}

	int exitCode() {
		return this.exitCode;
	}

	@Override
	public void spawn(Effect.Spawn effect) {
		if (effect.lane() == Lane.SPARE) {
			spawnSpare();
			return;
		}
		ApplicationProcess process;
		Seat seat = Seat.EMPTY;
		try {
			this.meeting.tryToEnsure(this.course.supervision());
			this.meeting.tryToRefresh();
			String nonce = Nonce.create();
			seat = new Seat(nonce, this.meeting.newPage());
			this.crew.seat(seat);
			process = ApplicationProcess.start(this.command, new WatchdogAddress(nonce, this.meeting.directory()),
					this.succession);
			seat.taken(process);
		}
		catch (Throwable ex) {
			// a process that runs all the same must not register
			this.crew.forget(seat);
			this.course.surely(new Event.SpawnFailed(Lane.ACTIVE, reason(ex)));
			return;
		}
		this.course.surely(new Event.Spawned(Lane.ACTIVE, process.pid()));
		this.crew
			.started("Started instance " + effect.instanceId() + " of the application, pid " + process.pid() + ".");
	}

	private void spawnSpare() {
		try {
			this.meeting.tryToEnsure(this.course.supervision());
			this.crew.spare()
				.start(this.course.supervision().options().standby().mode(), this.succession, this.succession);
		}
		catch (Throwable ex) {
			this.course.surely(new Event.SpawnFailed(Lane.SPARE, reason(ex)));
		}
	}

	static String reason(@Nullable Throwable ex) {
		return (ex instanceof IOException) ? String.valueOf(ex.getMessage()) : String.valueOf(ex);
	}

	@Override
	public void send(Effect.Send effect) {
		if (effect.lane() == Lane.SPARE) {
			this.crew.spare().send(effect.signal());
			return;
		}
		ApplicationProcess process = this.crew.active().process();
		if (process == null) {
			return;
		}
		try {
			process.send(effect.signal());
		}
		catch (IOException ex) {
			this.log.warn("Signal " + effect.signal() + " cannot be sent to process " + process.pid() + ": "
					+ ex.getMessage());
		}
	}

	@Override
	public void reply(Effect.Reply effect) {
		Client client = (effect.lane() == Lane.SPARE) ? this.crew.spare().seat().client() : this.crew.active().client();
		this.conversation.tell(client, new Frame(MessageType.REPLY, effect.request(),
				Payload.reply(effect.error(), effect.message(), Payload.number(effect.value()))));
	}

	@Override
	public void announceRecovery(Effect.AnnounceRecovery effect) {
		this.conversation.tell(new Frame(MessageType.RECOVERY_IMMINENT, 0,
				Payload.recoveryImminent(effect.reason(), effect.message(), effect.gracePeriod())));
	}

	@Override
	public void announceQuorum(Effect.AnnounceQuorum effect) {
		this.conversation.tell(new Frame(MessageType.QUORUM, 0, Payload.quorum(effect.quorate(), effect.members())));
	}

	@Override
	public void publish(Effect.Publish effect) {
		this.cluster.publish(effect.state());
	}

	@Override
	public void save() {
		this.meeting.save(this.course.supervision());
	}

	@Override
	public void report(Effect.Report effect) {
		Path directory = this.course.supervision().options().incidents().directory();
		if (directory != null) {
			this.reports.write(directory, this.course.supervision().options().incidents().kept(), effect.incident());
		}
	}

	@Override
	public void say(Effect.Say effect) {
		if (effect.isWarning()) {
			this.log.warn(effect.text());
		}
		else {
			this.log.info(effect.text());
		}
	}

	@Override
	public void quit(Effect.Quit effect) {
		this.hasFailed = effect.isFailure();
		this.exitCode = effect.code();
		this.loop.stop();
	}

	@Override
	public void promote(Effect.Promote effect) {
		this.crew.promote();
		// before the answer: then it may ask for the data
		this.meeting.tryToEnsure(this.course.supervision());
		this.meeting.tryToRefresh();
	}

}
