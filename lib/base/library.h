/*
 * library.h: a shared library that is loaded when it is needed for the first
 * time, since most processes never need it.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>

/* A function of it, and where its address goes in the caller's table. */
struct library_function {
	const char	*name;
	size_t		 offset;
};

/*
 * Load the library NAME, which stays loaded, and put the addresses of its N
 * FUNCTIONS into TABLE.  A system without them is a broken installation:
 * fatal().
 */
void	library_load(const char *name,
	    const struct library_function *functions, size_t n, void *table);

#endif
