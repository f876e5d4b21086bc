/*
 * regex.h: regular expressions, by PCRE2; the one door to it.
 *
 * The dialect of .NET as far as both share it: (?<name>...), ${name}, $1.
 * Time is bounded: a match that tries too much is an error, never a "no".
 * What was matched is kept in the struct: not for two threads at once.
 */
#ifndef SYNC_REGEX_H
#define SYNC_REGEX_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

enum { REGEX_PATTERN_MAX = 4096 /* bytes */ };

struct regex;

/*
 * Owner:  *OUT lives in A.
 * Errors: ERR_INVALID_VALUE with the byte in the pattern.
 */
int	regex_compile(struct arena *a, struct slice pattern,
	    struct regex **out, struct error *err);

/* Has the pattern a group of this name, or number? */
bool	regex_has_group(const struct regex *re, struct slice group);

/*
 * Is the pattern somewhere in TEXT?  Returns: 1, 0, or -1 with ERR set to
 * ERR_TOO_MANY when a limit was reached.
 */
int	regex_search(const struct regex *re, struct slice text,
	    struct error *err);

/* The same; *FOUND is what GROUP matched, of the first match. */
int	regex_extract(const struct regex *re, struct slice text,
	    struct slice group, struct slice *found, struct error *err);

/*
 * Append TEXT to OUT, with REPLACEMENT for each match; or, where GROUP has
 * data, for what that group matched alone.  ${name}, $1, $0 and $& in
 * REPLACEMENT are what was matched, $$ is a dollar; another is as it stands.
 *
 * Returns: 0, or -1 as regex_search.
 */
int	regex_replace(const struct regex *re, struct slice text,
	    struct slice group, struct slice replacement, struct buf *out,
	    struct error *err);

#endif
