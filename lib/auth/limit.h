/*
 * limit.h: what a tenant, or one credential of it, may do at most.
 *
 * The table in limit.c is the one list: records, the command and the server
 * read it.  A number is 0 where nothing was said.
 */
#ifndef AUTH_LIMIT_H
#define AUTH_LIMIT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

struct json_object;

enum limit {
	LIMIT_BODY,	       /* bytes of a request body */
	LIMIT_BULK_OPERATIONS, /* of one bulk request */
	LIMIT_BULK_PAYLOAD,    /* bytes of it */
	LIMIT_SCAN,	       /* resources that one query may look at */
	LIMIT_MEMBERS,	       /* members that a group shows */
	LIMIT_RESULTS,	       /* resources on a page */
	LIMIT_FILTER_COST,     /* of a filter (scim/filter_cost.h) */
	LIMIT_RATE,	       /* requests a second, sustained */
	LIMIT_BURST,	       /* and at once, after a pause */
	LIMIT_IN_FLIGHT,       /* requests at the same time */
	LIMIT_BREAKER_COUNT,   /* taken away in a window (identity/breaker.h) */
	LIMIT_BREAKER_PERCENT, /* of all resources */
	LIMIT_BREAKER_WINDOW,  /* seconds */
	LIMIT_BREAKER_QUARANTINE, /* 1: that is kept aside, not refused */
	LIMIT_MAX
};

/* Which of several that were said is in force. */
enum limit_rule {
	LIMIT_LOWEST,  /* the lowest: what the server can bear */
	LIMIT_NEAREST, /* the credential's, else the tenant's, else ours */
	LIMIT_EACH     /* each counts by itself: see serve/throttle.h */
};

struct limit_row {
	const char *name;   /* in a record */
	const char *option; /* of the command */
	int64_t min;
	int64_t max;
	enum limit_rule rule;
	const char *unit; /* for the manual and for messages */
};

const struct limit_row	*limit_row(enum limit limit);

/*
 * Is each number in the bounds of its row, or 0?
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	limit_check(const int64_t limits[LIMIT_MAX], struct error *err);

/* Take the member NAME of a record into LIMITS, if it is one of them. */
void	limit_read(int64_t limits[LIMIT_MAX], struct slice name,
    struct slice value);

/* Set the members of a record V that LIMITS has; take away the others. */
void	limit_write(
    struct arena *a, const int64_t limits[LIMIT_MAX], struct json_object *v);

/*
 * What is in force of LIMIT where SERVER is that of the settings (0: none);
 * for LIMIT_EACH the nearest.
 */
int64_t	limit_in_force(enum limit limit, int64_t server,
    const int64_t tenant[LIMIT_MAX], const int64_t credential[LIMIT_MAX]);

#endif
