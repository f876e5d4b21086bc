/*
 * tenancy.h: the tenants of a store and what an administrator does with them.
 *
 * Each has its own resources, credentials and keys, and may have another
 * profile, lower limits and fewer schemas than the server.  What is done to a
 * tenant stands in the change log of the store itself (TENANT_STORE), which
 * no tenant sees and which stays when it is gone.
 */
#ifndef TENANCY_TENANCY_H
#define TENANCY_TENANCY_H

#include "auth/limit.h"
#include "scim/etag.h"
#include "scim/narrow.h"
#include "store/store.h"
#include "store/tenants.h"

struct tenant {
	uint32_t number;
	enum tenant_state state;
	struct slice name;
	struct slice id;		  /* UUID: never another's */
	struct slice created;		  /* dateTime, "": not known */
	struct slice deleted;		  /* when that began, or "" */
	struct slice profile;		  /* "": the server's default */
	struct slice log_bodies;	  /* a word of tenancy_log_bodies, or
					     "": as the server has it */
	struct choice choice;		  /* of schemas */
	uint64_t version;		  /* counts its changes; 0: no row */
	int64_t limits[LIMIT_MAX];	  /* 0: the server's */
};

/*
 * What the request log keeps of bodies, in WORD: 0 nothing ("none"), 1
 * requests ("requests"), 2 answers too ("answers"); -1 for another word.
 */
int	tenancy_log_bodies(struct slice word);

/* "active", "disabled", "deleting", "deleted" */
const char	*tenancy_state_name(enum tenant_state state);

/*
 * Who does something to a tenant, when, with what files.  A change of a
 * version that the conditions do not name is ERR_PRECONDITION.
 */
struct tenancy {
	struct store *store;
	const struct catalog *catalog;
	struct arena *arena; /* tenants that are read */
	struct slice actor;
	int64_t now; /* ms UTC */
	struct conditions conditions; /* on the version of what is changed */
};

/*
 * Make TENANT, of which name, profile, choice and limits are given; the rest
 * is filled in.
 *
 * Errors: ERR_INVALID_VALUE for what it cannot have, ERR_UNIQUENESS when the
 *         name is taken, those of store_txn.
 */
int	tenancy_create(
    const struct tenancy *y, struct tenant *tenant, struct error *err);

/*
 * The tenant NAME, also one that is being deleted.
 *
 * Errors: ERR_NOT_FOUND, those of store_view.
 */
int	tenancy_find(const struct tenancy *y, struct slice name,
    struct tenant *tenant, struct error *err);

/*
 * The tenant NUMBER, also one that was deleted; TENANT_STORE has no name.
 *
 * Errors: as above.
 */
int	tenancy_find_number(const struct tenancy *y, uint32_t number,
    struct tenant *tenant, struct error *err);

/*
 * All tenants, by name; then those that were deleted, by number.
 *
 * Owner: *LIST lives in the arena of Y.
 */
int	tenancy_list(const struct tenancy *y, struct tenant **list, size_t *n,
    struct error *err);

/* How many resources of TYPE the tenant NUMBER has. */
int	tenancy_count(const struct tenancy *y, uint32_t number,
    const struct resource_type *type, int64_t *n, struct error *err);

/*
 * Serve nobody from now on, or again, or under another name; ids and
 * credentials stay.  What is so already is no change.
 *
 * Errors: ERR_NOT_FOUND, ERR_INVALID_VALUE, ERR_UNIQUENESS, those of
 *         store_txn.
 */
int	tenancy_disable(
    const struct tenancy *y, struct slice name, struct error *err);
int	tenancy_enable(
    const struct tenancy *y, struct slice name, struct error *err);
int	tenancy_rename(const struct tenancy *y, struct slice name,
    struct slice new_name, struct error *err);

/* What to change; .data NULL, NULL and -1 leave what is there. */
struct tenant_changes {
	struct slice name;
	const enum tenant_state *state;
	struct slice profile;
	struct slice log_bodies;
	struct choice choice;
	int64_t limits[LIMIT_MAX];
};

/*
 * Give the tenant another name, state, profile, choice of schemas or limits,
 * all at once.  A type that
 * it has resources of cannot be left out, nor an extension of such a type:
 * nothing is ever kept that the tenant cannot see.
 */
int	tenancy_set(const struct tenancy *y, struct slice name,
    const struct tenant_changes *changes, struct error *err);

#endif
