/*
 * redact.h: what no log may hold: passwords, secrets, tokens, and the
 * attributes that an administrator names.  Rather too much is hidden than too
 * little.
 */
#ifndef WATCH_REDACT_H
#define WATCH_REDACT_H

#include "base/arena.h"
#include "base/error.h"

/* What stands in place of what is hidden. */
#define REDACTED "(redacted)"

/*
 * The JSON text BODY without what is hidden, in A, without white space.
 * NAMES are attributes, with commas between them, which are hidden beside
 * whatever is called a password, secret or token: as members, wherever they
 * stand, in the form "attribute", "urn:...:attribute" or "attribute.sub"; as
 * the target of an operation of a PATCH, by its path; and texts that look
 * like one of our tokens, or a JWT, under any name.
 *
 * Errors: ERR_INVALID_SYNTAX: it is no JSON, so nobody can tell.
 */
int	redact_body(struct arena *a, struct slice body, struct slice names,
	    struct slice *out, struct error *err);

/*
 * TEXT, as of a path or a header field: itself, or REDACTED when it looks as
 * if it held a secret; and of what may name attributes and their values: a
 * query, percent-decoded, a message.
 */
struct slice	redact_text(struct slice text);
struct slice	redact_query(struct slice text, struct slice names);

/* Does NAME, or a path of attributes, name something that is hidden? */
bool	redact_is_hidden(struct slice name, struct slice names);

#endif
