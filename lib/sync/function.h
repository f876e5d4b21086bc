/*
 * function.h: the table of functions: names, arguments, types, what they do.
 *
 * It is the master copy: the type check, calls and help read it.
 */
#ifndef SYNC_FUNCTION_H
#define SYNC_FUNCTION_H

#include "sync/node.h"

/* What a node may be, and what a parameter takes. */
enum {
	TYPE_TEXT = 1 << 0,
	TYPE_INTEGER = 1 << 1,
	TYPE_BOOLEAN = 1 << 2,
	TYPE_DATE = 1 << 3,
	TYPE_OBJECT = 1 << 4,
	TYPE_LIST = 1 << 5,	/* several of them */
	TYPE_SCALAR = TYPE_TEXT | TYPE_INTEGER | TYPE_BOOLEAN | TYPE_DATE,
	TYPE_ANY = TYPE_SCALAR | TYPE_OBJECT | TYPE_LIST,

	/* Of a parameter only. */
	PARAM_OPTIONAL = 1 << 8,	/* may be left empty */
	PARAM_CONDITION = 1 << 9,	/* takes comparisons */
	PARAM_RESULT = 1 << 10,		/* its type is the result's, too */
	PARAM_ELEMENT = 1 << 11,	/* the same, but one of several */
	PARAM_REGEX = 1 << 12,
	PARAM_INTERVAL = 1 << 13,	/* d, m, yyyy, ... */
	PARAM_FORMAT = 1 << 14,		/* of dates */
	PARAM_TABLE = 1 << 15,		/* of Lookup */
	PARAM_ROLES = 1 << 16		/* an attribute of objects */
};

enum {
	FUNCTION_PARAMS_MAX = 7,
	FUNCTION_TOP = 1 << 0,	/* no argument of another function */
	FUNCTION_UNIQUE = 1 << 1,
	FUNCTION_CREATE = 1 << 2	/* for objects that are created alone */
};

struct function {
	struct slice	name;
	const char	*signature;	/* for people */
	const char	*help;
	unsigned	min, max;	/* arguments */
	unsigned	repeat;		/* of the last so many there may be
					   more: then there is no max */
	unsigned	result;		/* TYPE_, beside what params give */
	unsigned	flags;
	enum expression_roles roles;
	unsigned	params[FUNCTION_PARAMS_MAX];
	int		(*call)(struct call *c, struct datum *out);
};

/* Function I of the table, NULL behind the last. */
const struct function	*function_at(size_t i);

/* By its exact name, or NULL. */
const struct function	*function_find(struct slice name);

/* What parameter I of F takes. */
unsigned	function_param(const struct function *f, size_t i);

/* Those of the table, by family: the file function_FAMILY.c. */
int	function_append(struct call *c, struct datum *out);	/* text */
int	function_cstr(struct call *c, struct datum *out);
int	function_in_str(struct call *c, struct datum *out);
int	function_left(struct call *c, struct datum *out);
int	function_mid(struct call *c, struct datum *out);
int	function_strip_spaces(struct call *c, struct datum *out);
int	function_word(struct call *c, struct datum *out);
int	function_normalize_diacritics(struct call *c, struct datum *out); /* case */
int	function_pcase(struct call *c, struct datum *out);
int	function_to_lower(struct call *c, struct datum *out);
int	function_to_upper(struct call *c, struct datum *out);
int	function_convert_to_base64(struct call *c, struct datum *out); /* encode */
int	function_convert_to_utf8_hex(struct call *c, struct datum *out);
int	function_replace(struct call *c, struct datum *out);	/* replace */
int	function_cdate(struct call *c, struct datum *out);	/* date */
int	function_date_add(struct call *c, struct datum *out);
int	function_date_diff(struct call *c, struct datum *out);
int	function_date_from_num(struct call *c, struct datum *out);
int	function_format_date_time(struct call *c, struct datum *out);
int	function_now(struct call *c, struct datum *out);
int	function_num_from_date(struct call *c, struct datum *out);
int	function_and(struct call *c, struct datum *out);	/* logic */
int	function_bit_and(struct call *c, struct datum *out);
int	function_cbool(struct call *c, struct datum *out);
int	function_coalesce(struct call *c, struct datum *out);
int	function_ignore_flow(struct call *c, struct datum *out);
int	function_iif(struct call *c, struct datum *out);
int	function_is_null(struct call *c, struct datum *out);
int	function_is_null_or_empty(struct call *c, struct datum *out);
int	function_is_present(struct call *c, struct datum *out);
int	function_is_string(struct call *c, struct datum *out);
int	function_not(struct call *c, struct datum *out);
int	function_or(struct call *c, struct datum *out);
int	function_switch(struct call *c, struct datum *out);
int	function_count(struct call *c, struct datum *out);	/* list */
int	function_item(struct call *c, struct datum *out);
int	function_join(struct call *c, struct datum *out);
int	function_remove_duplicates(struct call *c, struct datum *out);
int	function_split(struct call *c, struct datum *out);
int	function_default_domain(struct call *c, struct datum *out); /* world */
int	function_guid(struct call *c, struct datum *out);
int	function_lookup(struct call *c, struct datum *out);
int	function_random_string(struct call *c, struct datum *out);
int	function_redact(struct call *c, struct datum *out);
int	function_unique(struct call *c, struct datum *out);
int	function_role(struct call *c, struct datum *out);	/* role */
int	function_roles(struct call *c, struct datum *out);

/* Is WORD one of the intervals of DateAdd and DateDiff? */
bool	function_is_interval(struct slice word);

#endif
