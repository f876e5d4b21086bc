/*
 * difference.h: what a target must be told: flows against what it has.
 *
 * What it has is known from what was sent before, a flat object of the texts
 * of places to values; or from its own resource, when that was read.  A target
 * may show values in another form than they were sent in (CLI-17): its
 * resource is compared as the schema compares values, without what it added,
 * and nothing, null, "" and [] are the same (CLI-18).  With what was sent
 * before, case counts, unless the mapping says otherwise (PS-061).
 */
#ifndef SYNC_DIFFERENCE_H
#define SYNC_DIFFERENCE_H

#include "sync/mapping.h"

enum change_kind {
	CHANGE_SET,	/* the place has VALUE */
	CHANGE_ADD,	/* the list has the elements of VALUE, too */
	CHANGE_REMOVE	/* the place has nothing */
};

struct change {
	const struct mapping_row	*row;
	enum change_kind		 kind;
	bool				 redacted; /* no log shows values */
	bool				 is_new; /* the element of a list that
						    it is in is not there */
	bool				 is_unsure; /* nobody knows what the
						    target has, on which it
						    hangs: read it first */
	struct json_object		*value;
	struct json_object		*old;	/* NULL: nothing */
};

/* What a target has; RESOURCE wins where both are there. */
struct known {
	const struct json_object	*exported;
	const struct json_object	*resource;
};

/*
 * What FLOWS change of what is KNOWN.
 *
 * Owner: *OUT lives in A and points into FLOWS and KNOWN.
 */
void	difference(struct arena *a, const struct flow *flows, size_t nflows,
	    const struct known *known, struct change **out, size_t *n);

/* Does a target ever show what it has at the place of ROW? */
bool	difference_is_shown(const struct mapping_row *row);

/*
 * What is known of the target once FLOWS are in it: the flat object to keep for
 * the next time, where null is known to be nothing.  Passwords are not in it.
 * It shares its values with FLOWS and KNOWN.
 */
struct json_object	*difference_exported(struct arena *a,
			    const struct flow *flows, size_t nflows,
			    const struct known *known);

/* The same before FLOWS are in it: what the target has now. */
struct json_object	*difference_seen(struct arena *a,
			    const struct flow *flows, size_t nflows,
			    const struct known *known);

/*
 * For logs: {"name", "old", "new"} of each change, "[Redact]" where nothing
 * is to be shown (PS-100, PS-105).
 */
struct json_object	*difference_show(struct arena *a,
			    const struct change *changes, size_t n);

#endif
