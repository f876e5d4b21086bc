/*
 * client.c: muster client create | list | secret | revoke.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/certificate.h"
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
    "           [--issuer URL] [--audience LIST] [--subject TEXT]\n"
    "           [--tenant-id ID] [--keys FILE] [--bearer]\n"
    "           [--certificate FILE] [--certificate-subject NAME]\n"
    "       muster client list [--store DIR]\n"
    "       muster client secret [--store DIR] [--secret-expires 730d|DATE] "
    "ID\n"
    "       muster client secret [--store DIR] --remove SECRET-ID ID\n"
    "       muster client keys [--store DIR] --keys FILE ID\n"
    "       muster client revoke [--store DIR] ID";

/* spec clients.md sections 2.3 and 2.4 */
#define ENTRA_V1_ISSUER "https://sts.windows.net/%s/"
#define ENTRA_V2_ISSUER "https://login.microsoftonline.com/%s/v2.0"
#define ENTRA_AUDIENCE	"8adf8e6e-67b2-4cf2-a259-e3dc5476c621"

struct words {
	const char *store;
	const char *tenant;
	const char *id;
	const char *lifetime;
	const char *secret_expires;
	const char *remove;
	const char *keys; /* file */
	const char *issuer;
	const char *audience;
	const char *subject;
	const char *tenant_id;
	const char *certificate; /* file */
	const char *certificate_subject;
	bool bearer;
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
		{ "keys", &w->keys },
		{ "issuer", &w->issuer },
		{ "audience", &w->audience },
		{ "subject", &w->subject },
		{ "tenant-id", &w->tenant_id },
		{ "certificate", &w->certificate },
		{ "certificate-subject", &w->certificate_subject },
	};
	const struct verb_flag flags[] = { { "bearer", &w->bearer } };

	return verb_read_flags(
	    argc, argv, options, NELEM(options), flags, NELEM(flags), &w->id);
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

/*
 * Whom to trust, and for what; where Entra is the issuer, its tenant says
 * most of it (ENTRA-A03, ENTRA-A04).  Nobody is trusted for any tenant.
 */
static int
read_trust(struct workplace *w, const struct words *words, struct trust *out,
    struct error *err)
{
	*out = (struct trust){ .issuer = slice_of(words->issuer),
		.audiences = slice_of(words->audience),
		.subject = slice_of(words->subject),
		.tenant_id = slice_of(words->tenant_id) };
	if (out->issuer.len == 0 && out->tenant_id.len > 0)
		out->issuer = slice_of(words->bearer
			? arena_printf(
			      w->arena, ENTRA_V1_ISSUER, words->tenant_id)
			: arena_printf(
			      w->arena, ENTRA_V2_ISSUER, words->tenant_id));
	if (out->audiences.len == 0 && words->bearer)
		out->audiences = SLICE(ENTRA_AUDIENCE);
	if (words->bearer && out->tenant_id.len == 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "--bearer needs the --tenant-id of the issuer");
	if (out->issuer.len == 0 || out->audiences.len == 0 ||
	    (!words->bearer && out->subject.len == 0))
		return error_set(err, ERR_INVALID_VALUE,
		    "an issuer needs --issuer or --tenant-id, --audience and "
		    "--subject");
	return read_keys(w, words->keys, &out->keys, err);
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
	client.credential.kind =
	    words->bearer ? SLICE("issuer") : SLICE("client");
	if (words->certificate != NULL || words->certificate_subject[0] != '\0')
		return let_in(w, words, &client.credential, &err) == -1
		    ? verb_failed(&err)
		    : EXIT_OK;
	if ((words->bearer || words->keys != NULL) &&
	    read_trust(w, words, &client.trust, &err) == -1)
		return verb_failed(&err);
	if (client_create(w->identity.store, w->arena, clock_now_ms(), &client,
		&err) == -1)
		return verb_failed(&err);
	printf("Client id:      %.*s\n", SLICE_ARG(client.credential.id));
	if (client.trust.issuer.len > 0)
		return EXIT_OK;
	return print_secret(w, words, client.credential.id, &err) == -1
	    ? verb_failed(&err)
	    : EXIT_OK;
}

static void
print_secrets(struct workplace *w, const struct client *client)
{
	for (size_t i = 0; i < client->nsecrets; i++)
		printf("  secret %.*s  %.*s  until %s\n",
		    SLICE_ARG(client->secrets[i].id),
		    SLICE_ARG(client->secrets[i].created),
		    grant_day(
			w->arena, client->secrets[i].expires_at, "forever"));
	if (client->trust.issuer.len > 0)
		printf("  issuer %.*s\n", SLICE_ARG(client->trust.issuer));
}

/* A line for the client, and one for each way in which it comes. */
static int
print_client(const struct credential *c, void *arg, struct error *err)
{
	struct workplace *w = arg;
	struct client client = { .nsecrets = 0 };

	if (c->kind.len == 0 || slice_equal(c->kind, SLICE("seen")))
		return 0;
	if (c->certificate.len == 0 &&
	    client_get(w->identity.store, w->arena, c->key, &client, err) == -1)
		return -1;
	printf("%.*s  %.*s  %-12.*s %-10.*s %-10s %-10s %.*s\n",
	    SLICE_ARG(c->id), SLICE_ARG(c->created),
	    SLICE_ARG(workplace_tenant_name(w, c->tenant)),
	    SLICE_ARG(grant_profile(c)),
	    grant_day(w->arena, c->expires_at, "forever"),
	    grant_day(w->arena, c->used_at, "unused"), SLICE_ARG(c->label));
	if (c->certificate.len > 0)
		printf("  certificate %.*s\n", SLICE_ARG(c->certificate));
	print_secrets(w, &client);
	return 0;
}

struct rekey {
	struct workplace *w;
	struct slice id;
	struct slice keys;
	bool done;
};

static int
rekey_one(const struct credential *c, void *arg, struct error *err)
{
	struct rekey *r = arg;

	if (!slice_equal(c->id, r->id) || c->kind.len == 0 ||
	    slice_equal(c->kind, SLICE("seen")) ||
	    slice_equal(c->kind, SLICE("certificate")))
		return 0;
	r->done = true;
	return client_set_keys(r->w->identity.store, c->key, r->keys, err);
}

static int
change_keys(struct workplace *w, const void *arg)
{
	const struct words *words = arg;
	struct rekey r = { .w = w, .id = slice_of(words->id) };
	struct error err;

	if (read_keys(w, words->keys, &r.keys, &err) == -1 ||
	    token_each(w->identity.store, w->arena, rekey_one, &r, &err) == -1)
		return verb_failed(&err);
	if (r.done)
		return EXIT_OK;
	error_set(&err, ERR_NOT_FOUND, "there is no client '%s'", words->id);
	return verb_failed(&err);
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
		{ "keys", true, change_keys },
		{ "revoke", true, revoke },
	};
	struct words words = { .tenant = TENANT_DEFAULT_NAME,
		.lifetime = "60",
		.secret_expires = "730d",
		.issuer = "",
		.audience = "",
		.subject = "",
		.tenant_id = "",
		.certificate_subject = "",
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
