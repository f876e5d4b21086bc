/*
 * client.c: muster client create | set | list | secret | keys | revoke.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "admin/grant.h"
#include "auth/certificate.h"
#include "auth/client.h"
#include "auth/credential_change.h"
#include "auth/token.h"
#include "auth/trust.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "base/number.h"
#include "store/tenants.h"
#include "verb.h"

static const char usage[] =
    "client create [--store DIR] [--tenant NAME | --all-tenants] [GRANT ...]\n"
    "           [--lifetime MINUTES] [--secret-expires 730d|DATE]\n"
    "           [--issuer URL] [--audience LIST] [--subject TEXT]\n"
    "           [--tenant-id ID] [--keys FILE | --keys-url URL] [--bearer]\n"
    "           [--certificate FILE] [--certificate-subject NAME]\n"
    "       muster client set [--store DIR] [GRANT ...] [--lifetime MINUTES] "
    "ID\n"
    "       muster client list [--store DIR]\n"
    "       muster client secret [--store DIR] [--secret-expires 730d|DATE] "
    "ID\n"
    "       muster client secret [--store DIR] --remove SECRET-ID ID\n"
    "       muster client keys [--store DIR] --keys FILE ID\n"
    "       muster client revoke [--store DIR] ID\n" GRANT_OPTIONS;

struct words {
	struct verb_place place;
	struct grant grant;
	const char *lifetime;
	const char *secret_expires;
	const char *remove;
	const char *keys; /* file */
	const char *keys_url;
	const char *issuer;
	const char *audience;
	const char *subject;
	const char *tenant_id;
	const char *certificate; /* file */
	const char *certificate_subject;
	bool bearer;
};

/* Minutes, here in seconds; 0 when it was not said. */
static int
read_lifetime(const struct words *words, int64_t *seconds, struct error *err)
{
	*seconds = 0;
	if (words->lifetime == NULL)
		return 0;
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
	const char *expires =
	    words->secret_expires != NULL ? words->secret_expires : "730d";

	if (grant_read_expiry(w->arena, w->caller.now, "--secret-expires",
		slice_of(expires), &at, err) == -1)
		return -1;
	if (at == 0)
		return error_set(
		    err, ERR_INVALID_VALUE, "--secret-expires: when?");
	if (client_add_secret(w->identity.store, clock_now_ms(), id,
		CREDENTIAL_ANY, at, secret, err) == -1)
		return -1;
	printf("Client secret:  %s\n", secret);
	return 0;
}

/* What stands in the file PATH, which the option NAME gives. */
static int
read_file(struct workplace *w, const char *name, const char *path,
    struct slice *out, struct error *err)
{
	char *text = arena_alloc(w->arena, JWKS_LEN_MAX + 1);
	FILE *f;

	if (path == NULL)
		return error_set(
		    err, ERR_INVALID_VALUE, "%s: in which file?", name);
	f = fopen(path, "re");
	if (f == NULL)
		return error_set(
		    err, ERR_INVALID_VALUE, "%s: %s", path, strerror(errno));
	*out = (struct slice){ text, fread(text, 1, JWKS_LEN_MAX + 1, f) };
	fclose(f);
	return 0;
}

static int
read_keys(
    struct workplace *w, const char *path, struct slice *out, struct error *err)
{
	if (read_file(w, "--keys", path, out, err) == -1)
		return -1;
	return jwks_check(w->arena, *out, err);
}

/* A certificate in place of a secret. */
static int
let_in(struct workplace *w, const struct words *words, struct credential *c,
    struct error *err)
{
	struct slice text;

	if (words->certificate == NULL)
		c->certificate = certificate_subject(
		    w->arena, slice_of(words->certificate_subject));
	else if (read_file(
		     w, "--certificate", words->certificate, &text, err) == -1)
		return -1;
	else if (certificate_name(w->arena, text, &c->certificate) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "%s: no certificate (PEM)", words->certificate);
	if (certificate_create(
		w->identity.store, w->arena, clock_now_ms(), c, err) == -1)
		return -1;
	printf("Client id:      %.*s\nCertificate:    %.*s\n", SLICE_ARG(c->id),
	    SLICE_ARG(c->certificate));
	return 0;
}

