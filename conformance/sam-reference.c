/*
 * The reference scenarios of SAM, run on Corosync's own libsam, so that its event log can be laid
 * beside that of the Java programs. See README.md in this folder.
 *
 *   cc -O2 -Wall -o sam-reference sam-reference.c -lsam -lcmap -lquorum -lpthread
 *   ./sam-reference [-i MILLISECONDS] [-n INSTANCES] SCENARIO
 *   ./sam-reference watch SECONDS
 *   ./sam-reference votes NUMBER
 *
 * One line per event: milliseconds since the start, instance, event, separated by tabs. Instances
 * count from 0 as the manual says (libsam itself begins at 1); "-" is the program before it
 * registers, "*" the process that started it.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <corosync/cmap.h>
#include <corosync/quorum.h>
#include <corosync/sam.h>

static int interval = 2000;	/* every other time follows from it */
static int interval_given;
static unsigned crashes = 100;
static int64_t zero;
static char who[16] = "*";

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* One write per line: lines of several processes never mix. */
__attribute__((format(printf, 1, 2)))
static void event(const char *format, ...)
{
	char line[512];
	va_list args;
	int n;

	n = snprintf(line, sizeof line, "%" PRId64 "\t%s\t", (now_ns() - zero) / 1000000, who);
	va_start(args, format);
	n += vsnprintf(line + n, sizeof line - n - 1, format, args);
	va_end(args);
	line[n++] = '\n';
	if (write(STDOUT_FILENO, line, n) != n)
		_exit(99);
}

static void fatal(const char *what, int error)
{
	event("unexpected %s %d", what, error);
	exit(98);
}

static const char *name(cs_error_t error)
{
	switch (error) {
	case CS_OK: return "OK";
	case CS_ERR_LIBRARY: return "LIBRARY";
	case CS_ERR_TRY_AGAIN: return "TRY_AGAIN";
	case CS_ERR_INVALID_PARAM: return "INVALID_PARAM";
	case CS_ERR_NO_MEMORY: return "NO_MEMORY";
	case CS_ERR_BAD_HANDLE: return "BAD_HANDLE";
	case CS_ERR_ACCESS: return "ACCESS";
	case CS_ERR_NOT_EXIST: return "NOT_EXIST";
	case CS_ERR_TOO_BIG: return "TOO_BIG";
	default: return "OTHER";
	}
}

/* Call, log "name RESULT", go on whatever it is: the comparison judges. */
#define CALL(label, call) event("%s %s", label, name(call))

static void rest(double intervals)
{
	int64_t end = now_ns() + (int64_t)(intervals * interval * 1000000);
	int64_t left;

	while ((left = end - now_ns()) > 0) {
		struct timespec t = { left / 1000000000, left % 1000000000 };
		nanosleep(&t, NULL);
	}
}

static unsigned initialize_and_register(int time_interval, int policy)
{
	unsigned id = 0;
	cs_error_t error;

	CALL("initialize", sam_initialize(time_interval, policy));
	error = sam_register(&id);
	if (error != CS_OK)
		fatal("register", error);
	snprintf(who, sizeof who, "%u", id - 1);
	event("register OK");
	return id - 1;
}

static void beat(int times)
{
	while (times-- > 0) {
		rest(0.5);
		CALL("beat", sam_hc_send());
	}
}

static void outlive(void)
{
	rest(4);
	event("alive");
	exit(1);
}

/* Fall silent for longer than any limit; who survives that was not supervised. */
static void silent(void)
{
	event("silent");
	outlive();
}

static void leave(int status)
{
	event("exit %d", status);
	exit(status);
}

static volatile sig_atomic_t delivered;

static void on_signal(int signal)
{
	event("signal %s", (signal == SIGTERM) ? "SIGTERM" : "SIGUSR1");
	delivered++;
}

/* ------------------------------------------------------------------------------------------- */

