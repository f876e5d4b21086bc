/*
 * token.c: opaque bearer tokens.
 */
#include <stddef.h>
#include <string.h>

#include "auth/token.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "base/number.h"
#include "base/uuid.h"
#include "json/walk.h"
#include "store/credentials.h"
#include "store/tenants.h"

static const char prefix[] = "mst_";
static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz";

/* Letters and digits; a byte that would favour some is thrown away. */
static void
make_secret(char secret[TOKEN_SIZE])
{
	const unsigned n = sizeof(alphabet) - 1, limit = 256 / n * n;
	size_t len = sizeof(prefix) - 1;
	unsigned char byte;

	memcpy(secret, prefix, len);
	while (len < TOKEN_LEN) {
		digest_random(&byte, 1);
		if (byte < limit)
			secret[len++] = alphabet[byte % n];
	}
	secret[len] = '\0';
}

/* The texts of a stored credential; "tenant" is a number beside them. */
static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{ "id", offsetof(struct credential, id) },
	{ "label", offsetof(struct credential, label) },
	{ "profile", offsetof(struct credential, profile) },
	{ "user", offsetof(struct credential, user) },
	{ "scope", offsetof(struct credential, scope) },
	{ "tenantName", offsetof(struct credential, tenant_name) },
	{ "created", offsetof(struct credential, created) },
};

static struct slice
to_text(struct arena *a, const struct credential *c)
{
	struct json_object *v = json_new_object(a);
	struct slice text;

	for (size_t i = 0; i < NELEM(fields); i++) {
		memcpy(&text, (const char *)c + fields[i].offset, sizeof(text));
		json_set(v, slice_of(fields[i].name), json_new_string(a, text));
	}
	json_set(v, SLICE("tenant"), json_new_integer(a, c->tenant));
	return json_text(a, v);
}

static void
take_field(struct arena *a, struct slice name, struct slice value,
    struct credential *c)
{
	struct slice text;

	for (size_t i = 0; i < NELEM(fields); i++) {
		if (!slice_equal(name, slice_of(fields[i].name)))
			continue;
		text = walk_string(a, value);
		memcpy((char *)c + fields[i].offset, &text, sizeof(text));
	}
}

/* Every request does this: the text is walked, no tree is built. */
static int
from_text(
    struct arena *a, struct slice text, struct credential *c, struct error *err)
{
	struct walk w;
	struct slice name, value;
	int64_t tenant = -1;

	*c = (struct credential){ .tenant = 0 };
	/* TEXT is gone with its transaction. */
	w = walk_enter(arena_slice(a, text));
	while (walk_member(&w, &name, &value))
		if (slice_equal(name, SLICE("tenant")))
			parse_int(value, 0, UINT32_MAX, &tenant, NULL);
		else
			take_field(a, name, value, c);
	if (tenant == -1 || c->id.len == 0)
		return error_set(
		    err, ERR_INTERNAL, "a stored credential is damaged");
	c->tenant = (uint32_t)tenant;
	return 0;
}

struct creation {
	struct arena *a;
	struct credential *credential;
	unsigned char hash[DIGEST_LEN];
};

static int
create_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct creation *creation = arg;
	struct credential *c = creation->credential;
	enum store_status status;

	status = tenant_find(txn, c->tenant_name, &c->tenant);
	if (status == STORE_NOTFOUND)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no tenant '%.*s'", SLICE_ARG(c->tenant_name));
	if (status == STORE_FAIL)
		return -1;
	return credential_insert(txn, creation->hash,
		   to_text(store_arena(txn), c)) == STORE_OK
	    ? 0
	    : -1;
}

int
token_create(struct store *store, struct arena *a, int64_t now,
    struct credential *credential, char secret[TOKEN_SIZE], struct error *err)
{
	struct creation creation = { .a = a, .credential = credential };
	struct uuid id = uuid_new(now);
	char text[UUID_TEXT_SIZE], at[CLOCK_TEXT_SIZE];

	make_secret(secret);
	digest_sha256(slice_of(secret), creation.hash);
	uuid_format(&id, text);
	clock_format(now, at);
	credential->id = slice_of(arena_strdup(a, text));
	credential->created = slice_of(arena_strdup(a, at));
	return store_txn(store, create_body, &creation, err);
}

struct search {
	struct arena *a;
	struct credential *credential;
	unsigned char hash[DIGEST_LEN];
};

static int
find_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct search *search = arg;
	struct slice text;
	enum store_status status;

	status = credential_get(txn, search->hash, &text);
	if (status == STORE_NOTFOUND)
		return error_set(
		    err, ERR_UNAUTHORIZED, "the bearer token is not valid");
	if (status == STORE_FAIL)
		return -1;
	return from_text(search->a, text, search->credential, err);
}

int
token_find(struct store *store, struct arena *a,
    const unsigned char hash[DIGEST_LEN], struct credential *credential,
    struct error *err)
{
	struct search search = { .a = a, .credential = credential };

	memcpy(search.hash, hash, DIGEST_LEN);
	return store_peek(store, find_body, &search, err);
}

struct listing {
	struct arena *a;
	struct slice *texts;
	unsigned char (*hashes)[DIGEST_LEN];
	size_t n;
	size_t size;
};

static void
grow(struct listing *l)
{
	size_t size = l->size == 0 ? 16 : l->size * 2;

	if (l->n < l->size)
		return;
	l->texts = arena_grow(
	    l->a, l->texts, l->n * sizeof(*l->texts), size * sizeof(*l->texts));
	l->hashes = arena_grow(l->a, l->hashes, l->n * sizeof(*l->hashes),
	    size * sizeof(*l->hashes));
	l->size = size;
}

static int
list_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct listing *l = arg;
	unsigned char hash[DIGEST_LEN];
	struct kv_range *range;
	struct slice text;
	enum store_status status;

	(void)err;
	l->n = 0;
	if (credentials_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = credentials_next(range, hash, &text)) == STORE_OK) {
		grow(l);
		memcpy(l->hashes[l->n], hash, sizeof(hash));
		l->texts[l->n++] = arena_slice(l->a, text);
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

int
token_each(struct store *store, struct arena *a, token_fn *fn, void *arg,
    struct error *err)
{
	struct listing l = { .a = a };
	struct credential credential;

	if (store_view(store, list_body, &l, err) == -1)
		return -1;
	for (size_t i = 0; i < l.n; i++)
		if (from_text(a, l.texts[i], &credential, err) == -1 ||
		    fn(&credential, arg, err) == -1)
			return -1;
	return 0;
}

static int
delete_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)err;
	return credential_delete(txn, arg) == STORE_FAIL ? -1 : 0;
}

int
token_revoke(struct store *store, struct slice id, struct error *err)
{
	struct arena *a = arena_new();
	struct listing l = { .a = a };
	struct credential credential;
	int rc = store_view(store, list_body, &l, err);
	bool found = false;

	for (size_t i = 0; rc == 0 && !found && i < l.n; i++) {
		rc = from_text(a, l.texts[i], &credential, err);
		found = rc == 0 && slice_equal(credential.id, id);
		if (found)
			rc = store_txn(store, delete_body, l.hashes[i], err);
	}
	arena_free(a);
	if (rc == 0 && !found)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no token with the id '%.*s'", SLICE_ARG(id));
	return rc;
}
