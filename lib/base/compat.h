/*
 * compat.h: what differs between systems, alone.  Linux is what runs today.
 */
#ifndef BASE_COMPAT_H
#define BASE_COMPAT_H

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>

/* Have the kernel send SIGNAL to this process when its parent ends. */
static inline int
compat_die_with_parent(int signal)
{
	return prctl(PR_SET_PDEATHSIG, signal);
}

/* Give memory that was freed back to the system. */
static inline void
compat_trim_memory(void)
{
	malloc_trim(0);
}

#endif
