/*
 * walk.h: read JSON text in place, without building a tree.
 *
 * For text that json_check has passed: stored bodies, which muster has
 * printed itself, above all.  All slices point into the text.
 */
#ifndef JSON_WALK_H
#define JSON_WALK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"
#include "json/json.h"

/* A place inside an object or array. */
struct walk {
	const char	*at;
	const char	*end;
};

/* The kind of a value by its first byte. */
enum json_kind	walk_kind(struct slice value);

/* Enter an object or array; another kind has no members. */
struct walk	walk_enter(struct slice container);

/*
 * The next member of an object: its NAME without quotes and undecoded (SCIM
 * names need no escapes), its VALUE as JSON text.  false at the end.
 */
bool	walk_member(struct walk *w, struct slice *name, struct slice *value);

/*
 * The next member of an object, if it begins with PRINTED: its name as it is
 * printed, with quotes and colon.  false, with W where it was, if it does not.
 */
bool	walk_named(struct walk *w, struct slice printed, struct slice *value);

/* The next element of an array; false at the end. */
bool	walk_element(struct walk *w, struct slice *value);

/*
 * The parts of those two, for who goes into every container: pass over the
 * sign C, if it is next, and the white space around it; cut the string,
 * number or word that is next, which is empty at anything else.
 */
bool	walk_sign(struct walk *w, char c);
struct slice	walk_scalar(struct walk *w);

/* The value of the member NAME (exact); false when there is none. */
bool	walk_find(struct slice object, struct slice name,
	    struct slice *value);

/* The text of a string value, escapes decoded; in A if there were any. */
struct slice	walk_string(struct arena *a, struct slice value);

#endif
