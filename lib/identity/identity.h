/*
 * identity.h: the identity store: SCIM resources in the store.
 *
 * Everything that reads or writes users and groups comes through here: the
 * SCIM endpoint, the command line, and later inbound HR and the admin API.
 * This room knows schemas and keys, and nothing of HTTP.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/uuid.h"
#include "scim/etag.h"
#include "scim/patch.h"
#include "scim/profile.h"
#include "scim/project.h"
#include "scim/schema.h"
#include "store/store.h"

struct bound;
struct recipes;
struct json_object;

/* Page sizes of a list (spec scim.md PAGE-04, 05). */
enum {
	PAGE_SIZE_DEFAULT = 100,
	PAGE_SIZE_MAX = 1000,
	PAGE_BYTES_MAX = 16 * 1024 * 1024,	/* then a page is full */
	CURSOR_TIMEOUT = 3600			/* seconds between two pages */
};

struct identity {
	struct store		*store;
	const struct catalog	*catalog;
	struct recipes		*recipes;	/* kept (recipe.h), or NULL */
	int64_t			 schemas_read_at;	/* ms UTC: before it */
	int64_t			 scan_ms;	/* that one query may take; 0: any */
	int64_t			 scan_max;	/* resources that one query may
						   look at; 0: all */
	int64_t			 members_max;	/* that a group shows; 0: all */
	int64_t			 results_max;	/* on a page; 0: PAGE_SIZE_MAX */
	int64_t			 filter_cost;	/* of a filter; 0: any */
	int64_t			 breaker_count;	/* breaker.h; 0: any */
	int64_t			 breaker_percent; /* 0: any */
	int64_t			 breaker_window; /* seconds; 0: no breaker */
	int64_t			 breaker_quarantine; /* 1: what is too much is
							kept aside */
};

/* Who asks, for which tenant, when; made once for a request. */
struct caller {
	struct arena		*arena;		/* of the request */
	const struct profile	*profile;
	struct slice		 actor;		/* id of the credential */
	struct slice		 breaker;	/* id that its breaker counts for;
						   "": that one (breaker.h) */
	struct slice		 request_id;
	struct slice		 base_url;	/* "https://host/scim/v2" */
	int64_t			 now;		/* ms UTC */
	uint32_t		 tenant;
	uint64_t		 tenant_version; /* of what is in force for it;
						    0: whatever that is */
	bool			 is_self;	/* a person, about itself */
	const struct bound	*bound;		/* what is there; NULL: all */
	bool			 is_trial;	/* what fails is asked again, alone */
};

/* What became of a resource. */
struct outcome {
	struct uuid	id;
	uint64_t	version;
	bool		changed;	/* false: a write that changed nothing */
	bool		not_modified;	/* a read: the client has this version */
	size_t		members_ignored;	/* unknown ids left out */
};

enum write_kind {
	WRITE_CREATE,
	WRITE_REPLACE,
	WRITE_PATCH,
	WRITE_DELETE
};

/* One write as a client asks for it, and what became of it. */
struct write_request {
	enum write_kind			 kind;
	const struct resource_type	*type;
	struct slice			 id;	/* as it came; none to create */
	const struct uuid		*new_id; /* to create; NULL: any */
	struct json_object		*body;	/* parsed; none to delete */
	struct conditions		 conditions;
	bool				 closes_circle;	/* of a bulk request */
	struct projection		*projection; /* of the answer */
	struct slice			 request_id; /* in the change log; "":
							the caller's */
	struct buf			*out;	/* the answer; NULL: none */
	struct outcome			 outcome;
};

/*
 * Create, replace, patch or delete one resource (RFC 7644 sections 3.3, 3.5
 * and 3.6), durably.  The stored resource, shaped by the projection, is
 * appended to request->out.  A body of POST, PUT or PATCH is changed.
 *
 * Errors: ERR_INVALID_*, ERR_NO_TARGET, ERR_MUTABILITY, ERR_NOT_FOUND,
 *         ERR_PRECONDITION, ERR_UNIQUENESS, and those of store_txn.  After
 *         an error nothing has changed.
 */
int	identity_write(const struct identity *identity,
	    const struct caller *caller, struct write_request *request,
	    struct error *err);

/*
 * N writes in one transaction, all or nothing, each seeing those before it.
 * *FAILED is the index of the one that failed, N when none is to blame.
 */
int	identity_write_all(const struct identity *identity,
	    const struct caller *caller, struct write_request *requests,
	    size_t n, size_t *failed, struct error *err);

/*
 * Append the resource ID to OUT; ERR_NOT_FOUND when there is none.  What the
 * conditions say the client has already is not appended: not_modified.
 */
int	identity_read(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct slice id, const struct conditions *conditions,
	    const struct projection *projection, struct buf *out,
	    struct outcome *outcome, struct error *err);

/* A query as it came; .data is NULL for what was not given. */
struct query {
	const struct resource_type *const *types;	/* in which to look */
	size_t		 ntypes;
	struct slice	 attributes;	/* names with commas between them */
	struct slice	 excluded;
	struct slice	 filter;
	struct slice	 sort_by;
	bool		 descending;
	int64_t		 start_index;	/* from 1; 0: not given */
	int64_t		 count;		/* 0 to PAGE_SIZE_MAX; -1: not given */
	struct slice	 cursor;	/* "" asks for the first page */
};

/* How many resources are on a page of QUERY at most. */
int64_t	identity_page_size(
	    const struct identity *identity, const struct query *query);

/*
 * Append a ListResponse (RFC 7644 section 3.4.2, RFC 9865) to OUT.
 *
 * Errors: ERR_INVALID_FILTER, ERR_INVALID_VALUE, ERR_INVALID_CURSOR,
 *         ERR_EXPIRED_CURSOR, ERR_INVALID_COUNT, and those of store_view.
 */
int	identity_list(const struct identity *identity,
	    const struct caller *caller, const struct query *query,
	    struct buf *out, struct error *err);

/*
 * Append a ListResponse with the members of GROUP, a resource of TYPE, in the
 * order of their ids; by cursor unless QUERY has a start_index.
 *
 * Errors: those of identity_list; ERR_NOT_FOUND.
 */
int	identity_list_members(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct slice group, const struct query *query, struct buf *out,
	    struct error *err);

/*
 * Load every schema (*.json, discovery/ *.json), resource type (types/ *.json)
 * and client profile (profiles/ *.json) below the directories in LIST, with
 * ':' between them, into a catalog that lives in A.  Only the first must have
 * schemas, types and profiles.
 *
 * Errors: ERR_INTERNAL; the detail names the file.
 */
int	identity_load_catalog(struct arena *a, const char *list,
	    struct catalog **out, struct error *err);

/* The same without the schemas of discovery, which no resource has. */
int	identity_load_types(struct arena *a, const char *list,
	    struct catalog **out, struct error *err);

/*
 * The same, and of the profiles the default alone, unless it cannot stand
 * alone: what one request needs whose credential names none.
 */
int	identity_load_brief(struct arena *a, const char *list,
	    struct catalog **out, struct error *err);

/*
 * The profile NAME below the directories in LIST, in A; NULL in *OUT when
 * there is none.
 *
 * Errors: ERR_INTERNAL; the detail names the file.
 */
int	identity_load_profile(struct arena *a, const char *list,
	    struct slice name, const struct profile **out,
	    struct error *err);

#endif