/* Whom to trust, and for what. */
static int
read_trust(struct workplace *w, const struct words *words, struct trust *out,
    struct error *err)
{
	*out = (struct trust){ .issuer = slice_of(words->issuer),
		.audiences = slice_of(words->audience),
		.subject = slice_of(words->subject),
		.tenant_id = slice_of(words->tenant_id),
		.keys_url = slice_of(words->keys_url) };
	if (words->keys != NULL &&
	    read_keys(w, words->keys, &out->keys, err) == -1)
		return -1;
	return trust_complete(w->arena, words->bearer, out, err);
}

static int
make(struct workplace *w, const struct words *words, struct client *client,
    struct error *err)
{
	bool trusts = words->bearer || words->keys != NULL ||
	    words->keys_url != NULL || words->issuer != NULL ||
	    words->tenant_id != NULL;

	client->credential.kind =
	    words->bearer ? SLICE("issuer") : SLICE("client");
	if (client->lifetime == 0)
		client->lifetime = CLIENT_LIFETIME_MIN;
	if ((trusts && read_trust(w, words, &client->trust, err) == -1) ||
	    client_create(
		w->identity.store, w->arena, w->caller.now, client, err) == -1)
		return -1;
	printf("Client id:      %.*s\n", SLICE_ARG(client->credential.id));
	return trusts ? 0 : print_secret(w, words, client->credential.id, err);
}

static int
create(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct client client = { .lifetime = 0 };

	if (grant_read(w, &words->grant, &client.credential, err) == -1 ||
	    read_lifetime(words, &client.lifetime, err) == -1)
		return -1;
	return words->certificate != NULL || words->certificate_subject != NULL
	    ? let_in(w, words, &client.credential, err)
	    : make(w, words, &client, err);
}

static int
set(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	int64_t lifetime;

	if (read_lifetime(words, &lifetime, err) == -1)
		return -1;
	return grant_change(
	    w, &words->grant, slice_of(words->place.names[0]), lifetime, err);
}

static void
print_secrets(struct workplace *w, const struct client *client)
{
	for (size_t i = 0; i < client->nsecrets; i++)
		printf("  secret %.*s  %.*s  until %s%s, %s%s\n",
		    SLICE_ARG(client->secrets[i].id),
		    SLICE_ARG(client->secrets[i].created),
		    grant_day(
			w->arena, client->secrets[i].expires_at, "forever"),
		    w->caller.now < client->secrets[i].expires_at ? ""
								  : ", over",
		    client->secrets[i].used_at == 0 ? "" : "used ",
		    grant_day(w->arena, client->secrets[i].used_at, "unused"));
	if (client->trust.issuer.len > 0)
		printf("  issuer %.*s\n",
		    SLICE_ARG(verb_plain(w->arena, client->trust.issuer)));
}

/* A line for the client, and one for each way in which it comes. */
static int
print_client(const struct credential *c, void *arg, struct error *err)
{
	struct workplace *w = arg;
	struct client client = { .nsecrets = 0 };

	if (c->kind.len == 0 || !credential_lets_in(c))
		return 0;
	if (c->certificate.len == 0 &&
	    client_get(w->identity.store, w->arena, c->key, &client, err) == -1)
		return -1;
	printf("%.*s  %.*s  %-12.*s %-10.*s %-10s %-10s %.*s\n",
	    SLICE_ARG(c->id), SLICE_ARG(c->created),
	    SLICE_ARG(workplace_tenant_name(w, c->tenant)),
	    SLICE_ARG(grant_profile(c)),
	    grant_day(w->arena, c->expires_at, "forever"),
	    grant_day(w->arena, c->used_at, "unused"),
	    SLICE_ARG(verb_plain(w->arena, c->label)));
	if (c->certificate.len > 0)
		printf("  certificate %.*s\n",
		    SLICE_ARG(verb_plain(w->arena, c->certificate)));
	print_secrets(w, &client);
	return 0;
}

