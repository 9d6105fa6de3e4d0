/*
 * A process whose first thread has ended while another one lives: in state S ("sleeps")
 * or, as on a dead network file system, in state D ("in-kernel"), until its standard
 * input ends.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static void await_end_of_input(void)
{
	char c;

	while (read(0, &c, 1) > 0) {
	}
}

static void *live(void *what)
{
	/* a name that looks like the fields behind it */
	pthread_setname_np(pthread_self(), "last ) Z 1");
	if (strcmp(what, "in-kernel") == 0) {
		/* the caller of vfork waits in state D until the child ends */
		if (vfork() == 0) {
			await_end_of_input();
			_exit(0);
		}
	} else {
		await_end_of_input();
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc < 2 || pthread_create(&thread, NULL, live, argv[1]) != 0) {
		return 1;
	}
	pthread_exit(NULL);
}
