/*
 * credential_make.c: /admin/v1/credentials: a new one of any kind, a change
 * of one, and another in its place.
 */
#include "admin/admin.h"
#include "admin/credential_form.h"
#include "admin/credentials.h"
#include "admin/field.h"
#include "admin/grant.h"
#include "auth/certificate.h"
#include "auth/credential_change.h"
#include "auth/token.h"
#include "auth/trust.h"
#include "base/nelem.h"

/* The tenant that FORM is for, or all of them. */
static int
find_tenant(const struct call *call, const struct credential_form *form,
    struct tenant *tenant, struct error *err)
{
	struct slice name = form->client.credential.tenant_name;

	*tenant = (struct tenant){ .name = SLICE("") };
	if (form->all_tenants && name.len > 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "'tenant' and 'allTenants' exclude each other");
	if (form->all_tenants && call->caller.tenant != TENANT_STORE)
		return error_set(err, ERR_FORBIDDEN,
		    "this administrator is not over all tenants");
	if (form->all_tenants)
		return 0;
	if (name.len > 0)
		return answer_tenant(call, name, tenant, err);
	if (call->caller.tenant == TENANT_STORE)
		return error_set(err, ERR_INVALID_VALUE,
		    "for which 'tenant', or 'allTenants'?");
	return credentials_tenant(call, call->caller.tenant, tenant, err);
}

static int
make_token(const struct call *call, struct credential_form *form,
    char secret[SECRET_SIZE], struct error *err)
{
	return token_create(call->identity->store, call->arena,
	    call->caller.now, &form->client.credential, secret, err);
}

/* With an issuer in place of a secret it has none. */
static int
make_client(const struct call *call, struct credential_form *form,
    char secret[SECRET_SIZE], struct error *err)
{
	struct store *store = call->identity->store;
	struct client *c = &form->client;
	bool is_issuer = credential_kind_of(&c->credential) == KIND_ISSUER;
	bool trusts =
	    is_issuer || c->trust.issuer.len > 0 || c->trust.tenant_id.len > 0;
	int64_t until = 0;

	if (trusts &&
	    trust_complete(call->arena, is_issuer, &c->trust, err) == -1)
		return -1;
	if (!trusts &&
	    grant_read_expiry(call->arena, call->caller.now, "'secretExpires'",
		form->secret_expires, &until, err) == -1)
		return -1;
	if (!trusts && until == 0)
		return error_set(err, ERR_INVALID_VALUE,
		    "a secret has an end: 'secretExpires'");
	if (client_create(store, call->arena, call->caller.now, c, err) == -1)
		return -1;
	if (trusts)
		return 0;
	return client_add_secret(store, call->caller.now, c->credential.id,
	    CREDENTIAL_ANY, until, secret, err);
}

static int
make_certificate(const struct call *call, struct credential_form *form,
    char secret[SECRET_SIZE], struct error *err)
{
	struct credential *c = &form->client.credential;

	(void)secret;
	if ((form->certificate.len > 0) == (form->subject_name.len > 0))
		return error_set(err, ERR_INVALID_VALUE,
		    "either 'certificate' or 'certificateSubject'");
	if (form->subject_name.len > 0)
		c->certificate =
		    certificate_subject(call->arena, form->subject_name);
	else if (certificate_name(
		     call->arena, form->certificate, &c->certificate) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "'certificate' is no certificate (PEM)");
	form->client.lifetime = 0;
	return certificate_create(
	    call->identity->store, call->arena, call->caller.now, c, err);
}

static int
make(const struct call *call, struct credential_form *form,
    char secret[SECRET_SIZE], struct error *err)
{
	secret[0] = '\0';
	switch (credential_kind_of(&form->client.credential)) {
	case KIND_TOKEN:
		return make_token(call, form, secret, err);
	case KIND_CERTIFICATE:
		return make_certificate(call, form, secret, err);
	default:
		return make_client(call, form, secret, err);
	}
}

/* As it is now, with all that was filled in. */
static int
answer_new(
    struct call *call, struct slice id, const char *secret, struct error *err)
{
	struct client client;

	if (credentials_find(call, id, &client, err) == -1)
		return -1;
	answer_location(call, "/credentials", id);
	return credentials_answer(
	    call, 201, &client, secret[0] != '\0' ? secret : NULL, err);
}

