/*
 * removal.h: a tenant goes, with all it has but its changes.
 *
 * In bounded transactions, each of which can be the last one of its process:
 * who begins again goes on where it ended.  From the first one on nobody is
 * served and nothing is written; after the last one the name is free.
 */
#ifndef TENANCY_REMOVAL_H
#define TENANCY_REMOVAL_H

#include "tenancy/tenancy.h"

/* Keys that one transaction removes, or looks at. */
enum { REMOVAL_BATCH = 500 };

struct removal_result {
	uint64_t keys; /* that were removed */
	bool is_done;  /* else the same call goes on */
};

/*
 * Called between transactions with what was removed so far; false puts the
 * rest off.
 */
typedef bool removal_progress(void *arg, uint64_t keys);

/*
 * Delete the tenant NAME, or end its deletion.
 *
 * Errors: ERR_NOT_FOUND, those of store_txn: then it is being deleted, and
 *         the same call goes on.
 */
int	removal_run(const struct tenancy *y, struct slice name,
    removal_progress *progress, void *arg, struct removal_result *result,
    struct error *err);

/* End every deletion that was begun; *N of them. */
int	removal_resume(const struct tenancy *y, size_t *n, struct error *err);

#endif
