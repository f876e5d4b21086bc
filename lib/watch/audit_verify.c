/*
 * audit_verify.c: does the chain of the audit hold?
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "store/changes.h"
#include "watch/audit_private.h"

enum { BATCH_MAX = 500, BATCH_LEN = 4 * 1024 * 1024 };

struct verifier {
	const char *dir;
	struct store *store; /* or NULL */
	struct audit_report *report;
	const struct audit_state *saved;
	struct audit_state walked; /* what the entries make of it */
	struct arena *a;	   /* of that */
	struct arena *batch;
	struct audit_entry entries[BATCH_MAX];
	size_t n;
	size_t len;
	uint64_t wrong; /* an entry that is not so in the change log, or 0 */
	bool is_missing;
};

__attribute__((format(printf, 2, 3))) static void
complain(struct verifier *v, const char *fmt, ...)
{
	va_list ap;

	if (v->report->is_broken)
		return;
	v->report->is_broken = true;
	va_start(ap, fmt);
	vsnprintf(v->report->what, sizeof(v->report->what), fmt, ap);
	va_end(ap);
}

/* An entry of the audit itself has no change. */
static bool
is_of_audit(struct slice change)
{
	static const char mark[] = "\"type\":\"ChangeLog\"";

	return memmem(change.data, change.len, mark, sizeof(mark) - 1) != NULL;
}

static int
compare_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct verifier *v = arg;
	struct slice text;

	(void)err;
	for (size_t i = 0; v->wrong == 0 && i < v->n; i++) {
		const struct audit_entry *e = &v->entries[i];

		switch (change_get(txn, e->log, e->sequence, &text)) {
		case STORE_OK:
			if (!slice_equal(text, e->change))
				v->wrong = e->n;
			break;
		case STORE_NOTFOUND:
			v->wrong = e->n;
			v->is_missing = true;
			break;
		default:
			return -1;
		}
	}
	return 0;
}

/* Hold what was collected against the change log. */
static int
compare(struct verifier *v, struct error *err)
{
	if (v->n > 0 && store_view(v->store, compare_body, v, err) == -1)
		return -1;
	if (v->wrong != 0)
		complain(v,
		    "entry %llu: its change is %s the change log of the store",
		    (unsigned long long)v->wrong,
		    v->is_missing ? "not in" : "another in");
	v->n = v->len = 0;
	arena_reset(v->batch);
	return 0;
}

static int
collect(struct verifier *v, const struct audit_entry *e, struct error *err)
{
	if (v->store == NULL || is_of_audit(e->change))
		return 0;
	v->entries[v->n] = *e;
	v->entries[v->n++].change = arena_slice(v->batch, e->change);
	v->len += e->change.len;
	return v->n == BATCH_MAX || v->len >= BATCH_LEN ? compare(v, err) : 0;
}

static void
check_known(
    struct verifier *v, const struct audit_head *known, const char *what)
{
	const struct audit_head *head = &v->report->head;

	if (known->n == head->n &&
	    memcmp(known->hash, head->hash, AUDIT_HASH_LEN) != 0)
		complain(v, "entry %llu has not the hash that %s has",
		    (unsigned long long)known->n, what);
}

static uint64_t
position(const struct audit_state *s, size_t log)
{
	return log < s->npositions ? s->positions[log] : 0;
}

/* Where the next entry would stand, and which changes it would be for. */
static bool
is_as_saved(const struct audit_state *walked, const struct audit_state *saved)
{
	for (size_t i = 0; i < walked->npositions || i < saved->npositions; i++)
		if (position(walked, i) != position(saved, i))
			return false;
	return strcmp(walked->place.file, saved->place.file) == 0 &&
	    walked->place.offset == saved->place.offset;
}

static void
check_saved(struct verifier *v, const struct audit_entry *e,
    const struct lines_place *at, size_t len)
{
	const struct audit_state *saved = v->saved;
	struct audit_state *walked = &v->walked;

	*audit_position(v->a, walked, e->log) = e->sequence;
	walked->place = *at;
	walked->place.offset += len + 1;
	check_known(v, &saved->head, "audit/state");
	if (saved->head.n == v->report->head.n && !is_as_saved(walked, saved))
		complain(v,
		    "entry %llu ends elsewhere, or is of another change, than "
		    "audit/state has it",
		    (unsigned long long)saved->head.n);
}

static int
walk_entries(struct verifier *v, const struct audit_head *known,
    struct lines_walk *walk, struct error *err)
{
	struct audit_entry e;
	struct lines_place at;
	struct slice line;
	const char *wrong;
	int rc;

	while ((rc = lines_next(walk, &line, &at, err)) == 1) {
		wrong = audit_take(line, &v->report->head, &e);
		if (wrong != NULL)
			complain(v, "%s, byte %llu, behind entry %llu: %s",
			    at.file, (unsigned long long)at.offset,
			    (unsigned long long)v->report->head.n, wrong);
		check_known(v, known, "was noted");
		if (!v->report->is_broken)
			check_saved(v, &e, &at, line.len);
		if (v->report->is_broken)
			return 0;
		if (collect(v, &e, err) == -1)
			return -1;
		if (v->report->is_broken)
			return 0;
	}
	return rc == -1 || v->store == NULL ? rc : compare(v, err);
}

/* A head that was noted, and is not reached. */
static void
check_end(struct verifier *v, const struct audit_head *known, const char *what)
{
	if (known->n > v->report->head.n)
		complain(v,
		    "the chain ends at entry %llu; %s has entry %llu: its end "
		    "was cut off",
		    (unsigned long long)v->report->head.n, what,
		    (unsigned long long)known->n);
}

/* Bytes behind the last newline. */
static void
find_unfinished(struct verifier *v, struct arena *a, const char *path)
{
	size_t n;
	char(*names)[LINES_NAME_SIZE] = lines_files(a, path, &n);
	char file[4096 + LINES_NAME_SIZE];
	FILE *f;
	int c;

	if (n == 0)
		return;
	snprintf(file, sizeof(file), "%s/%s", path, names[n - 1]);
	f = fopen(file, "re");
	if (f == NULL)
		return;
	while ((c = getc(f)) != EOF)
		v->report->unfinished =
		    c == '\n' ? 0 : v->report->unfinished + 1;
	fclose(f);
}

int
audit_verify(const char *dir, struct store *store,
    const struct audit_head *known, struct audit_report *report,
    struct error *err)
{
	struct arena *a = arena_new();
	struct verifier *v = arena_calloc(a, 1, sizeof(*v));
	struct lines_place start = { .file = "" };
	struct audit_state saved;
	struct lines_walk *walk;
	char path[4096];
	int rc;

	*report = (struct audit_report){ .is_broken = false };
	*v = (struct verifier){ .dir = dir,
		.store = store,
		.report = report,
		.saved = &saved,
		.a = a,
		.batch = arena_new() };
	audit_path(dir, "", path);
	rc = audit_state_load(a, dir, &saved, err);
	if (rc == 0) {
		walk = lines_open(a, path, false, &start);
		rc = walk_entries(v, known, walk, err);
		lines_close(walk);
	}
	if (rc == 0) {
		check_end(v, known, "what was noted");
		check_end(v, &saved.head, "audit/state");
		find_unfinished(v, a, path);
	}
	arena_free(v->batch);
	arena_free(a);
	return rc;
}
