/*
 * token.c: muster token create | list | revoke.
 */
#include <stdio.h>
#include <string.h>

#include "auth/token.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "http/reply.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "token create [--store DIR] [--tenant NAME] [--label TEXT] "
    "[--profile NAME]\n"
    "           [--user ID] [--scope read]\n"
    "       muster token list [--store DIR]\n"
    "       muster token revoke [--store DIR] ID";

struct words {
	const char *store;
	const char *tenant;
	const char *label;
	const char *profile;
	const char *user;
	const char *scope;
	const char *id;
};

static int
read_words(int argc, char **argv, struct words *w)
{
	const struct verb_option options[] = {
		{ "store", &w->store },
		{ "tenant", &w->tenant },
		{ "label", &w->label },
		{ "profile", &w->profile },
		{ "user", &w->user },
		{ "scope", &w->scope },
	};

	return verb_read(argc, argv, options, NELEM(options), &w->id);
}

/* A credential of one user: there must be such a user. */
static int
check_user(struct workplace *w, struct slice id, struct error *err)
{
	const struct resource_type *type =
	    catalog_find_type(w->identity.catalog, SLICE("User"));
	struct conditions none = { .if_match = { NULL, 0 } };
	struct projection *projection;
	struct outcome outcome;
	struct buf out;
	int rc;

	if (id.len == 0)
		return 0;
	if (type == NULL)
		return error_set(err, ERR_NOT_FOUND,
		    "the tenant has no users: no credential is one's own");
	if (project_parse(w->arena, type, w->caller.profile, SLICE("id"),
		SLICE(""), &projection, err) == -1)
		return -1;
	buf_init(&out, HTTP_BODY_MAX);
	rc = identity_read(&w->identity, &w->caller, type, id, &none,
	    projection, &out, &outcome, err);
	buf_fini(&out);
	return rc;
}

/* There must be such a profile; who errs is told which there are. */
static int
check_profile(struct workplace *w, struct slice name, struct error *err)
{
	const struct catalog *c = w->identity.catalog;
	const char *names = "";

	/* Without one the tenant's counts, now and later. */
	if (name.len == 0 || profile_find(c, name) != NULL)
		return 0;
	for (size_t i = 0; profile_get(c, i) != NULL; i++)
		names = arena_printf(w->arena, "%s%s%.*s", names,
		    i == 0 ? "" : ", ",
		    SLICE_ARG(profile_name(profile_get(c, i))));
	return error_set(err, ERR_INVALID_VALUE,
	    "there is no profile '%.*s', only %s", SLICE_ARG(name), names);
}

static int
create(const struct words *words)
{
	struct credential credential = {
		.label = slice_of(words->label),
		.profile = slice_of(words->profile),
		.user = slice_of(words->user),
		.scope = slice_of(words->scope),
		.tenant_name = slice_of(words->tenant),
	};
	char secret[TOKEN_SIZE];
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (words->id != NULL ||
	    (credential.scope.len > 0 &&
		!slice_equal(credential.scope, SLICE("read"))))
		return verb_usage(usage);
	if (workplace_open(&w, words->store, words->tenant, false, NULL) == -1)
		return EXIT_FAILED;
	if (check_profile(&w, credential.profile, &err) == -1 ||
	    check_user(&w, credential.user, &err) == -1 ||
	    token_create(w.identity.store, w.arena, clock_now_ms(), &credential,
		secret, &err) == -1)
		rc = verb_failed(&err);
	else
		printf("Secret token: %s\n", secret);
	workplace_close(&w);
	return rc;
}

struct tenants {
	struct tenant *list;
	size_t n;
};

/* What the tenant is called now: it may have had another name. */
static struct slice
tenant_name(const struct tenants *tenants, const struct credential *c)
{
	for (size_t i = 0; i < tenants->n; i++)
		if (tenants->list[i].number == c->tenant)
			return tenants->list[i].name;
	return c->tenant_name;
}

static int
print_token(const struct credential *c, void *arg, struct error *err)
{
	(void)err;
	printf("%.*s  %.*s  %-12.*s %-10.*s %.*s\n", SLICE_ARG(c->id),
	    SLICE_ARG(c->created), SLICE_ARG(tenant_name(arg, c)),
	    SLICE_ARG(c->profile), SLICE_ARG(c->label));
	return 0;
}

static int
list(const struct words *words)
{
	struct tenants tenants;
	struct tenancy y;
	struct workplace w;
	struct error err;
	int rc = EXIT_OK;

	if (words->id != NULL)
		return verb_usage(usage);
	if (workplace_open(&w, words->store, words->tenant, false, NULL) == -1)
		return EXIT_FAILED;
	y = workplace_tenancy(&w);
	if (tenancy_list(&y, &tenants.list, &tenants.n, &err) == -1 ||
	    token_each(
		w.identity.store, w.arena, print_token, &tenants, &err) == -1)
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
	if (workplace_open(&w, words->store, words->tenant, false, NULL) == -1)
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
		.label = "",
		.profile = "",
		.user = "",
		.scope = "" };

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
