/*
 * credential_form.c: a credential as the administrators' API shows it.
 */
#include "admin/credential_form.h"
#include "admin/field.h"
#include "base/nelem.h"
#include "scim/etag.h"
#include "store/tenants.h"

#define FORM(name) offsetof(struct credential_form, name)
#define ANY_KIND   (KIND_TOKEN | KIND_CLIENT | KIND_ISSUER | KIND_CERTIFICATE)
#define TRUSTING   (KIND_CLIENT | KIND_ISSUER)

/* clang-format off */
enum {
	S = FIELD_SHOWN,
	M = FIELD_MADE,
	E = FIELD_EDITED
};

static const struct {
	unsigned	kinds;
	struct field	field;
} rows[] = {
	{ ANY_KIND, { "id",	    FIELD_TEXT, S,	   FORM(client.credential.id), 0 } },
	{ ANY_KIND, { "kind",	    FIELD_TEXT, S | M,	   FORM(kind), 0 } },
	{ ANY_KIND, { "tenant",	    FIELD_TEXT, S | M,	   FORM(client.credential.tenant_name), 0 } },
	{ ANY_KIND, { "allTenants", FIELD_FLAG, S | M,	   FORM(all_tenants), 0 } },
	{ ANY_KIND, { "label",	    FIELD_TEXT, S | M | E, FORM(client.credential.label), 0 } },
	{ ANY_KIND, { "profile",    FIELD_TEXT, S | M | E, FORM(client.credential.profile), 0 } },
	{ ANY_KIND, { "scopes",	    FIELD_LIST, S | M | E, FORM(client.credential.scope), ' ' } },
	{ ANY_KIND, { "role",	    FIELD_TEXT, S | M | E, FORM(client.credential.role), 0 } },
	{ ANY_KIND, { "addresses",  FIELD_LIST, S | M | E, FORM(client.credential.addresses), ',' } },
	{ ANY_KIND, { "filter",	    FIELD_TEXT, S | M | E, FORM(client.credential.filter), 0 } },
	{ ANY_KIND, { "created",    FIELD_TEXT, S,	   FORM(client.credential.created), 0 } },
	{ ANY_KIND, { "expires",    FIELD_TIME, S,	   FORM(client.credential.expires_at), 0 } },
	{ ANY_KIND, { "expires",    FIELD_TEXT, M | E,	   FORM(expires), 0 } },
	{ ANY_KIND, { "lastUsed",   FIELD_TIME, S,	   FORM(client.credential.used_at), 0 } },
	{ KIND_TOKEN,  { "rotationOf",	  FIELD_TEXT,	S,	   FORM(client.credential.breaker), 0 } },
	{ KIND_TOKEN,  { "user",	  FIELD_TEXT,	S | M,	   FORM(client.credential.user), 0 } },
	{ KIND_CLIENT, { "lifetime",	  FIELD_NUMBER, S | M | E, FORM(client.lifetime), 0 } },
	{ KIND_CLIENT, { "secretExpires", FIELD_TEXT,	M,	   FORM(secret_expires), 0 } },
	{ TRUSTING, { "issuer",	    FIELD_TEXT, S | M,	   FORM(client.trust.issuer), 0 } },
	{ TRUSTING, { "audiences",  FIELD_LIST, S | M | E, FORM(client.trust.audiences), ',' } },
	{ TRUSTING, { "subject",    FIELD_TEXT, S | M | E, FORM(client.trust.subject), 0 } },
	{ TRUSTING, { "tenantId",   FIELD_TEXT, S | M,	   FORM(client.trust.tenant_id), 0 } },
	{ TRUSTING, { "keys",	    FIELD_JSON, S | M | E, FORM(client.trust.keys), 0 } },
	{ TRUSTING, { "keysUrl",    FIELD_TEXT, S | M | E, FORM(client.trust.keys_url), 0 } },
	{ KIND_CERTIFICATE, { "certificate",	    FIELD_TEXT, S, FORM(client.credential.certificate), 0 } },
	{ KIND_CERTIFICATE, { "certificate",	    FIELD_LINES, M, FORM(certificate), 0 } },
	{ KIND_CERTIFICATE, { "certificateSubject", FIELD_TEXT, M, FORM(subject_name), 0 } },
};

static const struct {
	const char	*name;
	const char	*stored;	/* "kind" of the record */
	unsigned	 kind;
} kinds[] = {
	{ "token",	 "",		KIND_TOKEN },
	{ "client",	 "client",	KIND_CLIENT },
	{ "issuer",	 "issuer",	KIND_ISSUER },
	{ "certificate", "certificate",	KIND_CERTIFICATE },
};
/* clang-format on */

