/*
 * job_object.h: what is shown of a job and one object.
 */
#ifndef CLI_JOB_OBJECT_H
#define CLI_JOB_OBJECT_H

#include "job.h"
#include "sync/preview.h"

/*
 * The object that WORD names: its id, its userName, or its displayName.
 *
 * Owner:  *TYPE lives in the arena of P's run, or with its job.
 * Errors: ERR_NOT_FOUND; ERR_INVALID_VALUE when several have the name.
 */
int	job_object_find(struct workplace *w, struct preview *p,
	    struct slice word, struct uuid *id, struct slice *type,
	    struct error *err);

/*
 * Read what P makes of the object that WORD names: its id, its userName, or
 * its displayName.
 *
 * Owner:  *OUT lives in the arena of P's run.
 * Errors: ERR_NOT_FOUND; ERR_INVALID_VALUE when several have the name.
 */
int	job_object_read(struct workplace *w, struct preview *p,
	    struct slice word, struct intent *out, struct error *err);

/* TOLD as preview_tell made it, for people to read. */
void	job_object_print(struct arena *a, const struct json_object *told);

/*
 * TOLD, or a record as in journal.h: action, status, what and why in one line,
 * and a line for each change.  What is needed for that lives in A.
 */
void	job_object_print_line(struct arena *a,
	    const struct json_object *told);

#endif
