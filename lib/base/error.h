/*
 * error.h: the one shape of a failure.
 *
 * Functions return 0 or -1; on -1 the struct error was filled once, where
 * the cause is known.  The codes are those of RFC 7644 section 3.12 and the
 * conditions of HTTP; http/status.c gives each its status and scimType.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/slice.h"

enum error_code {
	ERR_NONE = 0,
	ERR_INVALID_FILTER,
	ERR_TOO_MANY,
	ERR_UNIQUENESS,
	ERR_MUTABILITY,
	ERR_INVALID_SYNTAX,
	ERR_INVALID_PATH,
	ERR_NO_TARGET,
	ERR_INVALID_VALUE,
	ERR_INVALID_VERS,
	ERR_INVALID_CURSOR,	/* RFC 9865 section 2.1 */
	ERR_EXPIRED_CURSOR,
	ERR_INVALID_COUNT,
	ERR_UNAUTHORIZED,
	ERR_FORBIDDEN,
	ERR_SENSITIVE,
	ERR_NOT_FOUND,
	ERR_METHOD,
	ERR_NOT_ACCEPTABLE,
	ERR_DEPENDENCY,		/* another write of the same request failed */
	ERR_MEDIA_TYPE,
	ERR_TOO_LARGE,
	ERR_PRECONDITION,
	ERR_RATE,		/* too many requests; the reply says until when */
	ERR_HELD,		/* too much was taken away (identity/breaker.h) */
	ERR_NO_PRECONDITION,	/* RFC 6585 section 3 */
	ERR_NOT_IMPLEMENTED,
	ERR_BUSY,		/* try again soon: store recovering, deadlock */
	ERR_FULL,		/* no room on the disk */
	ERR_INTERNAL,		/* detail is for the log, not for the client */
	ERR_MAX
};

struct error {
	enum error_code	code;
	char		detail[512];
	struct slice	about;	/* the attribute, where a caller asks; or "" */
};

/*
 * Fill ERR with CODE and the formatted detail; a detail that is too long is
 * cut at a character.
 *
 * Returns: -1, so that the caller can return it.
 */
int	error_set(struct error *err, enum error_code code, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/*
 * Say what attribute ERR is about; NAME is kept as it is.
 *
 * Returns: -1.
 */
int	error_about(struct error *err, struct slice name);

/*
 * Put the formatted text before the detail of ERR, which stays what it is
 * otherwise: "operation 2: unknown attribute".
 *
 * Returns: -1.
 */
int	error_prefix(struct error *err, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
