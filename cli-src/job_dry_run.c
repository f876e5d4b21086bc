/*
 * job_dry_run.c: muster job dry-run: what a job would do, with nothing written.
 */
#include <stdio.h>

#include "base/nelem.h"
#include "job_object.h"
#include "sync/journal.h"

enum tally_row {
	TALLY_CREATE,
	TALLY_UPDATE,
	TALLY_DISABLE,
	TALLY_DELETE,
	TALLY_HELD,
	TALLY_SKIPPED,
	TALLY_FAILED,
	TALLY_MAX
};

static const struct {
	struct slice action;
	const char *name;
} tally_rows[TALLY_MAX] = {
	[TALLY_CREATE] = { { "create", 6 }, "create" },
	[TALLY_UPDATE] = { { "update", 6 }, "update" },
	[TALLY_DISABLE] = { { "disable", 7 }, "disable" },
	[TALLY_DELETE] = { { "delete", 6 }, "delete" },
	[TALLY_HELD] = { { "stageddelete", 12 }, "held" },
	[TALLY_SKIPPED] = { { "", 0 }, "skipped" },
	[TALLY_FAILED] = { { "", 0 }, "failed" },
};

struct dry_run {
	bool json;
	struct progress bar;
	uint64_t looked_at;
	int64_t tally[TALLY_MAX];
};

static enum tally_row
row_of(const struct intent *intent)
{
	if (intent->result == INTENT_FAILED)
		return TALLY_FAILED;
	for (int i = 0; i < TALLY_SKIPPED; i++)
		if (slice_equal(slice_of(intent->action), tally_rows[i].action))
			return (enum tally_row)i;
	return TALLY_SKIPPED;
}

static int
look(struct preview *p, const struct intent *intent, void *arg,
    struct error *err)
{
	struct dry_run *d = arg;
	struct arena *a = p->run.arena;
	enum tally_row row = row_of(intent);
	struct json_object *record;

	(void)err;
	d->tally[row]++;
	d->looked_at++;
	progress_show(&d->bar, d->looked_at, d->looked_at);
	if (row == TALLY_SKIPPED && !d->json)
		return 0;
	record = journal_record(&p->run, SLICE(""), intent);
	progress_clear(&d->bar);
	if (d->json)
		printf("%.*s\n", SLICE_ARG(json_text(a, record)));
	else
		job_object_print_line(a, record);
	return 0;
}

static void
print_tally(struct workplace *w, const struct dry_run *d)
{
	struct json_object *v = json_new_object(w->arena),
			   *summary = json_new_object(w->arena);

	for (int i = 0; i < TALLY_MAX; i++) {
		json_set(v, slice_of(tally_rows[i].name),
		    json_new_integer(w->arena, d->tally[i]));
		if (!d->json)
			printf("%-12s %lld\n", tally_rows[i].name,
			    (long long)d->tally[i]);
	}
	json_set(summary, SLICE("summary"), v);
	if (d->json)
		printf("%.*s\n", SLICE_ARG(json_text(w->arena, summary)));
}

static int
walk(struct preview *p, struct dry_run *d, struct error *err)
{
	int64_t total;
	int rc;

	if (preview_connect(p, err) == -1 ||
	    preview_total(p, &total, err) == -1)
		return -1;
	progress_start(&d->bar, "looked at", (uint64_t)total);
	rc = preview_all(p, look, d, err);
	progress_clear(&d->bar);
	return rc;
}

int
job_dry_run(struct workplace *w, const void *arg, struct error *err)
{
	const struct job_words *words = arg;
	struct dry_run d = { .json = words->json };
	const struct json_object *changes = words->changes;
	struct json_object *read = NULL;
	struct preview p;
	struct jobs j;
	int rc;

	if (words->file != NULL) {
		if (job_read_file(w, words->file, &read, err) == -1)
			return -1;
		changes = read;
	}
	if (job_jobs(w, words, &j, err) == -1 ||
	    preview_open(&w->identity, &j, job_which(words), changes,
		words->whole, &p, err) == -1)
		return -1;
	rc = walk(&p, &d, err);
	preview_close(&p);
	if (rc == 0)
		print_tally(w, &d);
	return rc;
}
