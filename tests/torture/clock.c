/*
 * clock.c: a wall clock that somebody sets back and forward.
 *
 * To be preloaded.  The file CLOCK_FILE holds 8 bytes, the seconds that are
 * added to the time of day; it may be written at any time.  Not for lighttpd,
 * which would restart itself, and with some luck come back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t
shift(void)
{
	static const _Atomic int64_t *seconds;
	const char *path = getenv("CLOCK_FILE");
	void *p;
	int fd;

	if (strcmp(program_invocation_short_name, "lighttpd") == 0)
		return 0;
	if (seconds == NULL && path != NULL &&
	    (fd = open(path, O_RDONLY | O_CLOEXEC)) != -1) {
		p = mmap(NULL, sizeof(*seconds), PROT_READ, MAP_SHARED, fd, 0);
		close(fd);
		if (p != MAP_FAILED)
			seconds = p;
	}
	return seconds == NULL ? 0 : atomic_load(seconds);
}

int
clock_gettime(clockid_t clock, struct timespec *ts)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, ts);

	if (rc == 0 &&
	    (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		ts->tv_sec += shift();
	return rc;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}
