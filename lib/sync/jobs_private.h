/*
 * jobs_private.h: what the parts of jobs share.
 */
#ifndef SYNC_JOBS_PRIVATE_H
#define SYNC_JOBS_PRIVATE_H

#include "store/jobs.h"
#include "sync/jobs.h"

/* There is no job WHICH; returns -1. */
int	jobs_not_found(struct slice which, struct error *err);

/* The id of the job WHICH, a name or an id, that is not being deleted. */
int	jobs_find_id(struct kv_txn *txn, uint32_t tenant, struct slice which,
	    struct uuid *id, struct error *err);

/*
 * The same in a transaction that writes: its tenant is there, INFO is what the
 * job is now, nobody else changes it until TXN ends, and its version is one
 * that the conditions name.
 */
int	jobs_enter(struct kv_txn *txn, const struct jobs *j,
	    struct slice which, struct job_info *info, struct error *err);

/* What the resource ID is.  Errors: ERR_NOT_FOUND. */
int	jobs_find_type(struct kv_txn *txn, const struct jobs *j,
	    const struct uuid *id, struct slice *out, struct error *err);

/*
 * The ids of the jobs of J's tenant, or of those that are being deleted, in
 * the arena of J.
 */
int	jobs_list_ids(struct kv_txn *txn, const struct jobs *j,
	    bool of_deleted, struct uuid **ids, size_t *n);

/* Is the tenant of J still there, to write to? */
int	jobs_check_tenant(
	    struct kv_txn *txn, const struct jobs *j, struct error *err);

/* A copy of INFO in the arena of J. */
void	jobs_keep(const struct jobs *j, const struct job_info *info,
	    struct job_info *out);

/*
 * Write version INFO->version, which WHY made, and with it the head.  The name
 * is not looked at.
 */
int	jobs_put_version(struct kv_txn *txn, const struct jobs *j,
	    const struct job_info *info, struct slice why,
	    bool secret_changed);

/* Version NUMBER of the job ID; its texts live in A. */
int	jobs_get_version(struct kv_txn *txn, struct arena *a, uint32_t tenant,
	    const struct uuid *id, uint64_t number, struct job_version *out,
	    struct error *err);
int	jobs_read_version(struct arena *a, uint64_t number, struct slice text,
	    struct job_version *out, struct error *err);

/* Seal SECRET for the job ID; "" takes away what there is. */
int	jobs_put_secret(struct kv_txn *txn, uint32_t tenant,
	    const struct uuid *id, struct slice secret);

/* Note in the audit what was done to the job INFO; BEFORE, AFTER or NULL. */
int	jobs_note(struct kv_txn *txn, const struct jobs *j,
	    const char *operation, const struct job_info *info,
	    const struct json_object *before,
	    const struct json_object *after);

/*
 * What DEFINITION says of its secret: SECRET_KEPT, SECRET_TAKEN (null) or
 * SECRET_GIVEN with *SECRET.
 */
enum jobs_secret { SECRET_KEPT, SECRET_TAKEN, SECRET_GIVEN };
int	jobs_read_secret(const struct json_object *definition,
	    enum jobs_secret *what, struct slice *secret, struct error *err);

/*
 * DEFINITION, if it has no rules with all that its template ("scim") begins
 * with.  Errors: ERR_INVALID_VALUE: there is no such template.
 */
int	jobs_complete(const struct jobs *j,
	    const struct json_object *definition, struct json_object **out,
	    struct error *err);

/* Would a secret that was meant for OLD go to somebody else by NEW? */
bool	jobs_is_other_address(const struct json_object *old,
	    const struct json_object *new);

/* Has DEFINITION to do with a secret at all? */
bool	jobs_needs_secret(const struct json_object *definition);

/* May J make NEW of OLD (NULL: of nothing)? */
int	jobs_check_commands(const struct jobs *j,
	    const struct json_object *old, const struct json_object *new,
	    struct error *err);

#endif
