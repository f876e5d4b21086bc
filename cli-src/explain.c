/*
 * explain.c: muster explain FILTER: how it is answered.
 */
#include <stdio.h>

#include "base/nelem.h"
#include "identity/explain.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "explain [--store DIR] [--tenant NAME] [--type NAME] FILTER";

enum { TERMS_MAX = 1024 * 1024 };

struct words {
	const char *store;
	const char *tenant;
	const char *type;
	const char *filter;
};

static void
print(const struct buf *terms, const struct explanation *e)
{
	printf("%.*s", SLICE_ARG(buf_text(terms)));
	if (e->is_scan)
		printf("plan         a walk over all %lld resources\n",
		    (long long)e->total);
	else
		printf("plan         %zu of %lld resources, by keys%s\n",
		    e->candidates, (long long)e->total,
		    e->is_exact ? ", which say all" : "");
	printf("planned in   %lld us\n", (long long)e->plan_us);
	for (int i = 0; i < KV_TABLE_MAX; i++)
		if (e->touched.reads[i] > 0)
			printf("keys read    %llu of %s\n",
			    (unsigned long long)e->touched.reads[i],
			    explain_table_name((enum kv_table)i));
	printf("rows scanned %llu\n",
	    (unsigned long long)e->touched.reads[KV_RESOURCES]);
	printf("found        %lld\n", (long long)e->found);
	printf("answered in  %lld us\n", (long long)e->query_us);
}

static int
explain(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	const struct resource_type *type =
	    catalog_find_type(w->identity.catalog, slice_of(words->type));
	struct explanation e;
	struct buf terms;
	struct error err;
	int rc = 0;

	if (type == NULL)
		error_set(&err, ERR_INVALID_VALUE,
		    "there is no resource type '%s'", words->type);
	buf_init(&terms, TERMS_MAX);
	if (type == NULL ||
	    identity_explain(&w->identity, &w->caller, type,
		slice_of(words->filter), &terms, &e, &err) == -1)
		rc = verb_failed(&err);
	else
		print(&terms, &e);
	buf_fini(&terms);
	return rc;
}

int
verb_explain(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME, .type = "User" };
	const struct verb_option options[] = {
		{ "store", &words.store },
		{ "tenant", &words.tenant },
		{ "type", &words.type },
	};

	if (verb_read(argc, argv, options, NELEM(options), &words.filter) ==
		-1 ||
	    words.filter == NULL)
		return verb_usage(usage);
	return workplace_run(words.store, words.tenant, explain, &words);
}
