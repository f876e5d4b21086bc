/*
 * filter.h: SCIM filter expressions (RFC 7644 section 3.4.2.2).
 *
 * Three steps: filter_parse reads the text, filter_bind gives the names
 * their meaning for one resource type, filter_match (match.h) runs it.
 * Pure: no I/O, no clock.
 */
#ifndef SCIM_FILTER_H
#define SCIM_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/slice.h"
#include "scim/profile.h"
#include "scim/schema.h"

/* FILTER-34: what one filter may ask for. */
enum {
	FILTER_LEN_MAX = 8192,	/* bytes */
	FILTER_DEPTH_MAX = 32,	/* groups, negations and value paths */
	FILTER_TERMS_MAX = 128	/* comparisons */
};

enum filter_op {
	FILTER_TRUE,		/* a term that the plan has already met */
	FILTER_AND,
	FILTER_OR,
	FILTER_NOT,
	FILTER_VALUE_PATH,	/* attr[ left ] */
	FILTER_PR,
	FILTER_EQ,
	FILTER_NE,
	FILTER_CO,
	FILTER_SW,
	FILTER_EW,
	FILTER_GT,
	FILTER_GE,
	FILTER_LT,
	FILTER_LE
};

enum filter_value_kind {
	FILTER_NULL,
	FILTER_BOOLEAN,
	FILTER_NUMBER,
	FILTER_STRING,
	FILTER_WORD	/* without quotes: a string in tolerant profiles */
};

struct filter_value {
	enum filter_value_kind	kind;
	struct slice		text;	/* decoded; a number as written */
	struct slice		compared; /* bound: folded, or bytes */
	bool			boolean;
	struct instant		at;	/* bound to a dateTime */
};

struct filter {
	enum filter_op		 op;
	struct filter		*left;	/* AND, OR, NOT, VALUE_PATH */
	struct filter		*right;	/* AND, OR */
	struct slice		 name;	/* as written */
	size_t			 offset; /* of the name in the text */
	struct filter_value	 value;

	/* From here on by filter_bind. */
	struct attr_ref		 ref;
	bool			 unknown; /* no such attribute: no value */
};

/*
 * Parse TEXT: UTF-8, percent-decoded, at most FILTER_LEN_MAX bytes.
 *
 * Owner:   *OUT lives in A and points into TEXT.
 * Returns: 0, or -1 with ERR set to ERR_INVALID_FILTER and the byte offset.
 */
int	filter_parse(struct arena *a, struct slice text, struct filter **out,
	    struct error *err);

/*
 * Parse what stands between '[' and ']' from TEXT on (no value path inside).
 *
 * Returns: as filter_parse; *USED is the number of bytes before the ']'.
 */
int	filter_parse_brackets(struct arena *a, struct slice text,
	    struct filter **out, size_t *used, struct error *err);

/*
 * Give every name in F its attribute of TYPE, check operators and values
 * against the types (section 8.2 of spec scim.md) and prepare the values.
 *
 * Errors: ERR_INVALID_FILTER.  An attribute that TYPE does not know is no
 *         error: it has no value (FILTER-27).
 */
int	filter_bind(struct arena *a, const struct resource_type *type,
	    const struct profile *profile, struct filter *f,
	    struct error *err);

/*
 * The same for a filter in brackets, whose names are those of ATTR, or of an
 * attribute that nobody knows, NULL.
 */
int	filter_bind_brackets(struct arena *a, const struct attr *attr,
	    const struct profile *profile, struct filter *f,
	    struct error *err);

/* The first name in F, bound or NULL, that is no attribute; or NULL. */
const struct filter	*filter_unknown(const struct filter *f);

/* "eq" for FILTER_EQ. */
const char	*filter_op_word(enum filter_op op);

#endif
