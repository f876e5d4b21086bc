/*
 * jobs.h: what the handlers of /admin/v1/jobs share.
 */
#ifndef ADMIN_JOBS_H
#define ADMIN_JOBS_H

#include "admin/visit.h"
#include "sync/jobs.h"

/* For what who asks does to the jobs of TENANT. */
struct jobs	jobs_of(const struct call *call, const struct tenant *tenant);

/* The same of the tenant that CALL is about, which it must say. */
int	jobs_visit(const struct call *call, struct jobs *j,
	    struct error *err);

/* The same for a change of a version, which it must say too: If-Match. */
int	jobs_visit_to_change(const struct call *call, struct jobs *j,
	    struct error *err);

/* Answer INFO as it is now, whole. */
int	jobs_answer(struct call *call, int status,
	    const struct job_info *info);

/* ?NAME=, a version; 0 without.  Errors: ERR_INVALID_VALUE. */
int	jobs_ask_version(const struct call *call, const char *name,
	    uint64_t *out, struct error *err);

/* Answer what differs: {"changes":[{"path":...}]}. */
int	jobs_answer_diff(struct call *call, const struct json_object *before,
	    const struct json_object *after);

#endif
