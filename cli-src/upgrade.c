/*
 * upgrade.c: muster upgrade: bring a store to the format that this version
 * of muster writes, one step for each format in between.
 *
 * A step can be run again after it was killed in the middle; the new format
 * is written last.
 */
#include <stdio.h>

#include "base/nelem.h"
#include "identity/recount.h"
#include "sealing.h"
#include "store/tally_gather.h"
#include "verb.h"

static const char usage[] = "upgrade [--store DIR] [--again]";

struct job {
	struct workplace *w;
	struct named_tenants tenants;
	struct progress progress;
	uint64_t before; /* resources of the types that are done */
	uint64_t counted;
};

/* Which tenant is next; a body that runs again begins where it began. */
struct gathering {
	uint32_t tenant;
	uint32_t next;
	bool done;
};

static void
show(void *arg, uint64_t counted)
{
	struct job *job = arg;

	job->counted = job->before + counted;
	progress_show(&job->progress, 0, job->counted);
}

static int
gather_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct gathering *g = arg;
	enum store_status status;

	(void)err;
	g->next = g->tenant;
	status = tally_gather(txn, &g->next);
	g->done = status == STORE_NOTFOUND;
	return status == STORE_FAIL ? -1 : 0;
}

/* Format 3 counts what a tenant has in one row. */
static int
gather(struct job *job, struct error *err)
{
	struct gathering g = { .done = false };

	while (!g.done) {
		if (store_txn(job->w->identity.store, gather_body, &g, err) ==
		    -1)
			return -1;
		g.tenant = g.next;
	}
	return 0;
}

/* Format 2 has blocks that count resources: pages far behind are found. */
static int
add_ranks(struct job *job, struct error *err)
{
	const struct identity *identity = &job->w->identity;
	const struct resource_type *type;

	for (size_t i = 0; i < job->tenants.n; i++) {
		job->w->caller.tenant = job->tenants.list[i].number;
		for (size_t j = 0;
		     (type = catalog_type(identity->catalog, j)) != NULL; j++) {
			if (identity_recount(identity, &job->w->caller, type,
				show, job, err) == -1)
				return -1;
			job->before = job->counted;
		}
	}
	return 0;
}

/* Format 3 seals what must be read again. */
static int
seal(struct job *job, struct error *err)
{
	return sealing_run(job->w, &job->tenants, err);
}

/*
 * What a store that is older than FORMAT lacks, in the order of the steps:
 * blocks are counted with what format 3 has.
 */
static const struct step {
	int format;
	int (*run)(struct job *job, struct error *err);
} steps[] = {
	{ 3, gather },
	{ 2, add_ranks },
	{ 3, seal },
};

static int
format_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)arg;
	(void)err;
	return store_put_format(txn) == STORE_OK ? 0 : -1;
}

static int
run_steps(struct job *job, int found, struct error *err)
{
	struct store *store = job->w->identity.store;

	if (workplace_tenants(job->w, NULL, &job->tenants, err) == -1)
		return -1;
	progress_start(&job->progress, "resources counted", 0);
	for (size_t i = 0; i < NELEM(steps); i++)
		if (found < steps[i].format && steps[i].run(job, err) == -1)
			return -1;
	progress_clear(&job->progress);
	return store_txn(store, format_body, NULL, err);
}

static int
upgrade(struct workplace *w, bool again)
{
	struct store *store = w->identity.store;
	struct job job = { .w = w };
	int found = store_format_found(store);
	struct error err;

	if (found == STORE_FORMAT && !again) {
		printf("%s has the format '%s', which is the newest: nothing "
		       "to do\n",
		    w->settings.store, store_format());
		return EXIT_OK;
	}
	if (store_check_alone(store, &err) == -1 ||
	    run_steps(&job, again ? 0 : found, &err) == -1)
		return verb_failed(&err);
	printf("%s has the format '%s' now: %llu resources counted\n",
	    w->settings.store, store_format(), (unsigned long long)job.counted);
	return EXIT_OK;
}

int
verb_upgrade(int argc, char **argv)
{
	const char *store = NULL;
	bool again = false;
	const struct verb_option options[] = { { "store", &store } };
	const struct verb_flag flags[] = { { "again", &again } };
	struct workplace w;
	int rc;

	if (verb_read_flags(argc, argv, options, NELEM(options), flags,
		NELEM(flags), NULL) == -1)
		return verb_usage(usage);
	if (workplace_open_old(&w, store) == -1)
		return EXIT_FAILED;
	rc = upgrade(&w, again);
	workplace_close(&w);
	return rc;
}
