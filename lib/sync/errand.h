/*
 * errand.h: what a job is asked to do once by who cannot wait for its target,
 * or may not speak to it: a program that serves requests.  It is written down
 * below the store, done by a process that muster work starts, and its answer
 * is fetched, page by page (spec provisioning.md section 2.9).
 *
 *	errands/TENANT/ID.json	the errand:
 *
 *	{"id":"01a1...","job":"01a1...","jobName":"crm","kind":"dry-run",
 *	"request":{},"by":"01a1...","asked":"2026-11-21T10:11:12.345Z",
 *	"state":"done","tries":1,"started":"...","finished":"...",
 *	"error":"...","summary":{"create":3}}
 *
 *	errands/TENANT/ID.lines	its answer, an object a line, while it grows
 *	errands/TENANT/ID.due	it is not at an end; who does it has it locked
 *
 * So one whose process was killed is begun again, by the next one.  They are
 * for a day, and no part of a backup.
 */
#ifndef SYNC_ERRAND_H
#define SYNC_ERRAND_H

#include "sync/jobs.h"

#define ERRAND_DIR "errands"

enum {
	ERRANDS_DUE_MAX = 50,	/* of a tenant */
	ERRANDS_KEPT_MAX = 20,	/* of a job, that are at an end */
	ERRAND_TRIES_MAX = 3,
	ERRAND_KEEP_MS = 24 * 3600 * 1000
};

/* One errand. */
struct errand {
	const char	*store;		/* directory */
	uint32_t	 tenant;
	struct uuid	 id;
};

/*
 * Ask the job WHICH for KIND with REQUEST, an object; the audit says so.  The
 * same that was asked before, and is not begun yet, is that one.
 *
 * Owner:  *OUT lives in the arena of J.
 * Errors: ERR_NOT_FOUND; ERR_RATE: too many are due; ERR_INTERNAL, ERR_FULL of
 *         files; those of store_txn.
 */
int	errand_ask(const struct jobs *j, const char *store, struct slice which,
	    const char *kind, const struct json_object *request,
	    struct json_object **out, struct error *err);

/*
 * The errand E, in A; and to write it, which says that it is there.
 *
 * Errors: ERR_NOT_FOUND; ERR_INTERNAL, ERR_FULL.
 */
int	errand_load(struct arena *a, const struct errand *e,
	    struct json_object **out, struct error *err);
int	errand_save(struct arena *a, const struct errand *e,
	    const struct json_object *v, struct error *err);

/* Those of the job ID (NULL: of all) of a tenant, the oldest first. */
int	errand_list(struct arena *a, const char *store, uint32_t tenant,
	    const struct uuid *job, struct json_object **list,
	    struct error *err);

/* It is asked no more; what is being done ends unseen. */
void	errand_drop(const struct errand *e);

/*
 * It is due; the lock of who does it, or -1: another one does, or it is not
 * due; and it is at an end.
 */
int	errand_begin(const struct errand *e, struct error *err);
int	errand_lock(const struct errand *e);
void	errand_end(const struct errand *e);

/* The file of its answer, empty, to write to; -1 with ERR. */
int	errand_open(const struct errand *e, struct error *err);

/*
 * At most MAX lines of the answer from byte AT on, and where the next begins.
 *
 * Returns: 1 when there is more, 0 when not now, -1 with ERR.
 */
struct errand_lines {
	struct slice	*list;	/* in an arena */
	size_t		 n;
	int64_t		 next;
};
int	errand_read(struct arena *a, const struct errand *e, int64_t at,
	    size_t max, struct errand_lines *out, struct error *err);

/* Call FN for those that are due, of all tenants, the oldest first of each. */
typedef void errand_fn(const struct errand *e, void *arg);
void	errand_each_due(const char *store, errand_fn *fn, void *arg);

/* Whose errand is ID?  0, or -1: nobody's. */
int	errand_find(const char *store, const struct uuid *id, struct errand *out);

/* A tenant goes: all of its errands are forgotten. */
void	errand_drop_all(const char *store, uint32_t tenant);

/* Forget those that were asked longer ago than ERRAND_KEEP_MS. */
void	errand_prune(const char *store, int64_t now);

#endif
