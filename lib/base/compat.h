/*
 * compat.h: what differs between systems, alone.  Linux is what runs today.
 */
#ifndef BASE_COMPAT_H
#define BASE_COMPAT_H

#include <linux/futex.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
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

/* One that waits for WORD looks at it again. */
static inline void
compat_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

#endif
