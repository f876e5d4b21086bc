/*
 * password.h: passwords are kept as yescrypt hashes only (RFC 7643 section
 * 9.2), by crypt(3).
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* Bytes of a password that are accepted. */
enum { PASSWORD_LEN_MAX = 500 };

/*
 * Hash PASSWORD with a fresh salt, after normalisation form C (RFC 8265
 * section 4.2.2).  Takes tens of milliseconds.
 *
 * Errors: ERR_INVALID_VALUE when it is empty or too long.
 */
int	password_hash(struct arena *a, struct slice password,
	    struct slice *out, struct error *err);

/* Is PASSWORD the one that HASH was made of? */
bool	password_matches(struct arena *a, struct slice password,
	    struct slice hash);

#endif