static void basics(void)
{
	unsigned id = initialize_and_register(interval, SAM_RECOVERY_POLICY_RESTART);

	if (id < 2) {
		CALL("start", sam_start());
		beat(10);
		if (id == 1) {
			CALL("stop", sam_stop());
			rest(1.5);
			event("alive");
			CALL("start", sam_start());
		}
		silent();
	}
	CALL("initialize", sam_initialize(interval, SAM_RECOVERY_POLICY_RESTART));
	CALL("start", sam_start());
	CALL("stop", sam_stop());
	CALL("finalize", sam_finalize());
	CALL("finalize", sam_finalize());
	CALL("initialize", sam_initialize(interval, SAM_RECOVERY_POLICY_RESTART));
	CALL("register", sam_register(NULL));
	CALL("start", sam_start());
	CALL("stop", sam_stop());
	CALL("beat", sam_hc_send());
	CALL("callback", sam_hc_callback_register(NULL));
	leave(0);
}

static void warned(void)
{
	initialize_and_register(interval, SAM_RECOVERY_POLICY_QUIT);
	signal(SIGTERM, on_signal);
	CALL("start", sam_start());
	beat(1);
	silent();
}

static void smoke(void)
{
	struct rlimit none = { 0, 0 };
	unsigned id;

	setrlimit(RLIMIT_CORE, &none);
	id = initialize_and_register(0, SAM_RECOVERY_POLICY_RESTART);
	if (id < crashes) {
		CALL("start", sam_start());
		event("crash SIGSEGV");
		kill(getpid(), SIGSEGV);
		pause();
	}
	leave(0);
}

static void size(void)
{
	size_t size = 0;
	cs_error_t error = sam_data_getsize(&size);

	if (error == CS_OK)
		event("size %zu", size);
	else
		event("size %s", name(error));
}

static void restore(size_t length, char first)
{
	char data[128];
	size_t i;
	cs_error_t error;

	memset(data, 0, sizeof data);
	error = sam_data_restore(data, length);
	for (i = 0; error == CS_OK && i < length; i++)
		if (data[i] != (char)(first + i)) {
			event("restore OK but different");
			return;
		}
	event("restore %s", name(error));
}

static void store(size_t length, char first)
{
	char data[128];
	size_t i;

	for (i = 0; i < length; i++)
		data[i] = (char)(first + i);
	CALL("store", sam_data_store(data, length));
}

static void data(void)
{
	unsigned id;

	size();
	CALL("store", sam_data_store(NULL, 0));
	restore(128, 0);
	CALL("initialize", sam_initialize(0, SAM_RECOVERY_POLICY_RESTART));
	size();
	CALL("restore-null", sam_data_restore(NULL, 128));
	store(128, 5);
	size();
	restore(127, 5);
	restore(128, 5);
	CALL("store", sam_data_store(NULL, 1));
	size();
	store(128, 5);
	if (sam_register(&id) != CS_OK)
		fatal("register", 0);
	snprintf(who, sizeof who, "%u", --id);
	event("register OK");
	if (id < 2)
		CALL("start", sam_start());
	size();
	if (id == 0) {
		restore(128, 5);
		store(121, 100);
		leave(1);
	}
	if (id == 1) {
		restore(121, 100);
		CALL("store", sam_data_store(NULL, 0));
		leave(1);
	}
	leave(0);
}

static int calls;

static int counting_callback(void)
{
	calls++;
	event("callback %d", calls);
	if (sam_data_store(&calls, sizeof calls) != CS_OK)
		return 1;
	return calls > 10;
}

static void event_driven(void)
{
	int counted = 0;
	unsigned id;

	if (!interval_given)
		interval = 100;
	id = initialize_and_register(interval, SAM_RECOVERY_POLICY_RESTART);

	if (id == 0) {
		CALL("callback", sam_hc_callback_register(counting_callback));
		CALL("start", sam_start());
		rest(40);
		event("alive");
		exit(1);
	}
	CALL("restore", sam_data_restore(&counted, sizeof counted));
	event("counted %d", counted);
	leave(0);
}

