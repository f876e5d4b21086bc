/*
 * credential.c: what lets a client in.
 */
#include <stddef.h>
#include <string.h>

#include "auth/address.h"
#include "auth/credential.h"
#include "auth/credential_note.h"
#include "auth/credential_place.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "base/nelem.h"
#include "base/number.h"
#include "json/walk.h"
#include "store/credentials.h"
#include "store/kept.h"
#include "store/tenants.h"

/* clang-format off */
/* The texts of a record; "tenant" is a number beside them. */
static const struct {
	const char	*name;
	size_t		 offset;
} texts[] = {
	{ "id",		offsetof(struct credential, id) },
	{ "kind",	offsetof(struct credential, kind) },
	{ "certificate", offsetof(struct credential, certificate) },
	{ "label",	offsetof(struct credential, label) },
	{ "profile",	offsetof(struct credential, profile) },
	{ "user",	offsetof(struct credential, user) },
	{ "scope",	offsetof(struct credential, scope) },
	{ "role",	offsetof(struct credential, role) },
	{ "tenantName",	offsetof(struct credential, tenant_name) },
	{ "created",	offsetof(struct credential, created) },
	{ "addresses",	offsetof(struct credential, addresses) },
	{ "filter",	offsetof(struct credential, filter) },
	{ "breaker",	offsetof(struct credential, breaker) },
};

/* 0 stands for a member that is not there. */
static const struct {
	const char	*name;
	size_t		 offset;
} numbers[] = {
	{ "expiresAt",	offsetof(struct credential, expires_at) },
	{ "usedAt",	offsetof(struct credential, used_at) },
	{ "version",	offsetof(struct credential, version) },
	{ "quarantinedAt", offsetof(struct credential, quarantined_at) },
};
/* clang-format on */

static const struct kept_form kept = { sizeof(struct credential),
	&texts[0].offset, sizeof(texts[0]), NELEM(texts) };
_Static_assert(sizeof(struct credential) <= KEPT_SIZE_MAX &&
	sizeof(struct credential) % 8 == 0,
    "it can be kept");

static void
set_or_delete(struct json_object *v, const char *name, struct json_object *to)
{
	if (to != NULL)
		json_set(v, slice_of(name), to);
	else
		json_delete(v, slice_of(name));
}

void
credential_set(
    struct arena *a, const struct credential *c, struct json_object *record)
{
	struct slice text;

	for (size_t i = 0; i < NELEM(texts); i++) {
		memcpy(&text, (const char *)c + texts[i].offset, sizeof(text));
		set_or_delete(record, texts[i].name,
		    text.len > 0 ? json_new_string(a, text) : NULL);
	}
	set_or_delete(record, "expiresAt",
	    c->expires_at != 0 ? json_new_integer(a, c->expires_at) : NULL);
	limit_write(a, c->limits, record);
	json_set(record, SLICE("tenant"), json_new_integer(a, c->tenant));
}

struct slice
credential_text(struct arena *a, const struct credential *c)
{
	struct json_object *v = json_new_object(a);

	credential_set(a, c, v);
	return json_text(a, v);
}

static void
take_member(struct arena *a, struct slice name, struct slice value,
    struct credential *c)
{
	struct slice text;
	int64_t n;

	for (size_t i = 0; i < NELEM(texts); i++) {
		if (!slice_equal(name, slice_of(texts[i].name)))
			continue;
		text = walk_string(a, value);
		memcpy((char *)c + texts[i].offset, &text, sizeof(text));
		return;
	}
	for (size_t i = 0; i < NELEM(numbers); i++)
		if (slice_equal(name, slice_of(numbers[i].name)) &&
		    parse_int(value, 0, INT64_MAX, &n, NULL) == 0)
			memcpy((char *)c + numbers[i].offset, &n, sizeof(n));
	limit_read(c->limits, name, value);
}

int
credential_parse(
    struct arena *a, struct slice text, struct credential *c, struct error *err)
{
	struct walk w;
	struct slice name, value;
	int64_t tenant = -1;

	*c = (struct credential){ .tenant = 0 };
	w = walk_enter(arena_slice(a, text));
	while (walk_member(&w, &name, &value))
		if (slice_equal(name, SLICE("tenant")))
			parse_int(value, 0, UINT32_MAX, &tenant, NULL);
		else
			take_member(a, name, value, c);
	if (tenant == -1 || c->id.len == 0)
		return error_set(
		    err, ERR_INTERNAL, "a stored credential is damaged");
	c->tenant = (uint32_t)tenant;
	return 0;
}

bool
credential_lets_in(const struct credential *c)
{
	return !slice_equal(c->kind, SLICE("seen")) &&
	    !slice_equal(c->kind, SLICE("keys"));
}

struct slice
credential_breaker(const struct credential *c)
{
	return c->breaker.len > 0 ? c->breaker : c->id;
}

