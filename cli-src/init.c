/*
 * init.c: muster init: a store with a tenant, its first token, and, if
 * wanted, an example organisation.  What is there already stays.
 */
#include <stdio.h>

#include "auth/token.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "identity/reindex.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "init [--store DIR] [--tenant NAME] [--example FILE]";

struct words {
	const char *store;
	const char *tenant;
	const char *example;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
		{ "example", &w->example },
	};

	return verb_read(argc, argv, options, NELEM(options), NULL);
}

/* A new tenant gets a token, which is shown now and never again. */
static int
first_token(struct workplace *w, const char *tenant, struct error *err)
{
	struct credential credential = { .label = SLICE("first token"),
		.tenant_name = slice_of(tenant) };
	char secret[SECRET_SIZE];

	if (token_create(w->identity.store, w->arena, clock_now_ms(),
		&credential, secret, err) == -1)
		return -1;
	printf("Secret token: %s\n", secret);
	return 0;
}

int
verb_init(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME };
	struct workplace w;
	struct error err;
	bool created;
	int rc = EXIT_OK;

	if (read_words(argc, argv, &words) == -1)
		return verb_usage(usage);
	if (workplace_open(&w, words.store, words.tenant, true, &created) == -1)
		return EXIT_FAILED;
	if (created &&
	    (identity_note_indexes(&w.identity, &w.caller, &err) == -1 ||
		(words.example != NULL &&
		    example_load(&w, words.example, &err) == -1) ||
		first_token(&w, words.tenant, &err) == -1))
		rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}
