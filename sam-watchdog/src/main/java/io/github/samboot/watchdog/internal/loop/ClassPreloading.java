package io.github.samboot.watchdog.internal.loop;

import java.time.Duration;
import java.util.List;

import io.github.samboot.core.IncidentReason;
import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;
import io.github.samboot.core.Signal;
import io.github.samboot.core.internal.wire.Payload;
import io.github.samboot.watchdog.internal.incident.IncidentReports;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.ExitStatus;
import io.github.samboot.watchdog.internal.supervision.Lane;
import io.github.samboot.watchdog.internal.supervision.Moment;
import io.github.samboot.watchdog.internal.supervision.Supervision;

/**
 * Plays recoveries and stops through, in memory only: so every class that they need is
 * loaded while all is well, and a jar or JDK that is replaced on disk later does no harm.
 */
final class ClassPreloading {

	private static final ExitStatus KILLED = new ExitStatus(137);

	private ClassPreloading() {
	}

	static void run(Supervisor supervisor, IncidentReports reports) throws ClassNotFoundException {
		SamOptions options = SamOptions.builder(Duration.ofSeconds(1), RecoveryPolicy.RESTART)
			.warnSignal(Signal.SIGUSR1)
			.standby("hot")
			.standbyDelay(Duration.ZERO)
			.build();
		play(new Event.Begin(), new Event.Spawned(Lane.ACTIVE, 1), new Event.Initialize(Lane.ACTIVE, 1, options),
				new Event.Register(Lane.ACTIVE, 2), new Event.Start(3, true, false), new Event.Ready(),
				new Event.Beat(), new Event.TimePassed(0, ""), new Event.Spawned(Lane.SPARE, 2),
				new Event.Initialize(Lane.SPARE, 4, options), new Event.Register(Lane.SPARE, 5),
				new Event.TimePassed(0, ""), new Event.TimePassed(0, ""), new Event.TimePassed(0, ""),
				new Event.TimePassed(0, ""), new Event.Exited(Lane.ACTIVE, KILLED), new Event.Start(3, false, false),
				new Event.Unhealthy(""), new Event.Exited(Lane.ACTIVE, KILLED), new Event.SpawnFailed(Lane.ACTIVE, ""),
				new Event.TimePassed(0, ""), new Event.Spawned(Lane.ACTIVE, 1), new Event.Stopping(),
				new Event.StopRequested(Signal.SIGTERM), new Event.Exited(Lane.ACTIVE, new ExitStatus(0)));
		play(new Event.Begin(), new Event.Spawned(Lane.ACTIVE, 1), new Event.Initialize(Lane.ACTIVE, 1, options),
				new Event.Register(Lane.ACTIVE, 2), new Event.Start(3, false, false), new Event.TimePassed(1, ""),
				new Event.Spawned(Lane.SPARE, 2), new Event.SpareUnusable("", true),
				new Event.Exited(Lane.SPARE, KILLED), new Event.StopRequested(Signal.SIGTERM),
				new Event.Exited(Lane.ACTIVE, new ExitStatus(0)), new Event.Exited(Lane.SPARE, KILLED));
		play(new Event.SpawnFailed(Lane.SPARE, ""));
		play(new Event.Begin(), new Event.Spawned(Lane.ACTIVE, 1), new Event.Initialize(Lane.ACTIVE, 1, options),
				new Event.Register(Lane.ACTIVE, 2), new Event.Start(3, false, false), new Event.Stop(4),
				new Event.Start(5, false, false), new Event.TimePassed(0, ""), new Event.Spawned(Lane.SPARE, 2),
				new Event.Unhealthy(""), new Event.TimePassed(0, ""), new Event.TimePassed(0, ""),
				new Event.StopRequested(Signal.SIGTERM), new Event.Exited(Lane.ACTIVE, KILLED),
				new Event.Exited(Lane.SPARE, KILLED));
		play(new Event.Begin(), new Event.Spawned(Lane.ACTIVE, 1),
				new Event.Initialize(Lane.ACTIVE, 1, SamOptions.of(Duration.ofSeconds(1), RecoveryPolicy.QUORUM_QUIT)),
				new Event.Register(Lane.ACTIVE, 2), new Event.Start(3, false, false),
				new Event.Quorum(true, List.of(), ""));
		play(new Event.Adopted(1, 0, true), new Event.Initialize(Lane.ACTIVE, 1, options),
				new Event.WarnSignal(Lane.ACTIVE, 2, Signal.SIGUSR2), new Event.ExtendStartup(Lane.ACTIVE, 3, 1),
				new Event.StandBy(Lane.ACTIVE, 4), new Event.Recover(5, ""), new Event.MarkFailed(6),
				new Event.Exiting(), new Event.TimePassed(0, ""), new Event.Finish(7), new Event.Decline(8, ""));
		play(new Event.Begin(), new Event.Spawned(Lane.ACTIVE, 1), new Event.Initialize(Lane.ACTIVE, 1, options),
				new Event.Register(Lane.ACTIVE, 2), new Event.Start(3, false, false), new Event.Replace(4, ""),
				new Event.TimePassed(0, ""), new Event.Spawned(Lane.SPARE, 2), new Event.Exited(Lane.SPARE, KILLED),
				new Event.Replace(""), new Event.TimePassed(0, ""), new Event.Spawned(Lane.SPARE, 2),
				new Event.Initialize(Lane.SPARE, 4, options), new Event.Register(Lane.SPARE, 5),
				new Event.Replace(6, ""), new Event.Exited(Lane.ACTIVE, new ExitStatus(143)));
		Payload.recoveryImminent(IncidentReason.REQUESTED, "", Duration.ZERO);
		Payload.quorum(false, List.of());
		supervisor.preload();
		reports.preload();
	}

	private static void play(Event... story) {
		Supervision supervision = Supervision.initial(0);
		long nanos = 1;
		for (Event event : story) {
			supervision = supervision.step(event, new Moment(nanos, 0)).next();
			if (supervision.wakeAt() != Long.MIN_VALUE) {
				nanos = supervision.wakeAt();
			}
		}
		Payload.status(supervision.status(1, "", null, 0, nanos));
	}

}
