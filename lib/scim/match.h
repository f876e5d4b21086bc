/*
 * match.h: does a stored resource meet a filter (RFC 7644 section 3.4.2.2)?
 *
 * Walks the JSON text of the body in place; no tree is built.
 */
#ifndef SCIM_MATCH_H
#define SCIM_MATCH_H

#include "scim/filter.h"

/*
 * Where the values come from that are not in the body: id, meta, members,
 * groups, display names (KEEP_EDGES, KEEP_COMPUTED).
 *
 * get: the JSON text of ATTR as a client would see it, or false when it has
 *      no value; sets *FAILED when it could not be told.
 * has_edge: has ATTR (KEEP_EDGES) an element whose "value" is ID, or any when
 *      ID is ""?  NULL: get tells.
 */
struct match_source {
	bool	(*get)(void *arg, const struct attr *attr,
		    struct slice *value, bool *failed);
	void	*arg;
	bool	(*has_edge)(void *arg, const struct attr *attr,
		    struct slice id, bool *failed);
};

/*
 * Match the bound filter F against BODY, the JSON object as it is stored.
 * SOURCE may be NULL: then what is not in the body has no value.  Memory
 * for decoded strings comes from A.
 *
 * Returns: 1 or 0, or -1 when SOURCE could not tell.
 */
int	filter_match(struct arena *a, const struct filter *f,
	    struct slice body, const struct match_source *source);

/*
 * The JSON text of the attribute that REF names, wherever it comes from: of
 * the whole attribute, not of the sub-attribute in REF.
 *
 * Returns: false when it has no value; *FAILED as in match_source.
 */
bool	match_find(const struct attr_ref *ref, struct slice body,
	    const struct match_source *source, struct slice *value,
	    bool *failed);

/* Match a filter in brackets against one ELEMENT of its attribute. */
int	filter_match_element(struct arena *a, const struct filter *f,
	    struct slice element);

/* Has VALUE, JSON text, a value in the sense of "pr" (FILTER-31)? */
bool	match_is_present(struct slice value);

#endif