int
admin_create_credential(struct call *call, struct error *err)
{
	struct credential_form form;
	struct credential *c = &form.client.credential;
	char secret[SECRET_SIZE];
	struct tenant tenant;

	if (credential_form_new(call, &form, err) == -1 ||
	    find_tenant(call, &form, &tenant, err) == -1 ||
	    credentials_check(call, &tenant, c, err) == -1 ||
	    grant_read_expiry(call->arena, call->caller.now, "'expires'",
		form.expires, &c->expires_at, err) == -1)
		return -1;
	c->tenant_name = tenant.name;
	if (make(call, &form, secret, err) == -1)
		return -1;
	return answer_new(call, c->id, secret, err);
}

/* What of FORM is a client's must be good too. */
static int
check_client(const struct call *call, const struct credential_form *form,
    struct error *err)
{
	struct client c = form->client;
	unsigned kind = credential_kind_of(&c.credential);

	if (kind == KIND_CLIENT && client_check_lifetime(c.lifetime, err) == -1)
		return -1;
	if (c.trust.issuer.len > 0)
		return trust_complete(
		    call->arena, kind == KIND_ISSUER, &c.trust, err);
	if (c.trust.audiences.len + c.trust.subject.len + c.trust.keys.len +
		c.trust.keys_url.len ==
	    0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "the client has secrets, and trusts no issuer");
}

int
admin_edit_credential(struct call *call, struct error *err)
{
	struct credential_form form = { .all_tenants = false };
	struct credential *c = &form.client.credential;
	struct tenant tenant;

	if (credentials_find_to_change(call, call->id, &form.client, err) ==
		-1 ||
	    credential_form_edit(call, credential_kind_of(c), &form, err) ==
		-1 ||
	    credentials_tenant(call, c->tenant, &tenant, err) == -1 ||
	    credentials_check(call, &tenant, c, err) == -1 ||
	    check_client(call, &form, err) == -1)
		return -1;
	if (c->tenant == TENANT_STORE && credential_check_above(c, err) == -1)
		return -1;
	if (form.expires.data != NULL &&
	    grant_read_expiry(call->arena, call->caller.now, "'expires'",
		form.expires, &c->expires_at, err) == -1)
		return -1;
	if (client_update(call->identity->store, &form.client, err) == -1 ||
	    credentials_find(call, call->id, &form.client, err) == -1)
		return -1;
	return credentials_answer(call, 200, &form.client, NULL, err);
}

struct rotation {
	struct slice expires;	  /* the new one; not given: as the old one */
	struct slice old_expires; /* not given: as it is */
};

static const struct field rotation_fields[] = {
	{ "expires", FIELD_TEXT, FIELD_MADE, offsetof(struct rotation, expires),
	    0 },
	{ "oldExpires", FIELD_TEXT, FIELD_MADE,
	    offsetof(struct rotation, old_expires), 0 },
};

static int
read_times(const struct call *call, const struct rotation *r, int64_t *expires,
    int64_t *old_expires, struct error *err)
{
	if (r->expires.data != NULL &&
	    grant_read_expiry(call->arena, call->caller.now, "'expires'",
		r->expires, expires, err) == -1)
		return -1;
	return r->old_expires.data == NULL
	    ? 0
	    : grant_read_expiry(call->arena, call->caller.now, "'oldExpires'",
		  r->old_expires, old_expires, err);
}

/*
 * Another token like this one, which stays good until the client has the new
 * one: no outage.  Clients have several secrets instead.
 */
int
admin_rotate_credential(struct call *call, struct error *err)
{
	struct rotation r = { .expires = { NULL, 0 } };
	struct client old;
	struct credential next;
	char secret[SECRET_SIZE];
	struct tenant tenant;
	int64_t old_expires_at = TOKEN_AS_IT_IS;

	if (credentials_find_to_change(call, call->id, &old, err) == -1 ||
	    field_read(call->arena, call->body, rotation_fields,
		NELEM(rotation_fields), FIELD_MADE, &r, err) == -1 ||
	    credentials_tenant(call, old.credential.tenant, &tenant, err) == -1)
		return -1;
	if (credential_kind_of(&old.credential) != KIND_TOKEN)
		return error_set(err, ERR_INVALID_VALUE,
		    "only a token is changed for another; a client gets "
		    "another secret");
	next = old.credential;
	next.tenant_name = tenant.name;
	next.used_at = next.version = 0;
	if (read_times(call, &r, &next.expires_at, &old_expires_at, err) ==
		-1 ||
	    token_rotate(call->identity->store, call->arena, call->caller.now,
		&old.credential, old_expires_at, &next, secret, err) == -1)
		return -1;
	return answer_new(call, next.id, secret, err);
}
