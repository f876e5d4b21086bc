/*
 * json.h: the one door to json-c: parse, get, set, print.
 *
 * Ownership in one sentence: every value belongs to the arena that it was
 * made in, a container holds its members as long as it lives itself, and
 * nobody puts anything.  No string is ever converted to another type.
 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

struct json_object;	/* json-c's; only lib/json looks inside */

enum json_kind {
	JSON_NULL,	/* also what an absent member is */
	JSON_BOOLEAN,
	JSON_INTEGER,	/* fits int64_t, no fraction, no exponent */
	JSON_DECIMAL,	/* any other number, at any size */
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/* "an object", "a string": for messages. */
const char	*json_kind_name(enum json_kind kind);

/*
 * Parse TEXT, which json_check (check.h) is run on first.
 *
 * Owner:  *OUT belongs to A; NULL is the value null.
 * Errors: ERR_INVALID_SYNTAX with line and column.
 */
int	json_parse(struct arena *a, struct slice text,
	    struct json_object **out, struct error *err);

/*
 * The same for TEXT that was parsed before it was stored: it is not checked
 * again.
 *
 * Errors: ERR_INVALID_SYNTAX when it is no JSON after all.
 */
int	json_load(struct arena *a, struct slice text,
	    struct json_object **out, struct error *err);

enum json_kind	json_kind(const struct json_object *v);

/* The value of a boolean, integer or decimal; 0 for another kind. */
bool	json_boolean(const struct json_object *v);
int64_t	json_integer(const struct json_object *v);
double	json_decimal(const struct json_object *v);

/* Is V an integer that does not fit int64_t, which is then a decimal? */
bool	json_is_wide(const struct json_object *v);

/* The text of a string, good as long as V; empty for another kind. */
struct slice	json_string(const struct json_object *v);

/* New values in A. */
struct json_object	*json_new_object(struct arena *a);
struct json_object	*json_new_array(struct arena *a);
struct json_object	*json_new_string(struct arena *a, struct slice text);
struct json_object	*json_new_boolean(struct arena *a, bool value);
struct json_object	*json_new_integer(struct arena *a, int64_t value);

/* A deep copy in A. */
struct json_object	*json_copy(struct arena *a,
			    const struct json_object *v);

/* A member by its exact name, or by its name without ASCII case; or NULL. */
struct json_object	*json_get(const struct json_object *object,
			    const char *name);
struct json_object	*json_attr(const struct json_object *object,
			    struct slice name);

/* Is there a member of that name (ignoring ASCII case), even if null? */
bool	json_has(const struct json_object *object, struct slice name);

/* Set or delete a member by its exact name. */
void	json_set(struct json_object *object, struct slice name,
	    struct json_object *v);
void	json_delete(struct json_object *object, struct slice name);

/* The number of members or elements; 0 for another kind. */
size_t	json_len(const struct json_object *container);

/* Element I of an array. */
struct json_object	*json_at(const struct json_object *array, size_t i);

/* Append V, replace element I, take element I out. */
void	json_append(struct json_object *array, struct json_object *v);
void	json_put_at(struct json_object *array, size_t i,
	    struct json_object *v);
void	json_delete_at(struct json_object *array, size_t i);

/*
 * The members of an object, in their order.  The object must not change
 * while it is walked.
 *
 *	struct json_member m = json_first(object);
 *	for (; m.entry != NULL; json_next(&m))
 */
struct json_member {
	struct slice		 name;
	struct json_object	*value;
	void			*entry;
};
struct json_member	json_first(const struct json_object *object);
void	json_next(struct json_member *m);

/* Same kind and value; the order of members does not matter, 1 is 1.0. */
bool	json_equal(const struct json_object *a, const struct json_object *b);

/* Append V to B as JSON without white space. */
void	json_print(struct buf *b, const struct json_object *v);

/* The same as text in A. */
struct slice	json_text(struct arena *a, const struct json_object *v);

#endif
