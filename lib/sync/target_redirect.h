/*
 * target_redirect.h: where a target sends a request on (RFC 9110 section
 * 15.4; CLI-05).
 */
#ifndef SYNC_TARGET_REDIRECT_H
#define SYNC_TARGET_REDIRECT_H

#include <stdbool.h>

struct target_try;

/*
 * Take the Location of TRY's answer: the same method and body go there, now
 * only (307) or, on the same server, from now on (308); 301 to 303 only what
 * reads.
 *
 * Returns: false when the request cannot go there.
 */
bool	target_redirect(struct target_try *try);

/* Are both on the same server: scheme, host and port? */
bool	target_is_same_server(const char *url, const char *other);

#endif
