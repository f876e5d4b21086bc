/*
 * job_part.h: the parts of a definition that job.c leaves to a file of their
 * own; nobody else includes it.
 */
#ifndef SYNC_JOB_PART_H
#define SYNC_JOB_PART_H

#include "sync/job.h"

struct job_names {
	const struct catalog	*catalog;
	const struct profile	*profile;
};

/* "target"; errors begin with it. */
int	job_compile_target(const struct json_object *json,
	    struct job_target *out, struct error *err);

/* Is URL one of HTTP, without characters of NOT_IN?  NAME leads the error. */
int	job_check_url(const char *name, struct slice url, const char *not_in,
	    struct error *err);

/* "rules" of JOB, whose tables are known. */
int	job_compile_rules(struct arena *a, const struct json_object *json,
	    const struct job_names *names, struct job *job,
	    struct error *err);

/* "tests": each of them holds, or it is an error. */
int	job_run_tests(struct arena *a, const struct json_object *json,
	    struct job *job, struct error *err);

#endif
