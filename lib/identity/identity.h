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
#include "scim/patch.h"
#include "scim/profile.h"
#include "scim/project.h"
#include "scim/schema.h"
#include "store/store.h"

struct json_object;

/* Page sizes of a list (spec scim.md PAGE-04, 05). */
enum {
	PAGE_SIZE_DEFAULT = 100,
	PAGE_SIZE_MAX = 1000,
	PAGE_BYTES_MAX = 16 * 1024 * 1024	/* then a page is full */
};

struct identity {
	struct store		*store;
	const struct catalog	*catalog;
	int64_t			 schemas_read_at;	/* ms UTC: before it */
};

/* Who asks, for which tenant, when; made once for a request. */
struct caller {
	struct arena		*arena;		/* of the request */
	const struct profile	*profile;
	struct slice		 actor;		/* id of the credential */
	struct slice		 request_id;
	struct slice		 base_url;	/* "https://host/scim/v2" */
	int64_t			 now;		/* ms UTC */
	uint32_t		 tenant;
};

/* What became of a resource. */
struct outcome {
	struct uuid	id;
	uint64_t	version;
	bool		changed;	/* false: a write that changed nothing */
	size_t		members_ignored;	/* unknown ids left out */
};

/*
 * Create a resource of TYPE from BODY, a parsed POST body.  The stored
 * resource, shaped by PROJECTION, is appended to OUT.
 *
 * Errors: ERR_INVALID_SYNTAX, ERR_INVALID_VALUE, ERR_UNIQUENESS, and those
 *         of store_txn.  After an error nothing has changed.
 */
int	identity_create(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct json_object *body, const struct projection *projection,
	    struct buf *out, struct outcome *outcome, struct error *err);

/* Replace the resource ID by BODY, a parsed PUT body (RFC 7644 3.5.1). */
int	identity_replace(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct slice id, struct json_object *body,
	    const struct projection *projection, struct buf *out,
	    struct outcome *outcome, struct error *err);

/*
 * Apply BODY, a parsed PatchOp, to the resource ID (RFC 7644 3.5.2).  OUT
 * may be NULL: then nothing is rendered.
 */
int	identity_patch(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct slice id, struct json_object *body,
	    const struct projection *projection, struct buf *out,
	    struct outcome *outcome, struct error *err);

/*
 * Delete the resource ID, its memberships and the references to it, in one
 * transaction (DEL-06).
 */
int	identity_delete(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct slice id, struct error *err);

/* Append the resource ID to OUT; ERR_NOT_FOUND when there is none. */
int	identity_read(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    struct slice id, const struct projection *projection,
	    struct buf *out, struct outcome *outcome, struct error *err);

/* A query as it came; .data is NULL for what was not given. */
struct query {
	struct slice		 filter;
	int64_t			 start_index;	/* from 1 */
	int64_t			 count;		/* 0 to PAGE_SIZE_MAX */
	const struct projection	*projection;
};

/* Append a ListResponse (RFC 7644 section 3.4.2) to OUT. */
int	identity_list(const struct identity *identity,
	    const struct caller *caller, const struct resource_type *type,
	    const struct query *query, struct buf *out, struct error *err);

/*
 * Load every schema (*.json) and resource type (types/ *.json) below DIR
 * into a catalog that lives in A.
 *
 * Errors: ERR_INTERNAL; the detail names the file.
 */
int	identity_load_catalog(struct arena *a, const char *dir,
	    struct catalog **out, struct error *err);

#endif
