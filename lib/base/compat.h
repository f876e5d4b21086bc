/*
 * compat.h: what differs between systems, alone.  Linux is what runs today.
 */
#ifndef BASE_COMPAT_H
#define BASE_COMPAT_H

#include <limits.h>
#include <linux/futex.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Have the kernel send SIGNAL to this process when its parent ends. */
static inline int
compat_die_with_parent(int signal)
{
	return prctl(PR_SET_PDEATHSIG, signal);
}

/*
 * From now on, a piece of LARGE bytes or more that is freed goes back to the
 * system at once, however often there is one.
 */
static inline void
compat_return_large(int large)
{
	mallopt(M_MMAP_THRESHOLD, large);
	mallopt(M_TRIM_THRESHOLD, 2 * large);
}

/* From now on, LEN bytes that were freed are kept for what is needed next. */
static inline void
compat_keep_memory(int len)
{
	mallopt(M_MMAP_THRESHOLD, len);
	mallopt(M_TRIM_THRESHOLD, len);
}

/* Give memory that was freed back to the system. */
static inline void
compat_trim_memory(void)
{
	malloc_trim(0);
}

/*
 * A descriptor to wait at for what comes to SOCKET, which other processes
 * share: one of them is woken for it, of those that wait the one that was
 * first to call this.  Returns -1 with errno.
 */
static inline int
compat_watch(int socket)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int watch = epoll_create1(EPOLL_CLOEXEC);

	if (watch != -1 &&
	    epoll_ctl(watch, EPOLL_CTL_ADD, socket, &event) == -1) {
		close(watch);
		return -1;
	}
	return watch;
}

/* Has something come to it within MS milliseconds, before a signal did? */
static inline bool
compat_watch_wait(int watch, int ms)
{
	struct epoll_event event;

	return epoll_wait(watch, &event, 1, ms) > 0;
}

/*
 * Wait as long as WORD, which other processes may share, is VALUE: until
 * compat_wake, a signal that is caught, or MS milliseconds later.
 */
static inline void
compat_wait(_Atomic uint32_t *word, uint32_t value, int ms)
{
	struct timespec limit = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000L };

	syscall(SYS_futex, word, FUTEX_WAIT, value, &limit, NULL, 0);
}

/* All that wait for WORD look at it again. */
static inline void
compat_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

#endif