/* All tenants are the administrators': nobody else gets there by mistake. */
int
credential_check_above(const struct credential *c, struct error *err)
{
	if (c->kind.len > 0 && !slice_equal(c->kind, SLICE("client")))
		return error_set(err, ERR_INVALID_VALUE,
		    "only a token or a client can be of all tenants");
	if (c->role.len > 0 && slice_equal(c->scope, SLICE("admin")))
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "what is of all tenants needs a role, and no scope but 'admin'");
}

int
credential_place(struct kv_txn *txn, struct credential *c, struct error *err)
{
	c->tenant = TENANT_STORE;
	if (c->tenant_name.len == 0)
		return credential_check_above(c, err);
	switch (tenant_find(txn, c->tenant_name, &c->tenant)) {
	case STORE_OK:
		return 0;
	case STORE_NOTFOUND:
		return error_set(err, ERR_NOT_FOUND,
		    "there is no tenant '%.*s'", SLICE_ARG(c->tenant_name));
	default:
		return -1;
	}
}

int
credential_add(struct kv_txn *txn, struct credential *c, struct error *err)
{
	enum store_status status;
	struct slice text = SLICE("");

	if (credential_place(txn, c, err) == -1)
		return -1;
	text = credential_text(store_arena(txn), c);
	status = credential_keep(txn, c, text);
	if (status == STORE_EXISTS)
		return error_set(
		    err, ERR_UNIQUENESS, "there is such a credential already");
	return status == STORE_OK ? credential_note(txn, SLICE(""), text, err)
				  : -1;
}

static int
create_body(struct kv_txn *txn, void *arg, struct error *err)
{
	return credential_add(txn, arg, err);
}

void
credential_name(struct arena *a, int64_t now, struct credential *c)
{
	struct uuid id = uuid_new(now);
	char text[UUID_TEXT_SIZE], at[CLOCK_TEXT_SIZE];

	uuid_format(&id, text);
	clock_format(now, at);
	c->id = slice_of(arena_strdup(a, text));
	c->created = slice_of(arena_strdup(a, at));
}

int
credential_create(struct store *store, struct arena *a, int64_t now,
    struct credential *c, struct error *err)
{
	credential_name(a, now, c);
	return store_txn(store, create_body, c, err);
}

struct search {
	struct arena *a;
	struct credential *credential;
	const unsigned char *key;
};

static int
find_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct search *search = arg;
	struct slice text;

	switch (credential_get(txn, search->key, false, &text)) {
	case STORE_OK:
		return credential_parse(
		    search->a, text, search->credential, err);
	case STORE_NOTFOUND:
		return error_set(
		    err, ERR_UNAUTHORIZED, "no such credential (any more)");
	default:
		return -1;
	}
}

static int
make_credential(struct store *store, struct arena *a, void *key, void *out,
    struct error *err)
{
	struct credential *c = out;
	struct search search = { a, c, key };

	if (store_peek(store, find_body, &search, err) == -1)
		return -1;
	memcpy(c->key, key, DIGEST_LEN);
	return 0;
}

/* Every request asks for one: it is kept. */
int
credential_find(struct store *store, struct arena *a,
    const unsigned char key[DIGEST_LEN], struct credential *c,
    struct error *err)
{
	unsigned char place[1 + DIGEST_LEN] = { 'c' };

	memcpy(place + 1, key, DIGEST_LEN);
	return store_kept(store, a,
	    (struct slice){ (const char *)place, sizeof(place) }, &kept,
	    make_credential, place + 1, c, err);
}

int
credential_check(const struct credential *c, int64_t now, struct slice address,
    struct error *err)
{
	char at[CLOCK_TEXT_SIZE];

	if (c->expires_at != 0 && now >= c->expires_at) {
		clock_format(c->expires_at, at);
		return error_set(err, ERR_UNAUTHORIZED,
		    "credential %.*s expired at %s", SLICE_ARG(c->id), at);
	}
	if (c->addresses.len > 0 && !address_is_in(c->addresses, address))
		return error_set(err, ERR_UNAUTHORIZED,
		    "credential %.*s may not be used from '%.*s', only from "
		    "%.*s",
		    SLICE_ARG(c->id), SLICE_ARG(address),
		    SLICE_ARG(c->addresses));
	return 0;
}

struct touch {
	const struct credential *credential;
	int64_t now;
};

/* What else the record holds stays; one that was revoked stays gone. */
static int
touch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct touch *t = arg;
	struct arena *a = store_arena(txn);
	struct json_object *v;
	struct slice text;
	enum store_status status =
	    credential_get(txn, t->credential->key, true, &text);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (json_parse(a, text, &v, err) == -1)
		return error_set(
		    err, ERR_INTERNAL, "a stored credential is damaged");
	json_set(v, SLICE("usedAt"), json_new_integer(a, t->now));
	return credential_put(txn, t->credential->key, json_text(a, v)) ==
		STORE_OK
	    ? 0
	    : -1;
}

int
credential_touch(struct store *store, const struct credential *c, int64_t now,
    struct error *err)
{
	struct touch touch = { c, now };

	if (now - c->used_at < CREDENTIAL_TOUCH_MS)
		return 0;
	return store_txn(store, touch_body, &touch, err);
}
