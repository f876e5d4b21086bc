/*
 * test_crew.c: how many workers are at hand, and who takes the place of one
 * that is not.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crew.h"
#include "tap.h"

enum { LOOKS_MAX = 600 }; /* of 50 ms: a machine may be slow */

static int listener;
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t address_len;

/* A socket that nobody else finds: the kernel names it. */
static void
listen_somewhere(void)
{
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	address_len = sizeof(address.sun_family);
	bind(listener, (struct sockaddr *)&address, address_len);
	address_len = sizeof(address);
	if (listen(listener, 8) == -1 ||
	    getsockname(listener, (struct sockaddr *)&address, &address_len) ==
		-1) {
		printf("not ok - %s\n", strerror(errno));
		exit(1);
	}
}

static int
connect_there(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&address, address_len) == 0)
		return fd;
	printf("not ok - %s\n", strerror(errno));
	exit(1);
}

/* In its PLACE: how often it looked up before it got a seat. */
static int
looks_of(struct crew *crew, unsigned place)
{
	int looks = 0;

	crew_join(crew, place);
	while (looks < LOOKS_MAX && !crew_sit(listener))
		looks++;
	return looks;
}

/* The same in a child that stays as it is until it is killed. */
static pid_t
start(struct crew *crew, unsigned place, int pipes[2])
{
	pid_t pid;

	if (pipe(pipes) == -1 || (pid = fork()) == -1) {
		printf("not ok - %s\n", strerror(errno));
		exit(1);
	}
	if (pid == 0) {
		int looks = looks_of(crew, place);

		close(pipes[0]);
		if (write(pipes[1], &looks, sizeof(looks)) > 0)
			pause();
		_exit(0);
	}
	close(pipes[1]);
	return pid;
}

/* What it told, or -1. */
static int
told(int pipes[2])
{
	int looks;

	return read(pipes[0], &looks, sizeof(looks)) == sizeof(looks) ? looks
								      : -1;
}

static void
end(pid_t pid, int pipes[2])
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(pipes[0]);
}

static bool
rests(void)
{
	return !crew_sit(listener) && !crew_sit(listener);
}

static void
test_small(void)
{
	tap_ok(crew_seats() >= 2, "two at hand, or one a processor");
	tap_ok(crew_new(2, 2) == NULL, "no crew where all are at hand");
	crew_join(NULL, 0);
	tap_ok(crew_sit(listener), "of no crew one always waits");
	crew_work();
	crew_stall();
	crew_go_on();
}

static void
test_rest(void)
{
	struct crew *crew = crew_new(3, 1);
	int pipes[2], fd;
	pid_t pid = start(crew, 1, pipes);

	tap_ok(told(pipes) == 0, "the first has a seat");
	crew_join(crew, 0);
	tap_ok(rests(), "another one rests");
	fd = connect_there();
	tap_ok(looks_of(crew, 0) < LOOKS_MAX,
	    "until there is a connection that nobody takes");
	close(accept(listener, NULL, NULL));
	close(fd);
	tap_ok(rests(), "then it rests again");
	end(pid, pipes);
	tap_ok(rests(), "who was killed is counted");
	crew_left(crew, 1);
	tap_ok(crew_sit(listener), "until the parent says that it is gone");
}

static void
test_stall(void)
{
	struct crew *crew = crew_new(3, 1);
	int pipes[2];
	pid_t pid;

	crew_join(crew, 0);
	tap_ok(crew_sit(listener), "the first has a seat");
	pid = start(crew, 1, pipes);
	crew_work();
	crew_stall();
	tap_ok(told(pipes) < LOOKS_MAX,
	    "another one has it while that waits for the disk");
	crew_go_on();
	tap_ok(rests(), "which then rests itself");
	end(pid, pipes);
}

static void
test_long(void)
{
	struct crew *crew = crew_new(3, 1);
	int pipes[2];
	pid_t pid;

	crew_join(crew, 0);
	crew_sit(listener);
	crew_work();
	pid = start(crew, 1, pipes);
	tap_ok(told(pipes) < LOOKS_MAX, "who works for long is not counted");
	end(pid, pipes);
}

enum { N = 4, ROUNDS = 50 };

/* The first of them that tells something has a seat. */
static bool
one_is_seated(int pipes[N][2])
{
	struct pollfd fds[N];

	for (int i = 0; i < N; i++)
		fds[i] = (struct pollfd){ .fd = pipes[i][0], .events = POLLIN };
	poll(fds, N, -1);
	for (int i = 0; i < N; i++)
		if (fds[i].revents != 0)
			return told(pipes[i]) < LOOKS_MAX;
	return false;
}

/* All of them come to rest at once: one must stay, though nobody asks. */
static void
test_all(void)
{
	int pipes[N][2], seated = 0;
	pid_t pids[N];

	for (int round = 0; round < ROUNDS; round++) {
		struct crew *crew = crew_new(N, 1);

		for (int i = 0; i < N; i++)
			pids[i] = start(crew, (unsigned)i, pipes[i]);
		seated += one_is_seated(pipes);
		for (int i = 0; i < N; i++)
			end(pids[i], pipes[i]);
	}
	tap_ok(seated == ROUNDS, "of four at once one has the seat");
}

int
main(void)
{
	listen_somewhere();
	test_small();
	test_rest();
	test_stall();
	test_long();
	test_all();
	close(listener);
	return tap_done();
}
