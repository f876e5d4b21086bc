/*
 * jobs.h: provisioning jobs, a few rows for each, JSON all of them but the
 * secret.
 *
 * A job has an id for good and a name that can change.  What an administrator
 * wrote is kept in versions, all of them; what the engine does stands in the
 * state.  Who is assigned: assignments.h.
 */
#ifndef STORE_JOBS_H
#define STORE_JOBS_H

#include <stdint.h>

#include "base/uuid.h"
#include "store/kv.h"

enum job_row {
	JOB_HEAD,	/* its name, its newest version; one that has none is
			   being deleted */
	JOB_STATE,	/* how far the engine is */
	JOB_SECRET,	/* what opens the target, sealed */
	JOB_ROW_MAX
};

/* "job", "state", "secret": the words of their keys. */
const char	*job_row_name(enum job_row row);

/*
 * A row of the job ID, in the arena of TXN.  The secret has functions of its
 * own, below.
 */
enum store_status	job_get(struct kv_txn *txn, uint32_t tenant,
			    enum job_row row, const struct uuid *id,
			    bool for_update, struct slice *text);
enum store_status	job_put(struct kv_txn *txn, uint32_t tenant,
			    enum job_row row, const struct uuid *id,
			    struct slice text);
enum store_status	job_delete(struct kv_txn *txn, uint32_t tenant,
			    enum job_row row, const struct uuid *id);

/*
 * What opens the target of the job ID, sealed for that job alone.
 *
 * Returns: STORE_OK; STORE_NOTFOUND: it has none; STORE_FAIL, with ERR set to
 *          ERR_INTERNAL when it does not open.
 */
enum store_status	job_secret_get(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, struct slice *secret,
			    struct error *err);
enum store_status	job_secret_put(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, struct slice secret);

/* Walk the jobs of TENANT, the oldest first; close with kv_range_close. */
enum store_status	jobs_open(struct kv_txn *txn, uint32_t tenant,
			    struct kv_range **out);
enum store_status	jobs_next(struct kv_range *range, struct uuid *id,
			    struct slice *head);

/* Which job is NAME; it is given to ID unless STORE_EXISTS; it is free. */
enum store_status	job_name_find(struct kv_txn *txn, uint32_t tenant,
			    struct slice name, bool for_update,
			    struct uuid *id);
enum store_status	job_name_take(struct kv_txn *txn, uint32_t tenant,
			    struct slice name, const struct uuid *id);
enum store_status	job_name_free(struct kv_txn *txn, uint32_t tenant,
			    struct slice name);

/* Version NUMBER, from 1, of what the job ID is. */
enum store_status	job_version_get(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, uint64_t number,
			    struct slice *text);
enum store_status	job_version_put(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, uint64_t number,
			    struct slice text);

/* Walk them, the newest first, from NUMBER down. */
enum store_status	job_versions_open(struct kv_txn *txn,
			    uint32_t tenant, const struct uuid *id,
			    uint64_t number, struct kv_range **out);
enum store_status	job_versions_next(struct kv_range *range,
			    uint64_t *number, struct slice *text);

/*
 * Remove at most MAX keys of the job ID, whatever they are, its head last.
 *
 * Returns: STORE_OK with *REMOVED, less than MAX when none is left.
 */
enum store_status	job_keys_remove(struct kv_txn *txn, uint32_t tenant,
			    const struct uuid *id, size_t max,
			    size_t *removed);

#endif
