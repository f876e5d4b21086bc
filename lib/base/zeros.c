/*
 * zeros.c: a large table that is all zero at first.
 */
#include <sys/mman.h>

#include "base/log.h"
#include "base/zeros.h"

void *
zeros_new(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		fatal("out of memory (%zu bytes)", len);
	return p;
}

void
zeros_free(void *ptr, size_t len)
{
	if (ptr != NULL)
		munmap(ptr, len);
}
