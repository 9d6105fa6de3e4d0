package io.github.samboot.boot.internal.progress;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import io.github.samboot.boot.SamProperties;
import io.github.samboot.test.Await;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.coyote.AbstractProtocol;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.servlet.ServletWebServerFactory;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProgressHealthIndicator}: real servers, executors and threads, and a
 * clock that shows any time.
 */
class ProgressHealthIndicatorTests {

	@TempDir
	private static Path base;

	private static final int WORKERS = 12;

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final AtomicLong now = new AtomicLong();

	private final CountDownLatch end = new CountDownLatch(1);

	private final List<AutoCloseable> resources = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		this.end.countDown();
		for (int i = this.resources.size() - 1; i >= 0; i--) {
			this.resources.get(i).close();
		}
	}

	@ParameterizedTest
	@EnumSource
	@Tag("long")
	void longRequestsShouldNeverBeDown(Server server) throws Exception {
		for (LongRequest request : LongRequest.values()) {
			CountDownLatch end = new CountDownLatch(1);
			try (RunningServer running = new RunningServer(server, (client) -> request.serve(end, client));
					AutoCloseable ending = end::countDown) {
				running.requestMoreThanItCanServe();
				assertThat(lookForTenMinutes(indicator(running.executors))).as("%s %s", server, request)
					.containsOnly(Status.UP);
				assertThat(running.waiting()).isPositive();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestsThatWaitForEverShouldBeDown(Server server) throws Exception {
		CountDownLatch lock = new CountDownLatch(1);
		try (RunningServer running = new RunningServer(server, (client) -> waitFor(lock))) {
			ProgressHealthIndicator indicator = indicator(running.executors);
			assertThat(lookForTenMinutes(indicator)).as("idle").containsOnly(Status.UP);
			running.requestMoreThanItCanServe();
			look(indicator);
			// a debugger stopped this process for an hour
			this.now.addAndGet(TimeUnit.HOURS.toNanos(1));
			assertThat(look(indicator).getStatus()).isEqualTo(Status.UP);
			this.now.addAndGet(TimeUnit.HOURS.toNanos(1));
			assertThat(look(indicator).getStatus()).isEqualTo(Status.UP);
			assertThat(lookUntilDown(indicator))
				.matches(server.executor + ".* has finished nothing for \\d+ s while \\d+ tasks? waits?: \\d+ of \\d+"
						+ " threads wait in " + getClass().getName() + ".waitFor");
			lock.countDown();
			Await.until("the requests are served", () -> running.waiting() == 0);
			assertThat(lookForTenMinutes(indicator)).containsOnly(Status.UP);
		}
		finally {
			lock.countDown();
		}
	}

	@Test
	void appenderWhoseOutputIsNotReadShouldBeDown() throws Exception {
		Process reader = new ProcessBuilder("sleep", "300").start();
		LoggerContext logging = new LoggerContext();
		try (RunningServer running = new RunningServer(Server.TOMCAT,
				(client) -> logging.getLogger("test").info("x".repeat(100_000)))) {
			// its standard input as a plain pipe, as that of this process may be
			startAppender(logging, new FileOutputStream("/proc/" + reader.pid() + "/fd/0"));
			running.requestMoreThanItCanServe();
			ProgressHealthIndicator indicator = indicator(running.executors);
			assertThat(lookUntilDown(indicator)).endsWith((WORKERS - 1) + " of " + WORKERS
					+ " threads wait in ch.qos.logback.core.OutputStreamAppender.writeBytes");
		}
		finally {
			reader.destroyForcibly();
		}
	}

	private static void startAppender(LoggerContext logging, OutputStream output) {
		logging.setMDCAdapter(new LogbackMDCAdapter());
		PatternLayoutEncoder encoder = new PatternLayoutEncoder();
		encoder.setContext(logging);
		encoder.setPattern("%m%n");
		encoder.start();
		OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
		appender.setContext(logging);
		appender.setEncoder(encoder);
		appender.setOutputStream(output);
		appender.start();
		logging.getLogger("test").addAppender(appender);
	}

	@Test
	void schedulerShouldBeDownOnlyWhenItsTaskWaitsForEver() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setThreadNamePrefix("progress-scheduling-");
		scheduler.afterPropertiesSet();
		this.resources.add(scheduler::shutdown);
		ProgressHealthIndicator indicator = indicator(taskExecutors(scheduler));
		AtomicBoolean done = new AtomicBoolean();
		scheduler.schedule(() -> done.set(true), Instant.now().plus(Duration.ofHours(1)));
		assertThat(lookForTenMinutes(indicator)).as("nothing is due").containsOnly(Status.UP);
		CountDownLatch job = new CountDownLatch(1);
		scheduler.execute(() -> sleep(job));
		scheduler.execute(() -> waitFor(this.end));
		assertThat(lookForTenMinutes(indicator)).as("a long job").containsOnly(Status.UP);
		job.countDown();
		scheduler.execute(() -> done.set(true));
		assertThat(lookUntilDown(indicator)).startsWith("Task scheduler 'bean' has finished nothing for ")
			.endsWith(" while 1 task waits: 1 of 1 thread waits in " + getClass().getName() + ".waitFor");
	}

	@Test
	void taskExecutorShouldBeDownWhenItsTasksWaitForTasksInItsQueue() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setThreadNamePrefix("progress-task-");
		executor.setCorePoolSize(2);
		executor.afterPropertiesSet();
		this.resources.add(executor::shutdown);
		ProgressHealthIndicator indicator = indicator(taskExecutors(executor));
		assertThat(lookForTenMinutes(indicator)).as("idle").containsOnly(Status.UP);
		for (int i = 0; i < 2; i++) {
			executor.execute(() -> {
				waitFor(this.end);
			});
		}
		assertThat(lookForTenMinutes(indicator)).as("nothing waits").containsOnly(Status.UP);
		executor.execute(this.end::countDown);
		assertThat(lookUntilDown(indicator)).startsWith("Task executor 'bean' has finished nothing for ")
			.endsWith(" while 1 task waits: 2 of 2 threads wait in " + getClass().getName() + ".waitFor");
	}

	@Test
	void executorThatIsNotInitializedShouldBeLeftOut() {
		assertThat(look(indicator(taskExecutors(new ThreadPoolTaskExecutor()))).getStatus()).isEqualTo(Status.UP);
		assertThat(look(indicator(taskExecutors(new ThreadPoolTaskScheduler()))).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void resourcesOfWhichThereAreSeveralShouldBeLeftOut() {
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		beanFactory.registerSingleton("one", new ReactorResourceFactory());
		beanFactory.registerSingleton("other", new ReactorResourceFactory());
		SamProperties properties = new Binder(new MapConfigurationPropertySource()).bindOrCreate("sam",
				SamProperties.class);
		assertThat(look(
				indicator(new NettyExecutors(beanFactory.getBeanProvider(ReactorResourceFactory.class), properties)))
			.getStatus()).isEqualTo(Status.UP);
	}

	private static ExecutorSource taskExecutors(Object bean) {
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		beanFactory.registerSingleton("bean", bean);
		return new TaskExecutors(beanFactory);
	}

	@Test
	void eventLoopShouldBeDownOnlyWhenItWaitsForEver() throws Exception {
		LoopResources loops = LoopResources.create("progress-loop", 1, true);
		ReactorResourceFactory factory = new ReactorResourceFactory();
		factory.setUseGlobalResources(false);
		factory.setLoopResources(loops);
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		beanFactory.registerSingleton("resources", factory);
		SamProperties properties = new Binder(new MapConfigurationPropertySource()).bindOrCreate("sam",
				SamProperties.class);
		ProgressHealthIndicator indicator = indicator(
				new NettyExecutors(beanFactory.getBeanProvider(ReactorResourceFactory.class), properties));
		CountDownLatch begun = new CountDownLatch(2);
		CountDownLatch sleep = new CountDownLatch(1);
		DisposableServer server = TcpServer.create().runOn(loops).doOnConnection((connection) -> {
			begun.countDown();
			if (begun.getCount() > 0) {
				sleep(sleep);
			}
			else {
				waitFor(this.end);
			}
		}).bindNow();
		this.resources.add(loops::dispose);
		this.resources.add(server::disposeNow);
		assertThat(lookForTenMinutes(indicator)).as("idle").containsOnly(Status.UP);
		connect(server.port());
		Await.until("the loop sleeps", () -> begun.getCount() == 1);
		assertThat(lookForTenMinutes(indicator)).as("sleeps").containsOnly(Status.UP);
		connect(server.port());
		sleep.countDown();
		assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(lookUntilDown(indicator)).startsWith("An event loop has finished nothing for ")
			.endsWith(" while 1 task waits: 1 of 1 thread waits in " + getClass().getName() + ".waitFor");
	}

	private void connect(int port) throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.resources.add(socket);
	}

	@Test
	void carriersThatAreAllHeldShouldBeDown() throws IOException {
		if (Runtime.version().feature() < 25) {
			// no virtual threads, or others hold carriers
			return;
		}
		ProgressHealthIndicator indicator = indicator(new CarrierThreads());
		assertThat(lookForTenMinutes(indicator)).as("idle").containsOnly(Status.UP);
		System.getProperties().put(SlowlyInitialized.LATCH, this.end);
		this.resources.add(() -> System.getProperties().remove(SlowlyInitialized.LATCH));
		byte[] bytes = getClass().getResourceAsStream("ProgressHealthIndicatorTests$SlowlyInitialized.class")
			.readAllBytes();
		VirtualThreadTaskExecutor virtual = new VirtualThreadTaskExecutor();
		for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
			virtual.execute(() -> initialize(bytes));
		}
		assertThat(lookUntilDown(indicator)).startsWith("The scheduler of virtual threads has finished nothing for ")
			.endsWith(" threads wait in a virtual thread");
	}

	/**
	 * In each thread another class of this name: from Java 26 on who waits for another
	 * thread to initialize a class gives its carrier back.
	 */
	private static void initialize(byte[] bytes) {
		try {
			Class.forName(SlowlyInitialized.class.getName(), true, new ClassLoader(null) {

				@Override
				protected Class<?> findClass(String name) {
					return defineClass(name, bytes, 0, bytes.length);
				}

			});
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private ProgressHealthIndicator indicator(ExecutorSource source) {
		return new ProgressHealthIndicator(TIMEOUT, Stream.of(source), this.now::get);
	}

	private Health look(ProgressHealthIndicator indicator) {
		Health health = indicator.health();
		this.now.addAndGet(TimeUnit.SECONDS.toNanos(10));
		return health;
	}

	private List<Status> lookForTenMinutes(ProgressHealthIndicator indicator) {
		List<Status> statuses = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			statuses.add(look(indicator).getStatus());
			// an empty task may have to run meanwhile
			Await.passing(Duration.ofMillis(5));
		}
		return statuses;
	}

	/**
	 * The threads may have to get there first.
	 */
	private String lookUntilDown(ProgressHealthIndicator indicator) {
		List<Health> down = new ArrayList<>();
		Await.until("the indicator is DOWN", () -> {
			Health health = look(indicator);
			if (health.getStatus().equals(Status.DOWN)) {
				down.add(health);
			}
			return !down.isEmpty();
		});
		return (String) down.get(0).getDetails().get("error");
	}

	private static void waitFor(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			// the executor is shut down
		}
	}

	private static void sleep(CountDownLatch latch) {
		try {
			latch.await(1, TimeUnit.HOURS);
		}
		catch (InterruptedException ex) {
			// the executor is shut down
		}
	}

	private interface Request {

		void serve(OutputStream client) throws Exception;

	}

	/** What a request does that takes longer than the timeout. */
	enum LongRequest {

		SLEEPS, COMPUTES, HAS_A_SLOW_CLIENT, WAITS_FOR_A_SLOW_DATABASE, WAITS_FOR_ONE_THAT_COMPUTES;

		private final ReentrantLock lock = new ReentrantLock();

		void serve(CountDownLatch end, OutputStream client) throws Exception {
			switch (this) {
				case SLEEPS -> sleep(end);
				case COMPUTES -> compute(end);
				case HAS_A_SLOW_CLIENT -> {
					while (end.getCount() > 0) {
						client.write(new byte[1024 * 1024]);
					}
				}
				case WAITS_FOR_A_SLOW_DATABASE -> {
					try (ServerSocket database = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
							Socket socket = new Socket(database.getInetAddress(), database.getLocalPort());
							Socket session = database.accept()) {
						new Thread(() -> {
							waitFor(end);
							close(session);
						}).start();
						socket.getInputStream().read();
					}
				}
				case WAITS_FOR_ONE_THAT_COMPUTES -> {
					this.lock.lock();
					try {
						compute(end);
					}
					finally {
						this.lock.unlock();
					}
				}
			}
		}

		private static void compute(CountDownLatch end) {
			while (end.getCount() > 0) {
				Thread.onSpinWait();
			}
		}

	}

	private static void close(Closeable closeable) {
		try {
			closeable.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A server, and what its executor is called. */
	enum Server {

		TOMCAT("Tomcat's executor http-nio-auto-\\d+-exec-"), JETTY("Jetty's executor qtp\\d+");

		private final String executor;

		Server(String executor) {
			this.executor = executor;
		}

	}

	/**
	 * A server with few threads that does the same for every request.
	 */
	private static final class RunningServer implements AutoCloseable {

		private final AtomicInteger served = new AtomicInteger();

		private final List<Socket> clients = new ArrayList<>();

		private final AnnotationConfigServletWebServerApplicationContext context = new AnnotationConfigServletWebServerApplicationContext();

		private final ExecutorSource executors;

		RunningServer(Server server, Request request) {
			if (server == Server.TOMCAT) {
				TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
				factory.setBaseDirectory(base.toFile());
				factory.addConnectorCustomizers((connector) -> {
					AbstractProtocol<?> protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
					protocol.setMaxThreads(WORKERS);
				});
				this.context.registerBean(ServletWebServerFactory.class, () -> factory);
				TomcatExecutors executors = new TomcatExecutors();
				this.context.addApplicationListener(executors);
				this.executors = executors;
			}
			else {
				JettyServletWebServerFactory factory = new JettyServletWebServerFactory(0);
				factory.setThreadPool(new QueuedThreadPool(WORKERS, WORKERS));
				factory.setAcceptors(1);
				factory.setSelectors(1);
				this.context.registerBean(ServletWebServerFactory.class, () -> factory);
				JettyExecutors executors = new JettyExecutors();
				this.context.addApplicationListener(executors);
				this.executors = executors;
			}
			this.context.registerBean(ServletRegistrationBean.class,
					() -> new ServletRegistrationBean<>(new RequestServlet(request, this.served), "/*"));
			this.context.refresh();
		}

		void requestMoreThanItCanServe() throws IOException {
			int port = this.context.getWebServer().getPort();
			for (int i = 0; i < 2 * WORKERS; i++) {
				Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
				client.getOutputStream()
					.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
				this.clients.add(client);
			}
			Await.until("requests wait", () -> waiting() > 0);
			int enough = WORKERS / 2 + 1;
			Await.until("requests are served", () -> this.served.get() > enough);
		}

		int waiting() {
			Map<Object, WatchedExecutor> found = new LinkedHashMap<>();
			this.executors.find(found);
			return found.values().iterator().next().waiting().getAsInt();
		}

		@Override
		public void close() {
			this.clients.forEach(ProgressHealthIndicatorTests::close);
			this.context.close();
		}

	}

	private static final class RequestServlet extends HttpServlet {

		private final transient Request request;

		private final AtomicInteger served;

		RequestServlet(Request request, AtomicInteger served) {
			this.request = request;
			this.served = served;
		}

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
			this.served.incrementAndGet();
			try {
				this.request.serve(response.getOutputStream());
			}
			catch (Exception ex) {
				throw new IOException(ex);
			}
		}

	}

	/**
	 * While it is initialized even a new JVM keeps a virtual thread on its carrier.
	 */
	static final class SlowlyInitialized {

		/** A constant, so that who reads it does not initialize this class. */
		static final String LATCH = "sam.test.latch";

		static {
			try {
				((CountDownLatch) System.getProperties().get(LATCH)).await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private SlowlyInitialized() {
		}

	}

}