static void storing_handler(int signal)
{
	int count;

	on_signal(signal);
	count = delivered;
	sam_data_store(&count, sizeof count);
}

static void warn_signal(void)
{
	int counted = 0;
	unsigned id = initialize_and_register(interval, SAM_RECOVERY_POLICY_RESTART);

	if (id < 2) {
		CALL("warn-signal", sam_warn_signal_set((id == 0) ? SIGUSR1 : SIGKILL));
		signal(SIGUSR1, storing_handler);
		CALL("start", sam_start());
		beat(1);
		silent();
	}
	CALL("restore", sam_data_restore(&counted, sizeof counted));
	event("counted %d", counted);
	leave(0);
}

static void finalize(void)
{
	initialize_and_register(interval, SAM_RECOVERY_POLICY_RESTART);
	CALL("start", sam_start());
	CALL("finalize", sam_finalize());
	leave(0);
}

/* ------------------------------------------------------------------------------------------- */

static cmap_handle_t cmap(void)
{
	cmap_handle_t handle;
	cs_error_t error = cmap_initialize(&handle);

	if (error != CS_OK)
		fatal("cmap_initialize", error);
	return handle;
}

static int64_t voted;

static void votes(uint32_t number)
{
	cmap_handle_t handle = cmap();
	cs_error_t error;

	event("votes %" PRIu32, number);
	voted = now_ns();
	error = cmap_set_uint32(handle, "quorum.expected_votes", number);
	if (error != CS_OK)
		fatal("votes", error);
	cmap_finalize(handle);
}

static volatile int start_returned;

static void *vote_later(void *unused)
{
	rest(2.5);
	if (!start_returned)
		event("blocked");
	votes(1);
	return unused;
}

static void quorum(void)
{
	pthread_t voter;
	unsigned id;

	votes(2);
	id = initialize_and_register(interval, SAM_RECOVERY_POLICY_QUORUM_RESTART);
	signal(SIGTERM, on_signal);
	pthread_create(&voter, NULL, vote_later, NULL);
	event("starting");
	CALL("start", sam_start());
	start_returned = 1;
	beat(2);
	if (id == 0) {
		event("silent");
		votes(2);
		outlive();
	}
	CALL("stop", sam_stop());
	leave(0);
}

/* Log "cmap KEY=VALUE", or that it is not there. */
static void key(cmap_handle_t handle, pid_t server, const char *key)
{
	char path[CMAP_KEYNAME_MAXLEN];
	char *value;
	cs_error_t error;

	snprintf(path, sizeof path, "resources.process.%d.%s", server, key);
	error = cmap_get_string(handle, path, &value);
	if (error != CS_OK) {
		event("cmap %s %s", key, name(error));
		return;
	}
	event("cmap %s=%s", key, value);
	free(value);
}

static uint64_t number(cmap_handle_t handle, pid_t server, const char *key)
{
	char path[CMAP_KEYNAME_MAXLEN];
	uint64_t value = 0;

	snprintf(path, sizeof path, "resources.process.%d.%s", server, key);
	cmap_get_uint64(handle, path, &value);
	return value;
}

static int second_part;

static void cmap_quit(void)
{
	pid_t server = getpid();
	cmap_handle_t handle;
	uint64_t before, after;

	initialize_and_register(interval, SAM_RECOVERY_POLICY_QUIT | SAM_RECOVERY_POLICY_CMAP);
	handle = cmap();
	key(handle, server, "recovery");
	event("cmap poll_period=%" PRIu64, number(handle, server, "poll_period"));
	key(handle, server, "state");
	CALL("start", sam_start());
	key(handle, server, "state");
	if (second_part)
		silent();
	CALL("stop", sam_stop());
	key(handle, server, "state");
	rest(2.5);
	event("alive");
	key(handle, server, "state");
	CALL("start", sam_start());
	CALL("beat", sam_hc_send());
	rest(0.1);
	before = number(handle, server, "last_updated");
	rest(0.25);
	CALL("beat", sam_hc_send());
	rest(0.1);
	after = number(handle, server, "last_updated");
	event("cmap last_updated moved %" PRIu64, (after - before) / 1000000);
	CALL("stop", sam_stop());
	key(handle, server, "state");
	leave(0);
}

