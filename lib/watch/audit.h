/*
 * audit.h: every change of tenants, credentials, settings, streams and
 * resources, by whom, before and after, in a chain that shows what was
 * changed later: files of lines (lines.h) in audit/ below the store.
 *
 *	{"n":17,"log":1,"sequence":4711,"change":{...},
 *	"previous":"<64 hex digits>","hash":"<64 hex digits>"}
 *
 * "change" is the record SEQUENCE of the change log of tenant LOG (0: of the
 * store itself), as its transaction wrote it.  "hash" is the SHA-256 of the
 * line up to the comma before "hash"; "previous" is that of the line before.
 * So sha256sum proves an entry, and one hash that was noted elsewhere proves
 * all entries up to it.
 *
 * Writers do not wait for the chain: muster work follows the change logs, and
 * what it has not come to yet stands there.  What a deleted tenant did stays.
 */
#ifndef WATCH_AUDIT_H
#define WATCH_AUDIT_H

#include "store/store.h"
#include "watch/search.h"

enum { AUDIT_HASH_LEN = 64, AUDIT_HASH_SIZE = 65 };

/* An entry and its hash: all of the chain up to it.  n 0: none yet. */
struct audit_head {
	uint64_t	n;
	char		hash[AUDIT_HASH_SIZE];
};

/*
 * Bring the chain in DIR, the directory of STORE, up to the change logs.  One
 * process at a time does; another one returns at once.  GO_ON is asked now and
 * then.  *ADDED entries.
 *
 * Errors: those of store_view; ERR_INTERNAL when the chain is damaged, ERR_FULL.
 */
int	audit_follow(struct store *store, const char *dir,
	    bool (*go_on)(void *arg), void *arg, uint64_t *added,
	    struct error *err);

/* How many changes the chain has not come to yet. */
int	audit_lag(struct store *store, const char *dir, uint64_t *n,
	    struct error *err);

/* What is looked for; "", 0 for what does not matter. */
struct audit_search {
	bool		all;		/* tenants; or only */
	uint32_t	tenant;		/* that one */
	struct slice	type;		/* "User", "Credential" */
	struct slice	id;
	struct slice	actor;
	struct slice	operation;
	struct slice	request;	/* that made the change */
	int64_t		since;		/* ms UTC */
	int64_t		until;
	int64_t		ends_at;	/* of the search (search.h), or 0 */
};

/* search_run for the entries that S looks for. */
int	audit_search(const char *dir, const struct audit_search *s, bool back,
	    struct lines_place *place, search_fn *fn, void *arg,
	    struct error *err);

struct audit_report {
	struct audit_head	head;		/* the last entry that holds */
	bool			is_broken;
	char			what[512];	/* why, and where */
	uint64_t		unfinished;	/* bytes of a last line */
};

/*
 * Does the chain in DIR hold, from its first entry to its last?  Reads only
 * files: of a copy, too.  KNOWN (n 0: none) is a head that was noted before:
 * it has to be in the chain.  Unless STORE is NULL, every change is held
 * against the change log, too.
 *
 * Returns: 0 with REPORT filled, or -1 with ERR set: it could not be told.
 */
int	audit_verify(const char *dir, struct store *store,
	    const struct audit_head *known, struct audit_report *report,
	    struct error *err);

/* "17:<hash>" into HEAD; -1 when it is no head. */
int	audit_head_parse(struct slice text, struct audit_head *head);

#endif
