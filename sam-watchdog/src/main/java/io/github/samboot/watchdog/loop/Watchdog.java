package io.github.samboot.watchdog.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;
import io.github.samboot.core.Signal;
import io.github.samboot.core.SupervisionState;
import io.github.samboot.core.protocol.Frame;
import io.github.samboot.core.protocol.MalformedFrameException;
import io.github.samboot.core.protocol.MessageType;
import io.github.samboot.core.protocol.Nonce;
import io.github.samboot.core.protocol.Payload;
import io.github.samboot.core.protocol.RunDirectory;
import io.github.samboot.core.protocol.WatchdogAddress;
import io.github.samboot.watchdog.WatchdogOptions;
import io.github.samboot.watchdog.incident.IncidentReports;
import io.github.samboot.watchdog.incident.RecoveryRecord;
import io.github.samboot.watchdog.launch.ApplicationCommand;
import io.github.samboot.watchdog.launch.ApplicationProcess;
import io.github.samboot.watchdog.launch.Orphans;
import io.github.samboot.watchdog.log.Log;
import io.github.samboot.watchdog.supervision.Effect;
import io.github.samboot.watchdog.supervision.Event;
import io.github.samboot.watchdog.supervision.ExitStatus;
import io.github.samboot.watchdog.supervision.Moment;
import io.github.samboot.watchdog.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * The one loop of the watchdog. It waits for messages, ends of processes, signals and
 * deadlines, asks the rules what follows, and does that. Only {@link #run} and what it
 * calls touches the state; other threads put {@link Runnable tasks} into its queue.
 */
public final class Watchdog implements Effect.Actor {

	private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long DIRECTORY_CHECK = TimeUnit.SECONDS.toNanos(10);

	/** How often an adopted process is looked at; its connection tells of its end too. */
	private static final long ADOPTED_CHECK = TimeUnit.SECONDS.toNanos(1);

	private static final long ADOPTED_END_CHECK = TimeUnit.MILLISECONDS.toNanos(5);

	/** So that cmap is never a quarter of an interval behind the last beat. */
	private static final int CMAP_BEATS_PER_INTERVAL = 8;

	private final WatchdogOptions options;

	private final Log log;

	private final IncidentReports reports;

	private final long pid = ProcessHandle.current().pid();

	private final Selector selector;

	private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final CountDownLatch ended = new CountDownLatch(1);

	private final ByteBuffer buffer = ByteBuffer.allocate(8192);

	private final Meeting meeting;

	private final ApplicationCommand command;

	private final ClusterLink cluster;

	private Supervision supervision;

	/** What the rules have not heard because an error kept them from it. */
	private final ArrayDeque<Event> unheard = new ArrayDeque<>();

	/** Seats of instances that are gone; clearing them has time. */
	private final ArrayDeque<Seat> left = new ArrayDeque<>();

	/** To be said after why it was started, which has time too. */
	private @Nullable String started;

	private Seat active = Seat.EMPTY;

	private final SpareSeat spare;

	private final Reception reception;

	private final ClusterWait clusterWait;

	private long nextDirectoryCheck;

	private long nextAdoptedCheck;

	private long nextCmapBeat;

	private boolean isSaved = true;

	private boolean isSaveProblemSaid;

	private boolean isZombieSaid;

	private boolean hasQuit;

	private boolean hasFailed;

	private int exitCode;

	/**
	 * Create a watchdog; it owns its run directory from now on.
	 * @param options the command line
	 * @param log takes its words
	 * @throws IOException if it has nowhere to listen
	 */
	public Watchdog(WatchdogOptions options, Log log) throws IOException {
		this.options = options;
		this.log = log;
		this.reports = new IncidentReports(log);
		this.selector = Selector.open();
		this.supervision = Supervision.initial(System.nanoTime() ^ this.pid);
		this.command = (options.adopt() != 0) ? ApplicationCommand.of(options.adopt())
				: ApplicationCommand.ownLast(options.command().size());
		List<Path> parents = parents(options);
		this.meeting = new Meeting(runDirectory(options, parents), parents, new Accepting(), log);
		this.spare = new SpareSeat(this.command, this.meeting, new Exiting(), new SpareStarting(), log);
		this.cluster = new ClusterLink(this.pid, options.jna(), log, new ClusterNews());
		this.clusterWait = new ClusterWait(this.cluster, new Initializing());
		this.reception = new Reception(this.selector, this.pid, options.mode(), log);
	}

	private static List<Path> parents(WatchdogOptions options) {
		List<Path> parents = new ArrayList<>(RunDirectory.defaultParents());
		if (options.runDirectoryParent() != null) {
			parents.add(0, options.runDirectoryParent());
		}
		return parents;
	}

	private Path runDirectory(WatchdogOptions options, List<Path> parents) throws IOException {
		Path given = options.runDirectory();
		if (given != null) {
			return given;
		}
		// what the user has chosen, or nothing
		return RunDirectory.create((options.runDirectoryParent() != null) ? parents.subList(0, 1) : parents, this.pid);
	}

	/**
	 * Supervise until there is nothing left to do.
	 * @return the exit code
	 */
	public int run() {
		// before the first process: no signal may find the default handlers
		boolean distinct = StopSignals.handle(new Stopping(), this.ended);
		if (!distinct) {
			this.log.info("This Java runtime has no module jdk.unsupported: every stop is forwarded as SIGTERM.");
		}
		try {
			begin();
			tidyUp();
			// beside the start-up of the application, which it would only delay
			Rehearsal.run(this.reports);
			new End(ApplicationProcess.adopt(this.pid), ExitStatus.UNKNOWN).run();
		}
		catch (Throwable ex) {
			problem(ex);
		}
		while (!this.hasQuit) {
			try {
				waitForEvents();
			}
			catch (Throwable ex) {
				problem(ex);
				pause();
			}
		}
		this.spare.abandonStart();
		this.meeting.close();
		this.cluster.close(!this.hasFailed);
		this.reports.awaitWritten();
		this.ended.countDown();
		return this.exitCode;
	}

	private void begin() {
		long adopt = this.options.adopt();
		if (adopt == 0) {
			surely(new Event.Begin());
			return;
		}
		String nonce = System.getenv(WatchdogAddress.NONCE);
		this.active = new Seat((nonce != null) ? nonce : "", this.meeting.newPage());
		boolean hasBeenUp = false;
		try {
			Supervision resumed = RecoveryRecord.load(this.meeting.directory(), this.supervision);
			if (resumed != null) {
				this.supervision = resumed;
				hasBeenUp = true;
			}
		}
		catch (Throwable ex) {
			this.log.warn("What the last watchdog had saved cannot be read (" + reason(ex)
					+ "); earlier incidents and restarts are forgotten.");
		}
		this.active.taken(ApplicationProcess.adopt(adopt));
		this.log.info("Watching over process " + adopt + ", instance " + this.options.instance() + ", as its sidecar.");
		surely(new Event.Adopted(adopt, this.options.instance(), hasBeenUp));
	}

	private void waitForEvents() throws IOException {
		long now = System.nanoTime();
		long wakeAt = wakeAt(now);
		long wait = wakeAt - now;
		if (wait <= 0 || !this.unheard.isEmpty()) {
			this.selector.selectNow();
		}
		else if (isLastMoment(wakeAt)) {
			// a selector counts in milliseconds
			if (wait < MILLISECOND) {
				LockSupport.parkNanos(wait);
			}
			else {
				this.selector.select(wait / MILLISECOND);
			}
		}
		else {
			// rounded up: a deadline that is looked at too early is looked at twice
			this.selector.select(Math.min((wait + MILLISECOND - 1) / MILLISECOND, 60_000));
		}
		repeatUnheard();
		Runnable task = this.tasks.poll();
		while (task != null && !this.hasQuit) {
			task.run();
			tidyUp();
			task = this.tasks.poll();
		}
		Iterator<SelectionKey> keys = this.selector.selectedKeys().iterator();
		while (keys.hasNext()) {
			SelectionKey key = keys.next();
			keys.remove();
			if (!this.hasQuit && key.isValid() && key.attachment() instanceof Client client) {
				serve(client, key);
			}
		}
		// last, so that nobody is blamed for a silence whose end waits to be read
		if (!this.hasQuit) {
			lookAtTime();
		}
		tidyUp();
	}

	/**
	 * Whether the time interval of a silent application ends then.
	 */
	private boolean isLastMoment(long wakeAt) {
		long lastBeat = this.active.page().lastBeat();
		return lastBeat != 0 && this.supervision.state() == SupervisionState.RUNNING
				&& wakeAt - lastBeat >= this.supervision.options().timeInterval().toNanos();
	}

	private long wakeAt(long now) {
		long wakeAt = this.supervision.wakeAt();
		if (wakeAt == Long.MIN_VALUE) {
			wakeAt = now + TimeUnit.SECONDS.toNanos(60);
		}
		ApplicationProcess process = this.active.process();
		if (process != null && process.isAdopted() && this.nextAdoptedCheck - wakeAt < 0) {
			wakeAt = this.nextAdoptedCheck;
		}
		wakeAt = this.clusterWait.earlier(wakeAt);
		if (publishesBeats() && this.nextCmapBeat - wakeAt < 0) {
			wakeAt = this.nextCmapBeat;
		}
		return wakeAt;
	}

	private boolean publishesBeats() {
		return this.cluster.publishesBeats() && this.supervision.state() == SupervisionState.RUNNING;
	}

	private void lookAtTime() {
		long now = System.nanoTime();
		lookAtAdopted(now);
		this.clusterWait.lookAtTime(now);
		if (publishesBeats() && now - this.nextCmapBeat >= 0) {
			this.cluster.beat(this.active.page().lastBeat());
			this.nextCmapBeat = now
					+ Math.max(this.supervision.options().timeInterval().toNanos() / CMAP_BEATS_PER_INTERVAL,
							TimeUnit.MILLISECONDS.toNanos(20));
		}
		long wakeAt = this.supervision.wakeAt();
		ApplicationProcess process = this.active.process();
		if (wakeAt != Long.MIN_VALUE && now - wakeAt >= 0) {
			long lastBeat = this.active.page().lastBeat();
			boolean isSilent = lastBeat == 0 || now - lastBeat > this.supervision.options().timeInterval().toNanos();
			apply(new Event.TimePassed(lastBeat, (isSilent && process != null) ? process.unusualState() : ""));
		}
		if (now - this.nextDirectoryCheck >= 0) {
			this.nextDirectoryCheck = now + DIRECTORY_CHECK;
			ensureDirectory();
			saveRecord();
			lookAtSpare();
			lookAtOrphans();
		}
	}

	private void lookAtAdopted(long now) {
		ApplicationProcess process = this.active.process();
		if (process == null || !process.isAdopted() || now - this.nextAdoptedCheck < 0) {
			return;
		}
		SupervisionState state = this.supervision.state();
		boolean endIsNear = this.active.client() == null || state == SupervisionState.STOPPING
				|| state == SupervisionState.RECOVERING;
		this.nextAdoptedCheck = now + (endIsNear ? ADOPTED_END_CHECK : ADOPTED_CHECK);
		if (process.isGone()) {
			childExited(process, ExitStatus.UNKNOWN);
		}
	}

	/**
	 * As process 1 of a container the watchdog gets what has lost its parent; the JDK
	 * waits for its own children only.
	 */
	private void lookAtOrphans() {
		if (this.pid != 1 || this.isZombieSaid) {
			return;
		}
		long zombie = Orphans.zombie();
		if (zombie != 0) {
			this.isZombieSaid = true;
			this.log.warn("Process " + zombie + " had lost its parent and has ended, but nobody takes note: as process "
					+ "1 the watchdog does not do that. Start the container with an init process (docker run --init).");
		}
	}

	private void lookAtSpare() {
		Event.SpareUnusable event = this.spare.look();
		if (event != null) {
			apply(event);
		}
	}

	private void ensureDirectory() {
		try {
			this.meeting.ensure(this.supervision);
		}
		catch (IOException ex) {
			this.log.warn("The run directory cannot be made again: " + ex);
		}
	}

	/**
	 * The last instance may have stored data while its connection was closed already.
	 */
	private void refreshData() {
		try {
			this.meeting.dataStored();
		}
		catch (IOException ex) {
			this.log.warn("The saved user data cannot be opened: " + ex);
		}
	}

	private void apply(Event event) {
		if (event instanceof Event.TimePassed && !this.supervision.hasProcess()) {
			// it may be time to launch
			lookAtSpareBeforePromotion();
		}
		Supervision.Step step = this.supervision.step(event, new Moment(System.nanoTime(), System.currentTimeMillis()));
		this.supervision = step.next();
		for (Effect effect : step.effects()) {
			try {
				effect.accept(this);
			}
			catch (Throwable ex) {
				// the state counts on all that follows
				problem(ex);
			}
		}
	}

	/**
	 * Do what was put off until the next instance is on its way.
	 */
	private void tidyUp() {
		String started = this.started;
		this.started = null;
		if (started != null) {
			this.log.info(started);
		}
		Seat seat = this.left.poll();
		while (seat != null) {
			seat.leave();
			seat = this.left.poll();
		}
		this.spare.hurryPromoted();
	}

	/**
	 * Let the rules hear of what happens only once, now or as soon as possible: without
	 * it they would wait for ever.
	 */
	private void surely(Event event) {
		try {
			apply(event);
		}
		catch (Throwable ex) {
			// the rules threw, so nothing has changed
			this.unheard.add(event);
			problem(ex);
		}
	}

	private void repeatUnheard() {
		for (int i = this.unheard.size(); i > 0; i--) {
			surely(this.unheard.remove());
		}
		if (!this.unheard.isEmpty()) {
			pause();
		}
	}

	/**
	 * Whatever it is, the application must not be left alone because of it.
	 */
	private void problem(Throwable ex) {
		try {
			this.log.warn("The watchdog ran into a problem and goes on: " + ex);
		}
		catch (Throwable again) {
			// not even words are left
		}
	}

	private void pause() {
		try {
			Thread.sleep(50);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void later(Runnable task) {
		this.tasks.add(task);
		this.selector.wakeup();
	}

	// Messages

	private void serve(Client client, SelectionKey key) {
		try {
			if (key.isWritable()) {
				client.writeWaiting();
			}
			if (key.isReadable()) {
				boolean more = client.read(this.buffer);
				Frame frame = client.next();
				while (frame != null && client.isOpen()) {
					handle(client, frame);
					frame = client.next();
				}
				if (!more) {
					drop(client);
				}
			}
		}
		catch (MalformedFrameException ex) {
			this.log.warn("A connection was closed because of what it sent: " + ex.getMessage() + ".");
			drop(client);
		}
		catch (IOException ex) {
			drop(client);
		}
	}

	private void drop(Client client) {
		client.close();
		this.reception.leaves(client);
		this.spare.seat().lost(client);
		if (this.active.lost(client)) {
			// an adopted process has perhaps just died
			this.nextAdoptedCheck = System.nanoTime();
		}
	}

	private void handle(Client client, Frame frame) throws IOException {
		if (frame.type() == MessageType.HELLO && !client.isInstance()) {
			if (!this.reception.hello(client, frame, this.active, this.spare.seat())) {
				drop(client);
			}
			return;
		}
		if (!client.isInstance()) {
			throw new MalformedFrameException("the first message must be HELLO, not " + frame.type());
		}
		if (client == this.spare.seat().client()) {
			spareRequest(client, frame);
			return;
		}
		if (client != this.active.client()) {
			throw new MalformedFrameException("it belongs to an earlier instance");
		}
		// every call of SAM is a sign of life, but only a health check withdraws a
		// warning; the status is asked for by probes and scrapers, which prove nothing
		boolean isCall = frame.type() != MessageType.STATUS && this.supervision.state() == SupervisionState.RUNNING;
		if (frame.type() == MessageType.BEAT || isCall) {
			apply(new Event.Beat());
		}
		request(client, frame);
	}

	private void request(Client client, Frame frame) throws IOException {
		Event event = Requests.ofInstance(frame);
		if (event instanceof Event.Initialize initialize) {
			this.clusterWait.begin(initialize);
		}
		else if (event != null) {
			apply(event);
		}
		else {
			answer(client, frame);
		}
	}

	private void spareRequest(Client client, Frame frame) throws IOException {
		Event event = Requests.ofSpare(frame);
		if (event == null) {
			answer(client, frame);
			return;
		}
		apply(event);
		if (event instanceof Event.SpareParked) {
			this.spare.parked();
		}
	}

	/**
	 * Answer what does not concern the rules.
	 */
	private void answer(Client client, Frame frame) throws IOException {
		byte[] body = new byte[0];
		try {
			switch (frame.type()) {
				case DATA_STORED -> this.meeting.dataStored();
				case ENSURE_DIRECTORY -> this.meeting.ensure(this.supervision);
				default -> {
					// see below
				}
			}
		}
		catch (IOException ex) {
			// no reason to lose the connection
			client.write(
					Reception.reply(frame, CsError.NO_SPACE, "The run directory cannot be used: " + reason(ex), body));
			return;
		}
		switch (frame.type()) {
			case DATA_STORED, ENSURE_DIRECTORY -> {
			}
			case STATUS -> body = Payload.status(
					this.supervision.status(this.pid, this.options.mode(), this.meeting.dataSize(), System.nanoTime()));
			default -> {
				// a beat is counted already, and nobody waits for an answer
				return;
			}
		}
		client.write(Reception.reply(frame, CsError.OK, "", body));
	}

	private void tell(Frame frame) {
		tell(this.active.client(), frame);
	}

	private void tell(@Nullable Client client, Frame frame) {
		if (client == null) {
			return;
		}
		try {
			client.write(frame);
		}
		catch (IOException ex) {
			drop(client);
		}
	}

	// Effects

	@Override
	public void spawn(Effect.Spawn effect) {
		ApplicationProcess process;
		try {
			this.left.add(this.active);
			ensureDirectory();
			refreshData();
			String nonce = Nonce.create();
			this.active = new Seat(nonce, this.meeting.newPage());
			process = ApplicationProcess.start(this.command, new WatchdogAddress(nonce, this.meeting.directory()),
					new Exiting());
			this.active.taken(process);
		}
		catch (Throwable ex) {
			surely(new Event.SpawnFailed(reason(ex)));
			return;
		}
		surely(new Event.Spawned(process.pid()));
		this.started = "Started instance " + effect.instanceId() + " of the application, pid " + process.pid() + ".";
	}

	private static String reason(@Nullable Throwable ex) {
		return (ex instanceof IOException) ? String.valueOf(ex.getMessage()) : String.valueOf(ex);
	}

	@Override
	public void send(Effect.Send effect) {
		ApplicationProcess process = this.active.process();
		if (process == null) {
			return;
		}
		try {
			process.send(effect.signal());
		}
		catch (IOException ex) {
			this.log.warn("Signal " + effect.signal() + " cannot be sent to process " + process.pid() + ": " + ex);
		}
		if (process.isAdopted()) {
			this.nextAdoptedCheck = System.nanoTime() + ADOPTED_END_CHECK;
		}
	}

	@Override
	public void reply(Effect.Reply effect) {
		tell(new Frame(MessageType.REPLY, effect.request(),
				Payload.reply(effect.error(), effect.message(), Payload.number(effect.value()))));
	}

	@Override
	public void announceRecovery(Effect.AnnounceRecovery effect) {
		tell(new Frame(MessageType.RECOVERY_IMMINENT, 0,
				Payload.recoveryImminent(effect.reason(), effect.message(), effect.gracePeriod())));
	}

	@Override
	public void announceQuorum(Effect.AnnounceQuorum effect) {
		tell(new Frame(MessageType.QUORUM, 0, Payload.quorum(effect.quorate(), effect.members())));
	}

	@Override
	public void publish(Effect.Publish effect) {
		this.cluster.publish(effect.state());
	}

	@Override
	public void save() {
		this.isSaved = false;
		saveRecord();
	}

	private void saveRecord() {
		if (this.isSaved) {
			return;
		}
		try {
			this.meeting.save(this.supervision);
			this.isSaved = true;
			this.isSaveProblemSaid = false;
		}
		catch (IOException ex) {
			if (!this.isSaveProblemSaid) {
				this.isSaveProblemSaid = true;
				this.log.warn("What another watchdog would have to know cannot be saved in " + this.meeting.directory()
						+ " (" + reason(ex) + "); it is tried again until it can.");
			}
		}
	}

	@Override
	public void report(Effect.Report effect) {
		Path directory = this.supervision.options().incidentDirectory();
		if (directory != null) {
			this.reports.write(directory, this.supervision.options().incidentsKept(), effect.incident());
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
		this.hasQuit = true;
		this.hasFailed = effect.isFailure();
		this.exitCode = effect.code();
	}

	@Override
	public void spawnSpare() {
		try {
			ensureDirectory();
			this.spare.start(this.supervision.options().standby());
		}
		catch (Throwable ex) {
			surely(new Event.SpareSpawnFailed(reason(ex)));
		}
	}

	private void spareStarted(SpareStart start) {
		ApplicationProcess process = this.spare.started(start);
		if (process == null) {
			surely(new Event.SpareSpawnFailed(reason(start.problem())));
			return;
		}
		surely(new Event.SpareSpawned(process.pid()));
		this.log.info("Started a spare of the application, pid " + process.pid() + ".");
		if (process.isGone()) {
			// its end may have been told before anybody knew of it
			childExited(process, ExitStatus.UNKNOWN);
		}
	}

	@Override
	public void promote(Effect.Promote effect) {
		this.left.add(this.active);
		this.active = this.spare.promote();
		// before the answer: then it may ask for the data
		ensureDirectory();
		refreshData();
	}

	@Override
	public void sendToSpare(Effect.SendToSpare effect) {
		this.spare.send(effect.signal());
	}

	@Override
	public void replyToSpare(Effect.ReplyToSpare effect) {
		tell(this.spare.seat().client(),
				new Frame(MessageType.REPLY, effect.request(), Payload.reply(effect.error(), "", Payload.number(0))));
	}

	// Other threads

	/**
	 * A connection was accepted.
	 */
	private final class Accepting implements Server.AcceptListener {

		@Override
		public void accepted(SocketChannel channel) {
			later(() -> Watchdog.this.reception.enters(channel));
		}

	}

	/**
	 * A child ended.
	 */
	private final class Exiting implements ApplicationProcess.ExitListener {

		@Override
		public void exited(ApplicationProcess process, ExitStatus status) {
			later(new End(process, status));
		}

	}

	/**
	 * A spare was started, or could not be.
	 */
	private final class SpareStarting implements SpareStart.Listener {

		@Override
		public void started(SpareStart start) {
			later(() -> spareStarted(start));
		}

	}

	/**
	 * A process is gone. (To link a lambda takes a while, and the next instance waits.)
	 */
	private final class End implements Runnable {

		private final ApplicationProcess process;

		private final ExitStatus status;

		End(ApplicationProcess process, ExitStatus status) {
			this.process = process;
			this.status = status;
		}

		@Override
		public void run() {
			childExited(this.process, this.status);
		}

	}

	private void childExited(ApplicationProcess process, ExitStatus status) {
		Seat spare = this.spare.seat();
		if (spare.holds(process)) {
			spare.processEnded();
			surely(new Event.SpareExited(status));
			this.spare.leave(spare);
			return;
		}
		Seat active = this.active;
		if (!active.holds(process)) {
			return;
		}
		hear(active.client());
		active.processEnded();
		this.clusterWait.forget();
		lookAtSpareBeforePromotion();
		surely(new Event.Exited(status));
	}

	/**
	 * What nobody has told yet of the spare counts too: the end of its connection, or of
	 * itself.
	 */
	private void lookAtSpareBeforePromotion() {
		hear(this.spare.seat().client());
		try {
			Event.SpareUnusable spareProblem = this.spare.problem();
			if (spareProblem != null) {
				apply(spareProblem);
			}
		}
		catch (Throwable ex) {
			problem(ex);
		}
	}

	/**
	 * Hear what lies in a socket, such as the last words of a process. Whatever they are,
	 * they must not hide its end.
	 */
	private void hear(@Nullable Client client) {
		if (client == null) {
			return;
		}
		try {
			boolean more = true;
			for (int i = 0; i < 64 && more && client.isOpen(); i++) {
				more = client.read(this.buffer);
				Frame frame = client.next();
				if (frame == null) {
					break;
				}
				while (frame != null) {
					handle(client, frame);
					frame = client.next();
				}
			}
			if (!more) {
				drop(client);
			}
		}
		catch (IOException ex) {
			// it has nothing more to say
			drop(client);
		}
		catch (Throwable ex) {
			problem(ex);
		}
	}

	/**
	 * A call of initialize is over.
	 */
	private final class Initializing implements ClusterWait.Outcome {

		@Override
		public void connected(Event.Initialize event) {
			apply(event);
		}

		@Override
		public void failed(Event.Initialize event, SamException problem) {
			tell(new Frame(MessageType.REPLY, event.request(),
					Payload.reply(problem.error(), problem.reason(), Payload.number(0))));
		}

	}

	/**
	 * The cluster has news.
	 */
	private final class ClusterNews implements ClusterLink.Callback {

		@Override
		public void quorum(boolean quorate, List<Long> members, String problem) {
			later(() -> surely(new Event.Quorum(quorate, members, problem)));
		}

		@Override
		public void progress() {
			later(Watchdog.this.clusterWait::progressed);
		}

	}

	/**
	 * A signal asks to stop.
	 */
	private final class Stopping implements StopSignals.Listener {

		@Override
		public void requested(Signal signal) {
			later(() -> surely(new Event.StopRequested(signal)));
		}

	}

}
