/*
 * token.c: muster token create | set | rotate | list | revoke.
 */
#include <stddef.h>
#include <stdio.h>

#include "admin/grant.h"
#include "auth/token.h"
#include "base/nelem.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "token create [--store DIR] [--tenant NAME | --all-tenants]\n"
    "           [--user ID] [GRANT ...]\n"
    "       muster token set [--store DIR] GRANT ... ID\n"
    "       muster token rotate [--store DIR] [--expires 730d|DATE]\n"
    "           [--old-expires 7d|DATE] ID\n"
    "       muster token list [--store DIR]\n"
    "       muster token revoke [--store DIR] ID\n" GRANT_OPTIONS;

struct words {
	struct verb_place place;
	struct grant grant;
	const char *old_expires;
};

static int
create(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct credential credential;
	char secret[SECRET_SIZE];

	if (grant_read(w, &words->grant, &credential, err) == -1 ||
	    token_create(w->identity.store, w->arena, w->caller.now,
		&credential, secret, err) == -1)
		return -1;
	printf("Secret token: %s\n", secret);
	return 0;
}

static int
set(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;

	return grant_change(
	    w, &words->grant, slice_of(words->place.names[0]), 0, err);
}

/* Another like this one, which stays good until the client has the new one. */
static int
rotate(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	int64_t old_expires_at = TOKEN_AS_IT_IS;
	struct credential old, next;
	char secret[SECRET_SIZE];

	if (token_find_id(w->identity.store, w->arena, TENANT_STORE,
		slice_of(words->place.names[0]), &old, err) == -1)
		return -1;
	if (old.kind.len > 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "only a token is changed for another; a client gets "
		    "another secret (muster client secret)");
	next = old;
	next.tenant_name = old.tenant == TENANT_STORE
	    ? SLICE("")
	    : workplace_tenant_name(w, old.tenant);
	next.used_at = next.version = 0;
	if ((words->grant.expires != NULL &&
		grant_read_expiry(w->arena, w->caller.now, "--expires",
		    slice_of(words->grant.expires), &next.expires_at,
		    err) == -1) ||
	    (words->old_expires != NULL &&
		grant_read_expiry(w->arena, w->caller.now, "--old-expires",
		    slice_of(words->old_expires), &old_expires_at,
		    err) == -1) ||
	    token_rotate(w->identity.store, w->arena, w->caller.now, &old,
		old_expires_at, &next, secret, err) == -1)
		return -1;
	printf("Secret token: %s\n", secret);
	return 0;
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
	    grant_day(a, c->used_at, "unused"),
	    SLICE_ARG(verb_plain(a, c->label)));
	if (c->breaker.len > 0)
		printf("  rotation of %.*s\n", SLICE_ARG(c->breaker));
	return 0;
}

static int
list(struct workplace *w, const void *words, struct error *err)
{
	(void)words;
	return token_each(
	    w->identity.store, w->arena, TENANT_STORE, print_token, w, err);
}

static int
revoke(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;

	return token_revoke(w->identity.store, slice_of(words->place.names[0]),
	    CREDENTIAL_ANY, err);
}

/* clang-format off */
enum { CREATE = 1, SET = 2, ROTATE = 4, GRANT = CREATE | SET };

#define WORD(name) offsetof(struct words, name)

static const struct verb_word rows[] = {
	{ "tenant",	 WORD(place.tenant),	  CREATE, false },
	{ "all-tenants", WORD(place.all_tenants), CREATE, true },
	{ "user",	 WORD(grant.user),	  CREATE, false },
	{ "label",	 WORD(grant.label),	  GRANT,  false },
	{ "profile",	 WORD(grant.profile),	  GRANT,  false },
	{ "scope",	 WORD(grant.scope),	  GRANT,  false },
	{ "role",	 WORD(grant.role),	  GRANT,  false },
	{ "expires",	 WORD(grant.expires),	  GRANT | ROTATE, false },
	{ "old-expires", WORD(old_expires),	  ROTATE, false },
	{ "addresses",	 WORD(grant.addresses),	  GRANT,  false },
	{ "filter",	 WORD(grant.filter),	  GRANT,  false },
};

static const struct verb_part parts[] = {
	{ "create",	0, true,  create },
	{ "set",	1, false, set },
	{ "rotate",	1, false, rotate },
	{ "list",	0, false, list },
	{ "revoke",	1, false, revoke },
};
/* clang-format on */

static const struct verb_table table = { usage, rows, NELEM(rows), parts,
	NELEM(parts), WORD(grant.limits), GRANT, NULL };

int
verb_token(int argc, char **argv)
{
	struct words words = { .place = { .tenant = TENANT_DEFAULT_NAME } };

	return verb_run_part(argc, argv, &table, &words.place);
}