static int
change_keys(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct slice id = slice_of(words->place.names[0]), keys;
	struct credential c;

	if (read_keys(w, words->keys, &keys, err) == -1 ||
	    token_find_id(
		w->identity.store, w->arena, TENANT_STORE, id, &c, err) == -1)
		return -1;
	return client_set_keys(w->identity.store, c.key, keys, err);
}

static int
list(struct workplace *w, const void *words, struct error *err)
{
	(void)words;
	return token_each(
	    w->identity.store, w->arena, TENANT_STORE, print_client, w, err);
}

static int
change_secret(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;
	struct slice id = slice_of(words->place.names[0]);

	return words->remove != NULL
	    ? client_drop_secret(w->identity.store, id, CREDENTIAL_ANY,
		  slice_of(words->remove), err)
	    : print_secret(w, words, id, err);
}

static int
revoke(struct workplace *w, const void *arg, struct error *err)
{
	const struct words *words = arg;

	return token_revoke(w->identity.store, slice_of(words->place.names[0]),
	    CREDENTIAL_ANY, err);
}

/* clang-format off */
enum { CREATE = 1, SET = 2, SECRET = 8, KEYS = 16, GRANT = CREATE | SET };

#define WORD(name) offsetof(struct words, name)

static const struct verb_word rows[] = {
	{ "tenant",	 WORD(place.tenant),	  CREATE, false },
	{ "all-tenants", WORD(place.all_tenants), CREATE, true },
	{ "label",	 WORD(grant.label),	  GRANT,  false },
	{ "profile",	 WORD(grant.profile),	  GRANT,  false },
	{ "scope",	 WORD(grant.scope),	  GRANT,  false },
	{ "role",	 WORD(grant.role),	  GRANT,  false },
	{ "expires",	 WORD(grant.expires),	  GRANT,  false },
	{ "addresses",	 WORD(grant.addresses),	  GRANT,  false },
	{ "filter",	 WORD(grant.filter),	  GRANT,  false },
	{ "lifetime",	 WORD(lifetime),	  GRANT,  false },
	{ "secret-expires", WORD(secret_expires), CREATE | SECRET, false },
	{ "remove",	 WORD(remove),		  SECRET, false },
	{ "keys",	 WORD(keys),		  CREATE | KEYS, false },
	{ "keys-url",	 WORD(keys_url),	  CREATE, false },
	{ "issuer",	 WORD(issuer),		  CREATE, false },
	{ "audience",	 WORD(audience),	  CREATE, false },
	{ "subject",	 WORD(subject),		  CREATE, false },
	{ "tenant-id",	 WORD(tenant_id),	  CREATE, false },
	{ "certificate", WORD(certificate),	  CREATE, false },
	{ "certificate-subject", WORD(certificate_subject), CREATE, false },
	{ "bearer",	 WORD(bearer),		  CREATE, true },
};

/* The bits above are those of these rows. */
static const struct verb_part parts[] = {
	{ "create",	0, true,  create },
	{ "set",	1, false, set },
	{ "list",	0, false, list },
	{ "secret",	1, false, change_secret },
	{ "keys",	1, false, change_keys },
	{ "revoke",	1, false, revoke },
};
/* clang-format on */

static const struct verb_table table = { usage, rows, NELEM(rows), parts,
	NELEM(parts), WORD(grant.limits), GRANT, NULL };

int
verb_client(int argc, char **argv)
{
	struct words words = { .place = { .tenant = TENANT_DEFAULT_NAME } };

	return verb_run_part(argc, argv, &table, &words.place);
}
