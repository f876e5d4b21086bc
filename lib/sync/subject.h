/*
 * subject.h: a source object, and whether a job is to care for it: import and
 * scope (spec provisioning.md section 2.3).
 */
#ifndef SYNC_SUBJECT_H
#define SYNC_SUBJECT_H

#include "sync/run.h"

enum verdict {
	VERDICT_IN,
	VERDICT_INACTIVE,	/* in the scope, but "active" is false */
	VERDICT_UNASSIGNED,
	VERDICT_FILTERED,	/* no scoping filter lets it in */
	VERDICT_DELETED,	/* not there (any more) */
	VERDICT_MAX
};

/* "in scope", "not assigned", ... */
const char	*verdict_text(enum verdict verdict);

struct subject {
	struct uuid			 id;
	struct slice			 type;
	const struct job_rule		*rule;
	struct json_object		*person; /* what mappings read; NULL: it
						    is not there */
	enum verdict			 verdict;
	bool				 is_staged; /* the rollout has not come
						       to it yet */
	struct json_object		*steps;	/* for who wants to know why: an
						   array; NULL unless traced */
};

/* One step of a decision, as logs have it (PS-100); DETAILS may be NULL. */
void	subject_step(const struct run *run, struct subject *s,
	    const char *type, const char *status, struct slice description,
	    struct json_object *details);

/*
 * Read the object ID of TYPE, a type that RUN's job has a rule for, and decide
 * whether it is in the scope.
 *
 * Owner:   *OUT lives in the arena of RUN.
 * Errors:  ERR_INVALID_VALUE and others when that cannot be told; then OUT
 *          has what was found out till then.
 */
int	subject_read(struct kv_txn *txn, const struct run *run,
	    const struct uuid *id, struct slice type, struct subject *out,
	    struct error *err);

/*
 * What expressions of RUN's job ask: the time, its tables.  What values are taken
 * mappings ask elsewhere (mapping.h).
 */
struct expression_world	subject_world(const struct run *run);

#endif
