/*
 * dialect.h: how one target wants to be spoken to: the bodies and queries that
 * it understands (spec scim.md section 24, spec clients.md section 4).
 *
 *	{"patch": "paths", "booleans": "json", "memberBatch": 100, "bulk": 0,
 *	 "paging": "index", "externalId": true, "etag": false, "search": false,
 *	 "ratePerSecond": 25, "concurrency": 8, "timeoutSeconds": 30,
 *	 "removeMembers": "filter"}
 *
 * "patch": paths: one operation a path (RFC 7644); merged: what needs no
 * filter in one operation without a path (ENTRA-12); legacy: as Entra without
 * its flag (ENTRA-11); put: no PATCH, the whole resource by PUT (CLI-08).
 */
#ifndef SYNC_DIALECT_H
#define SYNC_DIALECT_H

#include "sync/difference.h"

/* In the order of their words. */
enum dialect_patch_style {
	DIALECT_PATHS,
	DIALECT_MERGED,
	DIALECT_LEGACY,
	DIALECT_PUT
};
enum dialect_paging { DIALECT_INDEX, DIALECT_CURSOR };
enum dialect_removal { DIALECT_BY_FILTER, DIALECT_BY_VALUE };

struct dialect {
	int	patch;			/* enum dialect_patch_style */
	int	text_booleans;		/* 1: "True" for true */
	int	paging;			/* enum dialect_paging */
	int	remove_members;		/* enum dialect_removal */
	bool	external_id;		/* it keeps externalId */
	bool	etag;			/* If-Match */
	bool	search;			/* POST /.search */
	int64_t	member_batch;		/* members of one body */
	int64_t	bulk;			/* operations of one request; 0: none
					   (bundle.h) */
	int64_t	rate_per_second;	/* requests; 0: no limit */
	int64_t	concurrency;
	int64_t	timeout_seconds;
};

/*
 * Read JSON, or NULL for the defaults above; without "removeMembers" a legacy
 * target is told by values.
 *
 * Errors: ERR_INVALID_VALUE: "memberBatch: an integer ...".
 */
int	dialect_read(const struct json_object *json, struct dialect *out,
	    struct error *err);

/*
 * The body of a POST that creates what FLOWS say, of SCHEMA; EXTERNAL_ID is
 * set where the dialect keeps one and no flow does (CLI-06).  Without id and
 * meta.
 */
struct json_object	*dialect_create(struct arena *a,
			    const struct dialect *d, struct slice schema,
			    const struct flow *flows, size_t n,
			    struct slice external_id);

/* The body of a PATCH that makes CHANGES; NULL when there are none. */
struct json_object	*dialect_patch(struct arena *a,
			    const struct dialect *d,
			    const struct change *changes, size_t n);

/*
 * The body of a PUT that makes CHANGES: RESOURCE, as the target answered it,
 * with them (CLI-09); without "groups" of a user (CLI-23).
 */
struct json_object	*dialect_put(struct arena *a,
			    const struct dialect *d,
			    const struct json_object *resource,
			    const struct change *changes, size_t n);

/*
 * The bodies that add and remove members by their ids, each of at most
 * member_batch; RESOURCE, with its members, is needed for PUT alone.
 *
 * Owner: *OUT lives in A.
 */
void	dialect_members(struct arena *a, const struct dialect *d,
	    const struct json_object *resource, const struct slice *adds,
	    size_t nadds, const struct slice *removes, size_t nremoves,
	    struct json_object ***out, size_t *n);

/*
 * The filter that finds who has the values that FLOWS, as for a creation, have
 * for the rows of MATCH; no data: one of them is null (PS-042).
 */
struct slice	dialect_match_filter(struct arena *a,
		    const struct dialect *d,
		    const struct mapping_match *match,
		    const struct flow *flows, size_t n);

/* ATTRIBUTE eq "VALUE", whatever is in VALUE (PS-046). */
struct slice	dialect_filter(struct arena *a, struct slice attribute,
		    struct slice value);

/*
 * The path and query, below the base URL, that ask ENDPOINT ("/Users") for
 * what meets FILTER; groups without their members (ENTRA-28).
 */
struct slice	dialect_query(struct arena *a, struct slice endpoint,
		    struct slice filter);

/* The same as the body of a POST to ENDPOINT/.search (CLI-20). */
struct json_object	*dialect_search(struct arena *a,
			    struct slice endpoint, struct slice filter);

#endif
