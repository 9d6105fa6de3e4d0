/*
 * Preloaded into a JVM: its first thread, which only waits for the one that runs main,
 * ends when the file FIRST_THREAD_ENDS exists, and all others live on.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *file;

int pthread_join(pthread_t thread, void **result)
{
	(void) thread;
	(void) result;
	while (file == NULL || access(file, F_OK) != 0) {
		usleep(10000);
	}
	pthread_exit(NULL);
}

/* not for the processes that the JVM starts */
__attribute__((constructor)) static void forget(void)
{
	char *value = getenv("FIRST_THREAD_ENDS");

	file = (value != NULL) ? strdup(value) : NULL;
	unsetenv("LD_PRELOAD");
}