unsigned
credential_kind_find(struct slice name)
{
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (slice_equal(name, slice_of(kinds[i].name)))
			return kinds[i].kind;
	return 0;
}

unsigned
credential_kind_of(const struct credential *c)
{
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (slice_equal(c->kind, slice_of(kinds[i].stored)))
			return kinds[i].kind;
	return 0;
}

static const char *
kind_name(unsigned kind)
{
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return "";
}

bool
credential_is_client(const struct credential *c)
{
	return (credential_kind_of(c) & TRUSTING) != 0;
}

enum { FIELDS_MAX = NELEM(rows) + LIMIT_MAX };

/* The fields that KIND has, *N of them; the limits have a table of their own. */
static void
make_fields(unsigned kind, struct field fields[FIELDS_MAX], size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < NELEM(rows); i++)
		if ((rows[i].kinds & kind) != 0)
			fields[(*n)++] = rows[i].field;
	for (size_t i = 0; i < LIMIT_MAX; i++)
		fields[(*n)++] = (struct field){ limit_row((enum limit)i)->name,
			FIELD_NUMBER, S | M | E,
			FORM(client.credential.limits) + i * sizeof(int64_t),
			0 };
}

static int
read_form(const struct call *call, unsigned kind, unsigned use,
    struct credential_form *form, struct error *err)
{
	struct field fields[FIELDS_MAX];
	size_t n;

	make_fields(kind, fields, &n);
	return field_read(call->arena, call->body, fields, n, use, form, err);
}

int
credential_form_new(
    const struct call *call, struct credential_form *form, struct error *err)
{
	struct slice name = json_string(json_get(call->body, "kind"));
	unsigned kind = credential_kind_find(name);

	*form = (struct credential_form){ .all_tenants = false };
	if (kind == 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "'kind' must be token, client, issuer or certificate");
	form->client.lifetime = CLIENT_LIFETIME_MIN;
	form->secret_expires = SLICE("730d");
	if (read_form(call, kind, FIELD_MADE, form, err) == -1)
		return -1;
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (kinds[i].kind == kind)
			form->client.credential.kind =
			    slice_of(kinds[i].stored);
	return 0;
}

int
credential_form_edit(const struct call *call, unsigned kind,
    struct credential_form *form, struct error *err)
{
	return read_form(call, kind, FIELD_EDITED, form, err);
}

struct json_object *
credential_show_secret(
    const struct call *call, const struct client_secret *secret)
{
	static const struct field fields[] = {
		{ "id", FIELD_TEXT, S, offsetof(struct client_secret, id), 0 },
		{ "created", FIELD_TEXT, S,
		    offsetof(struct client_secret, created), 0 },
		{ "expires", FIELD_TIME, S,
		    offsetof(struct client_secret, expires_at), 0 },
		{ "lastUsed", FIELD_TIME, S,
		    offsetof(struct client_secret, used_at), 0 },
	};
	struct json_object *v = json_new_object(call->arena);

	field_show(call->arena, fields, NELEM(fields), secret, v);
	return v;
}

/* Each with its id, and how many of them are good now. */
static void
show_secrets(
    const struct call *call, const struct client *client, struct json_object *v)
{
	struct arena *a = call->arena;
	struct json_object *list = json_new_array(a);
	int64_t live = 0;

	for (size_t i = 0; i < client->nsecrets; i++) {
		json_append(
		    list, credential_show_secret(call, &client->secrets[i]));
		live += call->caller.now < client->secrets[i].expires_at;
	}
	json_set(v, SLICE("secrets"), list);
	json_set(v, SLICE("liveSecrets"), json_new_integer(a, live));
}

struct json_object *
credential_show(
    const struct call *call, const struct client *client, struct slice tenant)
{
	unsigned kind = credential_kind_of(&client->credential);
	struct json_object *v = json_new_object(call->arena);
	struct credential_form form = { .client = *client,
		.kind = slice_of(kind_name(kind)),
		.all_tenants = client->credential.tenant == TENANT_STORE };
	struct field fields[FIELDS_MAX];
	size_t n;

	form.client.credential.tenant_name = tenant;
	make_fields(kind, fields, &n);
	field_show(call->arena, fields, n, &form, v);
	json_set(v, SLICE("version"),
	    json_new_string(call->arena,
		etag_of(call->arena, (uint64_t)client->credential.version)));
	if (kind == KIND_CLIENT)
		show_secrets(call, client, v);
	return v;
}
