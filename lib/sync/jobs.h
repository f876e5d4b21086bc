/*
 * jobs.h: the provisioning jobs of a tenant, as an administrator sees them
 * (spec provisioning.md sections 2.1, 2.3 and 2.11).
 *
 * What a job is, is one JSON object (job.h), kept in versions: every change
 * makes a new one, and the store says who made it, when and why.  What opens
 * the target stands beside it: sealed, in no version, shown to nobody.  How
 * far the engine is stands in the state, another JSON object.
 */
#ifndef SYNC_JOBS_H
#define SYNC_JOBS_H

#include "base/uuid.h"
#include "json/json.h"
#include "scim/etag.h"
#include "scim/profile.h"
#include "store/assignments.h"
#include "store/store.h"

enum {
	JOBS_NAME_MAX = 63,	/* bytes */
	JOBS_TEXT_MAX = 1024 * 1024 /* bytes of a definition */
};

/*
 * Who does something to the jobs of a tenant, and when.  A change of a version
 * that the conditions do not name is ERR_PRECONDITION.  Whoever the store acts
 * as (store_act_as) is noted in the audit.
 */
struct jobs {
	struct store		*store;
	const struct catalog	*catalog;	/* in force for the tenant */
	const struct profile	*profile;
	struct arena		*arena;		/* what is read lives there */
	uint32_t		 tenant;
	struct slice		 actor;
	int64_t			 now;		/* ms UTC */
	struct conditions	 conditions;	/* on the newest version */
	bool			 is_remote;	/* not on this machine: what
						   runs here is not for them
						   to say */
};

/* A job; what its newest version says, or the one that was asked for. */
struct job_info {
	struct uuid		 id;
	struct slice		 name;
	uint64_t		 version;
	struct slice		 created;	/* dateTimes */
	struct slice		 modified;
	struct slice		 by;
	bool			 has_secret;
	struct json_object	*definition;
	struct json_object	*state;
};

/*
 * Make a job of DEFINITION, which may have the secret of its target.  One that
 * has no rules has those of its template, "scim" if it names none, and what
 * else that begins with.
 *
 * Errors: ERR_INVALID_VALUE names the place that is wrong, ERR_INVALID_SYNTAX
 *         for an expression, ERR_UNIQUENESS when its name is taken,
 *         ERR_FORBIDDEN for what is not for remote ones to say; those of
 *         store_txn.
 */
int	jobs_create(const struct jobs *j, const struct json_object *definition,
	    struct job_info *out, struct error *err);

/* What jobs_create looks at; *OUT is DEFINITION without its secret. */
int	jobs_check(const struct jobs *j, const struct json_object *definition,
	    struct json_object **out, struct error *err);

/* By its name or id.  Errors: ERR_NOT_FOUND, those of store_view. */
int	jobs_find(const struct jobs *j, struct slice which,
	    struct job_info *out, struct error *err);

/*
 * How far INFO is with the walk that it is in (PS-108), in A; NULL when it is
 * in none.
 *
 *	{"done":1200,"total":100000,"perSecond":830,"secondsLeft":119}
 *
 * The last two are there once a batch has ended.
 */
struct json_object	*jobs_progress(struct arena *a,
			    const struct job_info *info);

/* All of them, the oldest first. */
int	jobs_list(const struct jobs *j, struct job_info **list, size_t *n,
	    struct error *err);

/*
 * A new version: CHANGES merged into the newest (RFC 7396), or as a whole.
 * The secret of the target stays, unless there is another one, or null.  For
 * another address, or another way to say who we are, it has to be given again:
 * it is not for others to read.  Without rules it has those of its template again
(PS-010).  What is so already makes no version.
 *
 * Errors: as jobs_create; ERR_NOT_FOUND, ERR_PRECONDITION.
 */
int	jobs_edit(const struct jobs *j, struct slice which,
	    const struct json_object *changes, struct job_info *out,
	    struct error *err);
int	jobs_replace(const struct jobs *j, struct slice which,
	    const struct json_object *definition, struct job_info *out,
	    struct error *err);

/* The same, to be what it was in version NUMBER, but for its name. */
int	jobs_roll_back(const struct jobs *j, struct slice which,
	    uint64_t number, struct job_info *out, struct error *err);

/*
 * What jobs_edit (jobs_replace if IS_WHOLE), or a rollback, would make of it,
 * and of what: both without secrets.  Nothing is changed.
 */
