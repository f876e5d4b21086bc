/*
 * confine.h: a worker gives up what it does not need: whoever takes it over
 * by a fault of ours can read and change the store, and little else.
 *
 * Files: Landlock (Linux 5.13), once and for all that follows: only the store
 * can be written to, only it and what libraries read can be read, nothing
 * can be executed.  Calls: seccomp(2): no other process, no other network, no
 * other rights.  A kernel that has one of them not, or -DCONFINE=0 at
 * compile time, leaves it out.
 */
#ifndef SERVE_CONFINE_H
#define SERVE_CONFINE_H

#include <stdbool.h>

/*
 * For this thread and those that it makes from now on: the files below STORE,
 * which must be there, and to read those below SCHEMAS, directories with
 * colons, and FILES, NULL behind the last; "" is none.
 *
 * Returns: false when the kernel cannot, or STORE is not there.
 */
bool	confine_files(const char *store, const char *schemas,
	    const char *const *files);

/*
 * For all threads of the process.  CALLS_OUT: it asks other servers, and may
 * have sockets of the Internet.
 *
 * Returns: false when the kernel cannot.
 */
bool	confine_calls(bool calls_out);

#endif