/* Nothing is wrong with this one, but for Corosync's watchdog service it is too slow. */
static void late_start(void)
{
	initialize_and_register(interval, SAM_RECOVERY_POLICY_QUIT | SAM_RECOVERY_POLICY_CMAP);
	rest(8);
	CALL("start", sam_start());
	beat(4);
	CALL("stop", sam_stop());
	leave(0);
}

static void cmap_restart(void)
{
	pid_t server = getpid();
	cmap_handle_t handle;
	unsigned id;

	id = initialize_and_register(interval, SAM_RECOVERY_POLICY_RESTART | SAM_RECOVERY_POLICY_CMAP);
	handle = cmap();
	key(handle, server, "recovery");
	key(handle, server, "state");
	if (id < 3) {
		CALL("start", sam_start());
		key(handle, server, "state");
		silent();
	}
	CALL("mark-failed", sam_mark_failed());
	silent();
}

/* ------------------------------------------------------------------------------------------- */

/* Not a reference scenario: measures when the warn signal of lost quorum arrives, for ever. */

static void on_warning(int signal)
{
	event("warned ns %" PRId64, now_ns());
	_exit(0);
}

static void warning(void)
{
	initialize_and_register(interval, SAM_RECOVERY_POLICY_QUORUM_RESTART);
	signal(SIGTERM, on_warning);
	CALL("start", sam_start());
	for (;;) {
		rest(0.25);
		sam_hc_send();
	}
}

static const struct scenario {
	const char *name;
	void (*run)(void);
	int cmap;
} scenarios[] = {
	{ "basics", basics, 0 },
	{ "signal", warned, 0 },
	{ "smoke", smoke, 0 },
	{ "data", data, 0 },
	{ "event-driven", event_driven, 0 },
	{ "warn-signal", warn_signal, 0 },
	{ "quorum", quorum, 0 },
	{ "finalize", finalize, 0 },
	{ "cmap-quit", cmap_quit, 1 },
	{ "cmap-restart", cmap_restart, 1 },
	{ "warning", warning, 0 },
	{ "late-start", late_start, 0 },
};

