/*
 * run.h: one job at work: what its parts share for a batch.
 */
#ifndef SYNC_RUN_H
#define SYNC_RUN_H

#include "identity/identity.h"
#include "store/links.h"
#include "sync/job.h"

struct reserved;

struct run {
	const struct identity	*identity;	/* with the tenant's catalog */
	const struct job	*job;
	struct job_key		 key;
	uint64_t		 version;	/* of the job */
	struct arena		*arena;		/* of the batch */
	struct reserved		*reserved;	/* unique values, not in it */
	struct reserved		*claimed;	/* the target's objects, of a batch */
	int64_t			 now;		/* ms UTC */
	bool			 is_traced;	/* keep the steps of each decision */
};

#endif
