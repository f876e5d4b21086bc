/*
 * drift_private.h: what the files of drift share.
 */
#ifndef SYNC_DRIFT_PRIVATE_H
#define SYNC_DRIFT_PRIVATE_H

#include "sync/drift.h"

struct drift_walk {
	struct preview		*p;
	bool			 repairs;
	drift_fn		*fn;
	void			*arg;
	struct drift_counts	*counts;
	const struct job_rule	*rule;	/* that is listed */
	struct arena		*arena;	/* of SEEN */
	struct uuid		*seen;	/* linked, and there; then sorted */
	size_t			 nseen;
	size_t			 seen_size;
};

/* One GET, and its answer; many may be under way. */
struct drift_get {
	struct target_request	 request;
	struct arena		*arena;	/* of the answer */
	struct json_object	*answer; /* NULL: none that is JSON */
	size_t			*running;
};

void	drift_get_start(struct drift_walk *w, struct drift_get *get,
	    struct arena *a, struct slice path, size_t *running);
void	drift_get_wait(struct drift_walk *w, const size_t *running);

/*
 * Did the target answer 200 with JSON?  1 or 0 (it is not there), or -1 with
 * ERR of what it said else.
 */
int	drift_get_end(const struct drift_get *get, struct error *err);

/* The path of TARGET of RULE, in A. */
struct slice	drift_path(struct arena *a, const struct job_rule *rule,
		    struct slice target);

/* userName or displayName of V, or "". */
struct slice	drift_name(const struct json_object *v);

/* Tell FN of D. */
int	drift_tell(struct drift_walk *w, const struct drift *d,
	    struct error *err);

/* RESOURCE is what the target has of SOURCE: tell what has changed. */
int	drift_compare(struct drift_walk *w, const struct uuid *source,
	    const struct json_object *resource, struct slice target,
	    struct error *err);

/* The link of SOURCE to TARGET, of RULE, leads nowhere. */
int	drift_miss(struct drift_walk *w, const struct job_rule *rule,
	    const struct uuid *source, struct slice target,
	    struct error *err);

/* Compare the members of the group SOURCE, which is TARGET there. */
int	drift_members(struct drift_walk *w, const struct job_rule *rule,
	    const struct uuid *source, struct slice target,
	    struct error *err);

#endif
