/*
 * client.c: muster client create | list | secret | revoke.
 */
#include <stdio.h>
#include <string.h>

#include "auth/client.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "base/number.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "client create [--store DIR] [--tenant NAME] [--label TEXT] "
    "[--profile NAME]\n"
    "           [--scope WORDS] [--expires 90d|DATE] [--addresses LIST]\n"
    "           [--filter FILTER] [--lifetime MINUTES] "
    "[--secret-expires 730d|DATE]\n"
    "       muster client list [--store DIR]\n"
    "       muster client secret [--store DIR] [--secret-expires 730d|DATE] "
    "ID\n"
    "       muster client secret [--store DIR] --remove SECRET-ID ID\n"
    "       muster client revoke [--store DIR] ID";

struct words {
	const char *store;
	const char *tenant;
	const char *id;
	const char *lifetime;
	const char *secret_expires;
	const char *remove;
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
		{ "scope", &w->grant.scope },
		{ "expires", &w->grant.expires },
		{ "addresses", &w->grant.addresses },
		{ "filter", &w->grant.filter },
		{ "lifetime", &w->lifetime },
		{ "secret-expires", &w->secret_expires },
		{ "remove", &w->remove },
	};

	return verb_read(argc, argv, options, NELEM(options), &w->id);
}

static int
read_lifetime(const struct words *words, int64_t *seconds, struct error *err)
{
	if (parse_int(slice_of(words->lifetime), CLIENT_LIFETIME_MIN / 60,
		CLIENT_LIFETIME_MAX / 60, seconds, NULL) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "--lifetime takes %d to %d minutes, not '%s'",
		    CLIENT_LIFETIME_MIN / 60, CLIENT_LIFETIME_MAX / 60,
		    words->lifetime);
	*seconds *= 60;
	return 0;
}

/* Another secret of the client ID, on standard output. */
static int
print_secret(struct workplace *w, const struct words *words, struct slice id,
    struct error *err)
{
	char secret[SECRET_SIZE];
	int64_t at;

	if (grant_read_expiry(
		w, "--secret-expires", words->secret_expires, &at, err) == -1)
		return -1;
	if (at == 0)
		return error_set(
		    err, ERR_INVALID_VALUE, "--secret-expires: when?");
	if (client_add_secret(
		w->identity.store, clock_now_ms(), id, at, secret, err) == -1)
		return -1;
	printf("Client secret:  %s\n", secret);
	return 0;
}

static int
create(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct client client = { .lifetime = 0 };
	struct error err;

	if (grant_read(w, &words->grant, &client.credential, &err) == -1 ||
	    read_lifetime(words, &client.lifetime, &err) == -1)
		return verb_failed(&err);
	client.credential.tenant_name = slice_of(words->tenant);
	if (client_create(w->identity.store, w->arena, clock_now_ms(), &client,
		&err) == -1)
		return verb_failed(&err);
	printf("Client id:      %.*s\n", SLICE_ARG(client.credential.id));
	return print_secret(w, words, client.credential.id, &err) == -1
	    ? verb_failed(&err)
	    : EXIT_OK;
}

/* A line for the client, and one for each secret of it. */
static int
print_client(const struct credential *c, void *arg, struct error *err)
{
	struct workplace *w = arg;
	struct client client;

	if (!slice_equal(c->kind, SLICE("client")))
		return 0;
	if (client_find(w->identity.store, w->arena, c->id, &client, err) == -1)
		return -1;
	printf("%.*s  %.*s  %-12.*s %-10.*s %-10s %-10s %.*s\n",
	    SLICE_ARG(c->id), SLICE_ARG(c->created),
	    SLICE_ARG(workplace_tenant_name(w, c->tenant)),
	    SLICE_ARG(grant_profile(c)),
	    grant_day(w->arena, c->expires_at, "forever"),
	    grant_day(w->arena, c->used_at, "unused"), SLICE_ARG(c->label));
	for (size_t i = 0; i < client.nsecrets; i++)
		printf("  secret %.*s  %.*s  until %s\n",
		    SLICE_ARG(client.secrets[i].id),
		    SLICE_ARG(client.secrets[i].created),
		    grant_day(
			w->arena, client.secrets[i].expires_at, "forever"));
	return 0;
}

static int
list(struct workplace *w, const void *arg)
{
	struct error err;

	(void)arg;
	return token_each(w->identity.store, w->arena, print_client, w, &err) ==
		-1
	    ? verb_failed(&err)
	    : EXIT_OK;
}

static int
change_secret(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct slice id = slice_of(words->id);
	struct error err;
	int rc;

	rc = words->remove != NULL ? client_drop_secret(w->identity.store, id,
					 slice_of(words->remove), &err)
				   : print_secret(w, words, id, &err);
	return rc == -1 ? verb_failed(&err) : EXIT_OK;
}

static int
revoke(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct error err;

	return token_revoke(w->identity.store, slice_of(words->id), &err) == -1
	    ? verb_failed(&err)
	    : EXIT_OK;
}

int
verb_client(int argc, char **argv)
{
	static const struct {
		const char *name;
		bool has_id;
		int (*run)(struct workplace *w, const void *arg);
	} rows[] = {
		{ "create", false, create },
		{ "list", false, list },
		{ "secret", true, change_secret },
		{ "revoke", true, revoke },
	};
	struct words words = { .tenant = TENANT_DEFAULT_NAME,
		.lifetime = "60",
		.secret_expires = "730d",
		.grant = GRANT_DEFAULT };

	if (argc < 2 || read_words(argc - 1, argv + 1, &words) == -1)
		return verb_usage(usage);
	for (size_t i = 0; i < NELEM(rows); i++)
		if (strcmp(argv[1], rows[i].name) == 0 &&
		    (words.id != NULL) == rows[i].has_id)
			return workplace_run(
			    words.store, words.tenant, rows[i].run, &words);
	return verb_usage(usage);
}
