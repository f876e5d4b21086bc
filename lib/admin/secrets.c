/*
 * secrets.c: /admin/v1/credentials/ID/secrets: a client gets another secret
 * while it uses the one it has, and then loses that.
 */
#include "admin/admin.h"
#include "admin/credential_form.h"
#include "admin/credentials.h"
#include "admin/field.h"
#include "admin/grant.h"
#include "base/nelem.h"

/* Only a client that trusts no issuer in place of it has any. */
static int
check_kind(const struct client *client, struct error *err)
{
	if (credential_kind_of(&client->credential) == KIND_CLIENT &&
	    client->trust.issuer.len == 0)
		return 0;
	return error_set(
	    err, ERR_NOT_FOUND, "what is no OAuth client has no secrets");
}

int
admin_list_secrets(struct call *call, struct error *err)
{
	struct json_object *list = json_new_array(call->arena);
	struct client client;
	struct page page;

	if (credentials_find(call, call->id, &client, err) == -1 ||
	    check_kind(&client, err) == -1 ||
	    answer_read_page(call, client.nsecrets, &page, err) == -1)
		return -1;
	for (size_t i = page.first; i < page.end; i++)
		json_append(
		    list, credential_show_secret(call, &client.secrets[i]));
	return answer_page(call, &page, list);
}

struct form {
	struct slice expires;
};

static const struct field fields[] = {
	{ "expires", FIELD_TEXT, FIELD_MADE, offsetof(struct form, expires),
	    0 },
};

/* It stands last; ETag is the client's. */
static int
answer_secret(struct call *call, const char *secret, struct error *err)
{
	struct json_object *v;
	struct client client;

	if (credentials_find(call, call->id, &client, err) == -1)
		return -1;
	if (client.nsecrets == 0)
		return error_set(err, ERR_NOT_FOUND, "it was taken back");
	v = credential_show_secret(call, &client.secrets[client.nsecrets - 1]);
	json_set(
	    v, SLICE("secret"), json_new_string(call->arena, slice_of(secret)));
	return answer_versioned(
	    call, 201, v, (uint64_t)client.credential.version);
}

int
admin_add_secret(struct call *call, struct error *err)
{
	struct form form = { SLICE("730d") };
	char secret[SECRET_SIZE];
	struct client client;
	int64_t until;

	if (credentials_find_to_change(call, call->id, &client, err) == -1 ||
	    check_kind(&client, err) == -1 ||
	    field_read(call->arena, call->body, fields, NELEM(fields),
		FIELD_MADE, &form, err) == -1 ||
	    grant_read_expiry(call->arena, call->caller.now, "'expires'",
		form.expires, &until, err) == -1)
		return -1;
	if (until == 0)
		return error_set(
		    err, ERR_INVALID_VALUE, "a secret has an end: 'expires'");
	if (client_add_secret(call->identity->store, call->caller.now,
		client.credential.id, client.credential.version, until, secret,
		err) == -1)
		return -1;
	return answer_secret(call, secret, err);
}

int
admin_drop_secret(struct call *call, struct error *err)
{
	struct client client;

	if (credentials_find_to_change(call, call->in, &client, err) == -1 ||
	    check_kind(&client, err) == -1 ||
	    client_drop_secret(call->identity->store, client.credential.id,
		client.credential.version, call->id, err) == -1)
		return -1;
	call->reply->status = 204;
	return 0;
}
