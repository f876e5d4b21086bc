/*
 * datum.h: what an expression knows: null, text, a number, a date, several.
 *
 * Null is an attribute that is not there.  Pure, and without owners: all that
 * a value points to lives in the arena of the evaluation, or in the person.
 */
#ifndef SYNC_DATUM_H
#define SYNC_DATUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

struct json_object;

enum datum_kind {
	DATUM_NULL,
	DATUM_TEXT,
	DATUM_INTEGER,
	DATUM_BOOLEAN,
	DATUM_DATE,
	DATUM_OBJECT,		/* a role: several sub-attributes */
	DATUM_LIST
};

struct datum {
	enum datum_kind		 kind;
	bool			 redacted; /* flows, but logs must not show it */
	bool			 dropped; /* null: leave the attribute alone */
	bool			 boolean;
	int64_t			 integer; /* or of a date: ticks (date.h) */
	struct slice		 text;
	struct json_object	*object;
	struct datum		*items;	/* of a list; none is a list or null */
	size_t			 nitems;
};

struct datum	datum_text(struct slice text);
struct datum	datum_integer(int64_t n);
struct datum	datum_boolean(bool b);
struct datum	datum_date(int64_t ticks);

/* The list of N ITEMS, which is null when there are none. */
struct datum	datum_list(struct datum *items, size_t n);

/* What JSON says; an empty array is null, null elements are left out. */
struct datum	datum_of_json(struct arena *a, struct json_object *v);

/*
 * V as JSON in A: a list is an array, a date is text as datum_print has it.
 * NULL is null.
 */
struct json_object	*datum_to_json(struct arena *a, const struct datum *v);

/* Is there nothing in V: null, or text without a character? */
bool	datum_is_empty(const struct datum *v);

/*
 * V, no list, as text: True, False, 12, 3/16/2020 7:00:00 AM; what an object
 * has as "value".  Null is a slice without data.
 */
struct slice	datum_print(struct arena *a, const struct datum *v);

/*
 * V, neither a list nor null, as another kind: text is read, a boolean is 1
 * or 0, a number but 0 is true.
 *
 * Returns: 0, or -1 when V is not of that kind.
 */
int	datum_as_integer(const struct datum *v, int64_t *n);
int	datum_as_boolean(const struct datum *v, bool *b);
int	datum_as_date(const struct datum *v, int64_t *ticks);

/* Equal by kind and content, text by its bytes. */
bool	datum_equal(const struct datum *v, const struct datum *w);

/* What stands in logs: "[Redact]" for what is redacted. */
struct slice	datum_shown(struct arena *a, const struct datum *v);

#endif
