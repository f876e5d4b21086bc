/*
 * token.c: muster token create | list | revoke.
 */
#include <stdio.h>
#include <string.h>

#include "auth/token.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "token create [--store DIR] [--tenant NAME] [--label TEXT] "
    "[--profile NAME]\n"
    "           [--user ID] [--scope WORDS] [--expires 90d|DATE]\n"
    "           [--addresses LIST] [--filter FILTER]\n"
    "       muster token list [--store DIR]\n"
    "       muster token revoke [--store DIR] ID";

struct words {
	const char *store;
	const char *tenant;
	const char *id;
	struct grant grant;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
		{ "label", &w->grant.label },
		{ "profile", &w->grant.profile },
		{ "user", &w->grant.user },
		{ "scope", &w->grant.scope },
		{ "expires", &w->grant.expires },
		{ "addresses", &w->grant.addresses },
		{ "filter", &w->grant.filter },
	};

	return verb_read(argc, argv, options, NELEM(options), &w->id);
}

static int
create(const struct words *words)
{
	struct credential credential;
	char secret[SECRET_SIZE];
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (words->id != NULL)
		return verb_usage(usage);
	if (workplace_open(&w, words->store, words->tenant, false, NULL) == -1)
		return EXIT_FAILED;
	if (grant_read(&w, &words->grant, &credential, &err) == -1)
		goto failed;
	credential.tenant_name = slice_of(words->tenant);
	if (token_create(w.identity.store, w.arena, clock_now_ms(), &credential,
		secret, &err) == -1)
		goto failed;
	printf("Secret token: %s\n", secret);
	workplace_close(&w);
	return rc;
failed:
	rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}

static int
print_token(const struct credential *c, void *arg, struct error *err)
{
	struct workplace *w = arg;
	struct arena *a = w->arena;

	(void)err;
	if (c->kind.len > 0)
		return 0;
	printf("%.*s  %.*s  %-12.*s %-10.*s %-10s %-10s %.*s\n",
	    SLICE_ARG(c->id), SLICE_ARG(c->created),
	    SLICE_ARG(workplace_tenant_name(w, c->tenant)),
	    SLICE_ARG(grant_profile(c)), grant_day(a, c->expires_at, "forever"),
	    grant_day(a, c->used_at, "unused"), SLICE_ARG(c->label));
	return 0;
}

static int
list(const struct words *words)
{
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (words->id != NULL)
		return verb_usage(usage);
	if (workplace_open(&w, words->store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	if (token_each(w.identity.store, w.arena, print_token, &w, &err) == -1)
		rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}

static int
revoke(const struct words *words)
{
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (words->id == NULL)
		return verb_usage(usage);
	if (workplace_open(&w, words->store, NULL, false, NULL) == -1)
		return EXIT_FAILED;
	if (token_revoke(w.identity.store, slice_of(words->id), &err) == -1)
		rc = verb_failed(&err);
	workplace_close(&w);
	return rc;
}

int
verb_token(int argc, char **argv)
{
	struct words words = { .tenant = TENANT_DEFAULT_NAME,
		.grant = GRANT_DEFAULT };

	if (argc < 2 || read_words(argc - 1, argv + 1, &words) == -1)
		return verb_usage(usage);
	if (strcmp(argv[1], "create") == 0)
		return create(&words);
	if (strcmp(argv[1], "list") == 0)
		return list(&words);
	if (strcmp(argv[1], "revoke") == 0)
		return revoke(&words);
	return verb_usage(usage);
}
