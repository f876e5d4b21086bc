/*
 * summary.h: what the records of the provisioning log come to: how many, of
 * what, how often it went well, what goes wrong most (spec provisioning.md
 * PS-107).
 *
 *	{"records":120,"success":117,"skipped":1,"failure":2,
 *	"successPercent":98,"membersAdded":900,"membersRemoved":3,
 *	"from":"2026-11-21T10:11:12.345Z","to":"2026-11-21T11:11:12.345Z",
 *	"types":[{"name":"User","records":100,"success":98,"skipped":0,
 *	"failure":2}],"actions":[...],"jobs":[...],"cycles":[...],"errors":[...]}
 *
 * The rows of an array have the most records first; but cycles stand as they
 * were met, with "from" and "to".  "errors" are the codes of what has failed,
 * with "advice"; a job has its "id".
 */
#ifndef SYNC_SUMMARY_H
#define SYNC_SUMMARY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* Rows of an array; what comes first is kept. */
enum { SUMMARY_ROWS_MAX = 100 };

struct json_object;
struct summary;

/* Of no records, in A. */
struct summary	*summary_new(struct arena *a);

/* One more record; a search_fn, with a struct summary. */
int	summary_add(struct slice line, void *arg, struct error *err);

/* As above, in A. */
struct json_object	*summary_show(struct arena *a,
			    const struct summary *s);

#endif