/* Run a scenario in a process of its own, which becomes the server, and tell how it ends. */
static void run(const struct scenario *scenario)
{
	int status;
	pid_t server = fork();

	if (server == -1)
		fatal("fork", errno);
	if (server == 0) {
		strcpy(who, "-");
		scenario->run();
		_exit(97);
	}
	while (waitpid(server, &status, 0) == -1 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		event("server killed %d", WTERMSIG(status));
	else
		event("server exit %d", WEXITSTATUS(status));
	if (scenario->cmap) {
		static const char *const keys[] = { "recovery", "poll_period", "last_updated", "state" };
		char path[CMAP_KEYNAME_MAXLEN];
		cmap_handle_t handle = cmap();
		size_t i;

		key(handle, server, "state");
		for (i = 0; i < 4; i++) {
			snprintf(path, sizeof path, "resources.process.%d.%s", server, keys[i]);
			cmap_delete(handle, path);
		}
		cmap_finalize(handle);
	}
}

/* ------------------------------------------------------------------------------------------- */

static void quorum_changed(quorum_handle_t handle, uint32_t quorate, uint64_t ring, uint32_t n, uint32_t *members)
{
	char list[256] = "";
	size_t used = 0;
	uint32_t i;

	for (i = 0; i < n && used < sizeof list - 12; i++)
		used += snprintf(list + used, sizeof list - used, "%s%" PRIu32, i ? "," : "", members[i]);
	event("quorum %s members %s ns %" PRId64, quorate ? "yes" : "no", list, now_ns());
}

static void key_changed(cmap_handle_t handle, cmap_track_handle_t track, int32_t what, const char *key,
		struct cmap_notify_value value, struct cmap_notify_value before, void *unused)
{
	if (what == CMAP_TRACK_DELETE)
		event("cmap %s deleted", key);
	else if (value.type == CMAP_VALUETYPE_STRING)
		event("cmap %s=%.*s", key, (int)value.len, (const char *)value.data);
	else if (value.type == CMAP_VALUETYPE_UINT64)
		event("cmap %s=%" PRIu64, key, *(const uint64_t *)value.data);
}

/* Tell every change of quorum and of the keys of supervised processes, whoever makes it. */
static void watch(int seconds)
{
	quorum_callbacks_t callbacks = { quorum_changed };
	quorum_handle_t quorum_handle;
	cmap_handle_t cmap_handle = cmap();
	cmap_track_handle_t track;
	uint32_t type;
	struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };
	int64_t end = now_ns() + seconds * INT64_C(1000000000);
	cs_error_t error;

	if ((error = quorum_initialize(&quorum_handle, &callbacks, &type)) != CS_OK)
		fatal("quorum_initialize", error);
	quorum_trackstart(quorum_handle, CS_TRACK_CURRENT | CS_TRACK_CHANGES);
	cmap_track_add(cmap_handle, "resources.process.", CMAP_TRACK_ADD | CMAP_TRACK_MODIFY | CMAP_TRACK_DELETE |
			CMAP_TRACK_PREFIX, key_changed, NULL, &track);
	quorum_fd_get(quorum_handle, &fds[0].fd);
	cmap_fd_get(cmap_handle, &fds[1].fd);
	while (now_ns() < end) {
		poll(fds, 2, (int)((end - now_ns()) / 1000000) + 1);
		if (fds[0].revents && (error = quorum_dispatch(quorum_handle, CS_DISPATCH_ALL)) != CS_OK) {
			event("quorum lost %s ns %" PRId64, name(error), now_ns());
			return;
		}
		if (fds[1].revents && (error = cmap_dispatch(cmap_handle, CS_DISPATCH_ALL)) != CS_OK) {
			event("quorum lost %s ns %" PRId64, name(error), now_ns());
			return;
		}
	}
}

int main(int argc, char *argv[])
{
	size_t i;
	int option;

	zero = now_ns();
	while ((option = getopt(argc, argv, "i:n:")) != -1) {
		if (option == 'i')
			interval = atoi(optarg), interval_given = 1;
		else if (option == 'n')
			crashes = atoi(optarg);
		else
			return 2;
	}
	argv += optind;
	argc -= optind;
	if (argc == 2 && strcmp(argv[0], "watch") == 0) {
		watch(atoi(argv[1]));
		return 0;
	}
	if (argc == 2 && strcmp(argv[0], "votes") == 0) {
		votes(atoi(argv[1]));
		event("voted ns %" PRId64, voted);
		return 0;
	}
	for (i = 0; argc == 1 && i < sizeof scenarios / sizeof scenarios[0]; i++) {
		if (strcmp(argv[0], scenarios[i].name) == 0) {
			run(&scenarios[i]);
			if (scenarios[i].run == cmap_quit) {
				second_part = 1;
				run(&scenarios[i]);
			}
			return 0;
		}
	}
	fprintf(stderr, "usage: sam-reference [-i MILLISECONDS] [-n INSTANCES] SCENARIO | watch SECONDS | votes NUMBER\n"
			"scenarios:");
	for (i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
		fprintf(stderr, " %s", scenarios[i].name);
	fputc('\n', stderr);
	return 2;
}
