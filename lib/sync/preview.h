/*
 * preview.h: what a job would do, and why: objects go through its scope, its
 * mappings and, if that is wanted, its matching at the target, and nothing is
 * written, here or there (spec provisioning.md section 2.9).
 */
#ifndef SYNC_PREVIEW_H
#define SYNC_PREVIEW_H

#include "sync/guard.h"
#include "sync/jobs.h"
#include "sync/task.h"

enum { PREVIEW_BATCH_MAX = 256 }; /* objects that are in memory at a time */

struct preview {
	struct run		 run;	/* with an arena for each batch */
	struct job_info		 info;	/* as it is defined now */
	struct guard		 guard;	/* as it stands */
	struct quarantine	 quarantine; /* the same */
	int64_t			 links;	/* that are active */
	struct target_settings	 settings;
	struct http_pool	*pool;	/* NULL: not connected */
	struct target		*target;
	struct arena		*arena;	/* of the definition */
	size_t			 running;	/* requests */

	/* What the target said since preview_ask began. */
	bool			 was_refused;	/* the credentials were */
	size_t			 nanswered;
	size_t			 nunreached;
	char			 problem[EXCHANGE_PROBLEM_MAX];
};

/*
 * The job WHICH as it is, or as CHANGES would make it (NULL: none; as jobs_edit
 * takes them, IS_WHOLE as jobs_replace).
 *
 * Owner:  *OUT is the caller's: preview_close.  IDENTITY and J outlive it.
 * Errors: those of jobs_find, jobs_edit and job_compile; then OUT is closed.
 */
int	preview_open(const struct identity *identity, const struct jobs *j,
	    struct slice which, const struct json_object *changes,
	    bool is_whole, struct preview *out, struct error *err);
void	preview_close(struct preview *p);

/* From here on the target can be asked.  Errors: those of target_open. */
int	preview_connect(struct preview *p, struct error *err);

/*
 * What the job makes of the object ID of TYPE, by what is known here alone;
 * with the flows of its mappings also where nothing is to be done.
 *
 * Owner:  *OUT lives in the arena of the run.
 * Errors: those of store_view; what is wrong with the object is no error, the
 *         intent has failed.
 */
int	preview_read(struct preview *p, const struct uuid *id,
	    struct slice type, struct intent *out, struct error *err);

/* Can only the target say what would be done with INTENT? */
bool	preview_is_open(const struct intent *intent);

/*
 * Ask the target, many at once, about N intents: they become what would be
 * done.  None is asked, and no connection needed, where none is open.
 */
void	preview_ask(struct preview *p, struct intent *intents, size_t n);

/*
 * The type of the object ID that the job has a rule for; of one that is no
 * more its link says it.
 *
 * Returns: 1 with *TYPE in the arena of the run, 0 when it is not known, -1.
 */
int	preview_type(struct preview *p, const struct uuid *id,
	    struct slice *type, struct error *err);

/* INTENT is good until it returns; 0 or -1 with ERR, which ends the walk. */
typedef int preview_fn(struct preview *p, const struct intent *intent,
    void *arg, struct error *err);

/*
 * Call FN for every object of every rule, and then for every link whose object
 * is gone, with what would be done; the target is asked about those that have
 * no link.  The arena of the run holds one batch.
 *
 * Errors: ERR_BUSY when the target does not answer at all; those of FN and of
 *         store_view.
 */
int	preview_all(struct preview *p, preview_fn *fn, void *arg,
	    struct error *err);

/*
 * Call FN for every object that the target has of RULE; ID is its id there, and
 * SOURCE the one of ours that it is linked to, or NULL.  The arena of the run
 * holds one page.
 *
 * Errors: ERR_BUSY when the target does not answer, or not with a list.
 */
typedef int preview_there_fn(struct preview *p,
    const struct json_object *resource, struct slice id,
    const struct uuid *source, void *arg, struct error *err);
int	preview_there(struct preview *p, const struct job_rule *rule,
	    preview_there_fn *fn, void *arg, struct error *err);

/* How many objects preview_all looks at, as far as can be told. */
int	preview_total(struct preview *p, int64_t *total, struct error *err);

/*
 * All that is known of INTENT, in the arena of the run: a record as in
 * journal.h, and beside it
 *
 *	"act": "nothing", "provision", "disable" or "delete",
 *	"verdict": "in scope",
 *	"link": {"state":"active","target":"2819c223","failures":0,...},
 *	"attributes": [{"name":"title","state":"set","value":"Chief"}],
 *	"rests": [{"what":"users.create","until":"2026-11-21T11:11:12.345Z",
 *	"reason":"too many of this kind have failed"}]
 *
 * "rests" is there when something keeps the job from doing so now: the "job",
 * the "target", the "guard", the "object" itself, or its kind of operation;
 * without "until" that is not a matter of time.
 *
 * One that is open still has the action "match" and no status.
 */
struct json_object	*preview_tell(const struct preview *p,
			    const struct intent *intent);

/* The array "rests" of INTENT; empty: nothing keeps the job from it. */
struct json_object	*preview_tell_rests(const struct preview *p,
			    const struct intent *intent);

/*
 * Add to TOLD, of INTENT, how many members the target would be told of, if it
 * is about a group that the target has:
 *
 *	"members": {"nAdded": 3, "nRemoved": 1}
 */
int	preview_tell_members(struct preview *p, const struct intent *intent,
	    struct json_object *told, struct error *err);

#endif
