/*
 * field.h: an object of the administrators' API and the struct behind it, by
 * one table for both ways.
 */
#ifndef ADMIN_FIELD_H
#define ADMIN_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

enum field_kind {
	FIELD_TEXT,	/* struct slice, one line; "" is not shown */
	FIELD_LINES,	/* the same of several lines */
	FIELD_LIST,	/* an array, here with separators; as above */
	FIELD_NUMBER,	/* int64_t; 0 is not shown */
	FIELD_TIME,	/* int64_t, ms UTC; a dateTime, only shown */
	FIELD_FLAG,	/* bool; false is not shown */
	FIELD_JSON	/* struct slice, the text of an object; as a text */
};

/* Bytes of a text, and of a list as one. */
enum { FIELD_LEN_MAX = 16384 };

/* What may be done with a field. */
enum {
	FIELD_SHOWN = 1,
	FIELD_MADE = 2,		/* given to create */
	FIELD_EDITED = 4	/* given to change */
};

struct field {
	const char	*name;
	enum field_kind	 kind;
	unsigned	 use;
	size_t		 offset;
	char		 separator;	/* of a list */
};

/*
 * Read BODY, an object, into INTO.  What is not there leaves INTO as it is;
 * null makes a text "" and a number 0.
 *
 * Owner:  texts are BODY's or live in A.
 * Errors: ERR_INVALID_VALUE names a field that is unknown, of another kind, or
 *         not of this USE.
 */
int	field_read(struct arena *a, const struct json_object *body,
	    const struct field *fields, size_t n, unsigned use, void *into,
	    struct error *err);

/* Set what FROM has as members of OBJECT, in A. */
void	field_show(struct arena *a, const struct field *fields, size_t n,
	    const void *from, struct json_object *object);

#endif
