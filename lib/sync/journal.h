/*
 * journal.h: the provisioning log (spec provisioning.md section 2.10): a
 * record of each object that was looked at, in files of JSON lines below the
 * store: sync/TENANT.
 *
 *	{"at":"2026-11-21T10:11:12.345Z","id":"01a1...","job":"01a1...",
 *	"jobName":"crm","version":3,"cycle":"01a1...","action":"update",
 *	"status":"success","durationMs":12,"objectType":"User",
 *	"source":{"id":"01a1...","name":"anna"},"target":{"id":"2819c223"},
 *	"code":"","reason":"","category":"","advice":"",
 *	"modified":[{"name":"title","old":"Clerk","new":"Chief"}],
 *	"members":{"added":["..."],"removed":[]},
 *	"steps":[{"type":"scoping","status":"success","description":"..."}],
 *	"wire":{"method":"PATCH","path":"/Users/2819c223","request":"...",
 *	"status":400,"response":"...","tries":1},
 *	"retryAt":"2026-11-21T16:11:12.345Z"}
 *
 * What is empty is left out.
 */
#ifndef SYNC_JOURNAL_H
#define SYNC_JOURNAL_H

#include "sync/roster.h"
#include "watch/lines_writer.h"
#include "watch/search.h"

#define JOURNAL_DIR "sync"

enum { JOURNAL_RECORD_MAX = 4 * 1024 * 1024 };

/* What PLAN, of CYCLE, has become, a JSON object in the arena of RUN. */
struct json_object	*journal_record(const struct run *run,
			    struct slice cycle, const struct intent *intent);

/* The same of the members of a group. */
struct json_object	*journal_record_members(const struct run *run,
			    struct slice cycle, const struct roster *r);

/* Append RECORD to the log of TENANT; W is ABOVE the store's JOURNAL_DIR. */
int	journal_append(struct lines_writer *w, uint32_t tenant, int64_t now,
	    const struct json_object *record, struct error *err);

/* What is looked for; "", 0 for what does not matter. */
struct journal_search {
	uint32_t	tenant;
	struct slice	job;		/* id */
	struct slice	cycle;
	struct slice	object;		/* id at either side, or a name */
	struct slice	action;
	struct slice	status;
	struct slice	code;
	int64_t		since;		/* ms UTC */
	int64_t		until;
	int64_t		ends_at;	/* of the search (search.h), or 0 */
};

/* Are its words such as records have?  Errors: ERR_INVALID_VALUE. */
int	journal_check(const struct journal_search *s, struct error *err);

/* search_run for the records that S looks for; with BACK the newest first. */
int	journal_run(const char *store, const struct journal_search *s,
	    bool back, struct lines_place *place, search_fn *fn, void *arg,
	    struct error *err);

/*
 * Of every tenant, delete what is older than AGE_MS, and the oldest of what is
 * more than LEN_MAX bytes; 0: keep.
 */
void	journal_prune(const char *store, int64_t now, int64_t age_ms,
	    uint64_t len_max);

#endif
