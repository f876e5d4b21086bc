/*
 * reindex.c: muster reindex: build the indexes that the schema files declare
 * and the store does not have yet.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/nelem.h"
#include "identity/reindex.h"
#include "verb.h"

static const char usage[] =
    "reindex [--store DIR] [--tenant NAME] [--type NAME] [--again]\n"
    "       [ATTRIBUTE]";

struct words {
	const char *store;
	const char *tenant;
	const char *type;
	const char *attribute;
	bool again;
};

struct job {
	struct workplace *w;
	const struct words *words;
	struct slice tenant; /* at work */
	struct slice type;   /* at work */
	bool shows_progress;
	bool found; /* an index with the name that was asked for */
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
		{ "type", &w->type },
	};
	const struct verb_flag flags[] = { { "again", &w->again } };

	return verb_read_flags(argc, argv, options, NELEM(options), flags,
	    NELEM(flags), &w->attribute);
}

/* The line of the terminal that is written over and over. */
static void
show_progress(void *arg, uint64_t done)
{
	const struct job *job = arg;

	if (job->shows_progress)
		fprintf(stderr, "\r%.*s %.*s: %llu read",
		    SLICE_ARG(job->tenant), SLICE_ARG(job->type),
		    (unsigned long long)done);
}

static void
end_progress(const struct job *job)
{
	if (job->shows_progress)
		fputs("\r\033[K", stderr);
}

static void
show_duplicate(void *arg, const struct reindex_duplicate *d)
{
	const struct job *job = arg;
	char id[UUID_TEXT_SIZE], other[UUID_TEXT_SIZE];

	end_progress(job);
	uuid_format(&d->id, id);
	uuid_format(&d->other, other);
	printf("%.*s %.*s: %.*s '%.*s' twice: %s %s\n", SLICE_ARG(job->tenant),
	    SLICE_ARG(job->type), SLICE_ARG(d->attribute), SLICE_ARG(d->value),
	    other, id);
}

static void
show_result(const struct job *job, const struct reindex_result *result)
{
	end_progress(job);
	for (size_t i = 0; i < result->built.n; i++)
		printf("%.*s %.*s: %.*s built, %llu read\n",
		    SLICE_ARG(job->tenant), SLICE_ARG(job->type),
		    SLICE_ARG(result->built.list[i].attribute),
		    (unsigned long long)result->resources);
	if (result->removed > 0)
		printf("%.*s %.*s: %llu old keys removed\n",
		    SLICE_ARG(job->tenant), SLICE_ARG(job->type),
		    (unsigned long long)result->removed);
	fflush(stdout);
}

/* One type of one tenant. */
static int
reindex_type(struct job *job, const struct resource_type *type)
{
	struct slice name = slice_of(job->words->attribute);
	struct reindex_result result;
	struct attr_ref ref;
	struct reindex order = { .identity = &job->w->identity,
		.caller = &job->w->caller,
		.type = type,
		.again = job->words->again,
		.progress = show_progress,
		.duplicate = show_duplicate,
		.arg = job };
	struct index_decl decl;
	struct error err;
	int rc;

	job->type = type->name;
	if (name.data != NULL) {
		if (attr_resolve(type, name, &ref) != ATTR_FOUND ||
		    ref.attr == NULL ||
		    !index_declared(job->w->arena, &ref, &decl))
			return EXIT_OK;
		order.ref = &ref;
	}
	job->found = true;
	rc = identity_reindex(&order, &result, &err);
	show_result(job, &result);
	return rc == 0 ? EXIT_OK : verb_failed(&err);
}

static int
reindex_tenant(struct job *job, const struct named_tenant *tenant)
{
	const struct catalog *catalog = job->w->identity.catalog;
	const struct resource_type *type;
	int rc = EXIT_OK;

	job->tenant = tenant->name;
	job->w->caller.tenant = tenant->number;
	for (size_t i = 0; (type = catalog_type(catalog, i)) != NULL; i++)
		if ((job->words->type == NULL ||
			slice_equal(type->name, slice_of(job->words->type))) &&
		    reindex_type(job, type) != EXIT_OK)
			rc = EXIT_FAILED;
	return rc;
}

static int
run(struct job *job)
{
	struct named_tenants tenants;
	struct error err;
	int rc = EXIT_OK;

	if (workplace_tenants(job->w, job->words->tenant, &tenants, &err) == -1)
		return verb_failed(&err);
	for (size_t i = 0; i < tenants.n; i++)
		if (reindex_tenant(job, &tenants.list[i]) != EXIT_OK)
			rc = EXIT_FAILED;
	if (job->found || tenants.n == 0)
		return rc;
	error_set(&err, ERR_NOT_FOUND,
	    "the schema files declare no index %s%s%s",
	    job->words->attribute != NULL ? job->words->attribute : "",
	    job->words->type != NULL ? " of " : "",
	    job->words->type != NULL ? job->words->type : "");
	return verb_failed(&err);
}

int
verb_reindex(int argc, char **argv)
{
	struct words words = { .store = NULL };
	struct workplace w;
	struct job job = { .w = &w, .words = &words };
	int rc;

	if (read_words(argc, argv, &words) == -1)
		return verb_usage(usage);
	if (workplace_open(&w, words.store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	job.shows_progress = isatty(STDERR_FILENO);
	rc = run(&job);
	workplace_close(&w);
	return rc;
}
