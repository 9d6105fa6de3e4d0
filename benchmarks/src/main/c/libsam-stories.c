/*
 * Two stories on Corosync's own libsam, for benchmarks/peers.py.
 *
 *   libsam-stories warn MILLISECONDS INSTANCES FILE
 *       Instances fall silent, one after the other. A line each: monotonic nanoseconds of the
 *       last heartbeat and of the warn signal.
 *   libsam-stories hc CALLS
 *       Prints the nanoseconds that a heartbeat takes.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <corosync/sam.h>

static int events;
static volatile int64_t sent;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void must(cs_error_t error, const char *what)
{
	if (error != CS_OK) {
		fprintf(stderr, "%s returned %d\n", what, error);
		exit(1);
	}
}

static void on_warning(int signal)
{
	int64_t warned = now();
	char line[64];
	int length = snprintf(line, sizeof line, "%" PRId64 " %" PRId64 "\n", sent, warned);

	(void)signal;
	_exit(write(events, line, length) == length ? 0 : 1);
}

static int warn(int interval, unsigned instances, const char *file)
{
	struct sigaction action = { .sa_handler = on_warning };
	unsigned id;
	int i;

	events = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (events == -1) {
		perror(file);
		return 1;
	}
	must(sam_initialize(interval, SAM_RECOVERY_POLICY_RESTART), "sam_initialize");
	must(sam_register(&id), "sam_register");
	if (id > instances) {	/* libsam counts from 1 */
		must(sam_finalize(), "sam_finalize");
		return 0;
	}
	sigaction(SIGTERM, &action, NULL);
	must(sam_start(), "sam_start");
	for (i = 0; i < 10; i++)
		must(sam_hc_send(), "sam_hc_send");
	sent = now();
	must(sam_hc_send(), "sam_hc_send");
	for (;;)
		pause();
}

static int hc(long calls)
{
	int64_t began;
	long i;

	must(sam_initialize(0, SAM_RECOVERY_POLICY_QUIT), "sam_initialize");
	must(sam_register(NULL), "sam_register");
	must(sam_start(), "sam_start");
	began = now();
	for (i = 0; i < calls; i++)
		must(sam_hc_send(), "sam_hc_send");
	printf("%.1f\n", (double)(now() - began) / calls);
	fflush(stdout);
	must(sam_stop(), "sam_stop");
	must(sam_finalize(), "sam_finalize");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "warn") == 0)
		return warn(atoi(argv[2]), atoi(argv[3]), argv[4]);
	if (argc == 3 && strcmp(argv[1], "hc") == 0)
		return hc(atol(argv[2]));
	fprintf(stderr, "usage: %s warn MILLISECONDS INSTANCES FILE | hc CALLS\n", argv[0]);
	return 64;
}