int	jobs_preview(const struct jobs *j, struct slice which,
	    const struct json_object *changes, bool is_whole,
	    struct json_object **before, struct json_object **after,
	    struct error *err);
int	jobs_preview_roll_back(const struct jobs *j, struct slice which,
	    uint64_t number, struct json_object **before,
	    struct json_object **after, struct error *err);

/* A job goes, with all its rows; what it made at the target stays. */
int	jobs_delete(
	    const struct jobs *j, struct slice which, struct error *err);

/* End the deletions that somebody was killed in; and those of all tenants. */
int	jobs_sweep(const struct jobs *j, struct error *err);
int	jobs_sweep_all(struct store *store, struct error *err);

/* One version of a job. */
struct job_version {
	uint64_t		 number;
	struct slice		 at;
	struct slice		 by;
	struct slice		 why;	/* "create", "edit", "rollback to 3" */
	bool			 secret_changed;
	struct json_object	*definition;
};

/*
 * The versions of a job from BEFORE down (0: the newest), at most MAX of them.
 *
 * Owner: *LIST lives in the arena of J.
 */
int	jobs_history(const struct jobs *j, struct slice which, uint64_t before,
	    size_t max, struct job_version **list, size_t *n,
	    struct error *err);

/* Version NUMBER (0: the newest).  Errors: ERR_NOT_FOUND. */
int	jobs_version(const struct jobs *j, struct slice which,
	    uint64_t number, struct job_version *out, struct error *err);

/*
 * Go on, or begin; stop after what is being done.  What is so already is no
 * change.
 *
 * Errors: ERR_NOT_FOUND; ERR_INVALID_VALUE for a job that lacks its secret.
 */
int	jobs_start(const struct jobs *j, struct slice which,
	    struct job_info *out, struct error *err);
int	jobs_pause(const struct jobs *j, struct slice which,
	    struct job_info *out, struct error *err);

/*
 * Forget what SCOPES say, names with commas between them, and go on (PS-005);
 * "": QuarantineState, Watermark and Escrows (PS-004).  The state has them in
 * "restart", until the engine has done so.
 *
 * Errors: as jobs_start.
 */
int	jobs_restart(const struct jobs *j, struct slice which,
	    struct slice scopes, struct job_info *out, struct error *err);

/*
 * Assign N resources to a job, whose types are filled in, or take that back;
 * *CHANGED of them were not so yet.  All or nothing.
 *
 * Errors: ERR_NOT_FOUND for a job or a resource that is not there,
 *         ERR_INVALID_VALUE for a role that is too long.
 */
int	jobs_assign(const struct jobs *j, struct slice which,
	    struct assignment *list, size_t n, size_t *changed,
	    struct error *err);
int	jobs_unassign(const struct jobs *j, struct slice which,
	    const struct assignment *list, size_t n, size_t *changed,
	    struct error *err);

/* Those that are assigned, at most MAX behind AFTER (NULL: from the first). */
int	jobs_assignments(const struct jobs *j, struct slice which,
	    const struct assignment *after, size_t max,
	    struct assignment **list, size_t *n, struct error *err);

/*
 * For the engine, in a transaction: what the newest version says, and what
 * opens the target ("": nothing).  They live in the arena of TXN.
 *
 * Errors: ERR_NOT_FOUND, also for a job that is being deleted; ERR_INTERNAL
 *         for what cannot be read.
 */
int	job_load(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
	    struct job_info *out, struct error *err);
/* The same without definition and state. */
int	job_head(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
	    struct job_info *out, struct error *err);
int	job_secret(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
	    struct slice *secret, struct error *err);

/*
 * The state of a job, an object in the arena of TXN: "state" is notRun,
 * active, paused, quarantine or disabled; the rest is the engine's, but for
 * "restart", names of scopes, which an administrator adds and the engine
 * deletes.  Both sides write it, so who changes it reads it FOR_UPDATE in the
 * same transaction and keeps the members that are not his.  ERR_NOT_FOUND: the
 * job was deleted, and nothing more is to be written for it.
 */
int	job_state_get(struct kv_txn *txn, uint32_t tenant,
	    const struct uuid *id, bool for_update, struct json_object **state,
	    struct error *err);
int	job_state_put(struct kv_txn *txn, uint32_t tenant,
	    const struct uuid *id, const struct json_object *state);
/* Does the engine work for it?  It does in quarantine, too, if rarely. */
bool	job_runs(const struct json_object *state);

#endif
