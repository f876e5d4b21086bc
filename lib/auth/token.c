/*
 * token.c: opaque bearer tokens.
 */
#include <string.h>

#include "auth/credential_note.h"
#include "auth/credential_place.h"
#include "auth/issued_keys.h"
#include "auth/seen.h"
#include "auth/token.h"
#include "json/json.h"
#include "store/credentials.h"
#include "store/tenants.h"

int
token_create(struct store *store, struct arena *a, int64_t now,
    struct credential *credential, char secret[SECRET_SIZE], struct error *err)
{
	secret_make(TOKEN_PREFIX, secret);
	digest_sha256(slice_of(secret), credential->key);
	return credential_create(store, a, now, credential, err);
}

/* For the log: what the client could have done wrong. */
static int
not_found(struct slice secret, struct error *err)
{
	const char *fault = secret_fault(TOKEN_PREFIX, secret);

	return error_set(err, ERR_UNAUTHORIZED, "no such token: %s",
	    fault != NULL ? fault : "it was revoked, or is of another store");
}

int
token_find(struct store *store, struct arena *a, struct slice secret,
    struct credential *credential, struct error *err)
{
	unsigned char key[DIGEST_LEN];

	digest_sha256(secret, key);
	if (credential_find(store, a, key, credential, err) == 0)
		return 0;
	return err->code == ERR_UNAUTHORIZED ? not_found(secret, err) : -1;
}

struct listing {
	struct arena *a;
	uint32_t tenant; /* TENANT_STORE: all */
	bool is_sure;	 /* that no other is the tenant's */
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

static void
add(struct listing *l, const unsigned char hash[DIGEST_LEN], struct slice text)
{
	grow(l);
	memcpy(l->hashes[l->n], hash, DIGEST_LEN);
	l->texts[l->n++] = arena_slice(l->a, text);
}

static int
list_all(struct kv_txn *txn, struct listing *l)
{
	unsigned char hash[DIGEST_LEN];
	struct kv_range *range;
	struct slice text;
	enum store_status status;

	if (credentials_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = credentials_next(range, hash, &text)) == STORE_OK)
		add(l, hash, text);
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

/* What is gone meanwhile is passed over. */
static int
list_owned(struct kv_txn *txn, struct listing *l)
{
	unsigned char hash[DIGEST_LEN];
	enum store_status status, found = STORE_OK;
	struct kv_range *range;
	struct slice text;

	if (credential_open_owned(txn, l->tenant, &range) != STORE_OK)
		return -1;
	while (found != STORE_FAIL &&
	    (status = credential_next_key(range, hash)) == STORE_OK) {
		found = credential_get(txn, hash, false, &text);
		if (found == STORE_OK)
			add(l, hash, text);
	}
	kv_range_close(range);
	return found != STORE_FAIL && status == STORE_NOTFOUND ? 0 : -1;
}

static int
list_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct listing *l = arg;
	int placed = credentials_are_placed(txn);

	(void)err;
	l->n = 0;
	l->is_sure = l->tenant == TENANT_STORE || placed == 1;
	if (placed == -1)
		return -1;
	return l->tenant == TENANT_STORE ? list_all(txn, l)
					 : list_owned(txn, l);
}

static int
call_with_key(token_fn *fn, struct credential *c,
    const unsigned char key[DIGEST_LEN], void *arg, struct error *err)
{
	memcpy(c->key, key, DIGEST_LEN);
	return fn(c, arg, err);
}

int
token_each(struct store *store, struct arena *a, uint32_t tenant, token_fn *fn,
    void *arg, struct error *err)
{
	struct listing l = { .a = a, .tenant = tenant };
	struct credential credential;

	if (store_view(store, list_body, &l, err) == -1)
		return -1;
	if (!l.is_sure &&
	    (credentials_place_all(store, err) == -1 ||
		store_view(store, list_body, &l, err) == -1))
		return -1;
	for (size_t i = 0; i < l.n; i++)
		if (credential_parse(a, l.texts[i], &credential, err) == -1 ||
		    call_with_key(fn, &credential, l.hashes[i], arg, err) == -1)
			return -1;
	return 0;
}

struct id_search {
	struct arena *a;
	uint32_t tenant; /* TENANT_STORE: any */
	struct slice id;
	struct credential *found;
	bool is_found;
	bool is_sure; /* whether it is found or not */
};

static int
no_credential(struct slice id, struct error *err)
{
	return error_set(err, ERR_NOT_FOUND,
	    "there is no token with the id '%.*s'", SLICE_ARG(id));
}

/*
 * The place of ID; one of another tenant is none, and nothing else is read for
 * it.
 */
static enum store_status
find_place(struct kv_txn *txn, const struct id_search *s, unsigned char *key)
{
	uint32_t tenant;
	enum store_status status =
	    credential_get_place(txn, s->id, key, &tenant);

	if (status == STORE_OK && s->tenant != TENANT_STORE &&
	    s->tenant != tenant)
		return STORE_NOTFOUND;
	return status;
}

/* A place may be another's by now, or not be there yet. */
static int
look_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct id_search *s = arg;
	unsigned char key[DIGEST_LEN];
	struct slice text;
	enum store_status status = find_place(txn, s, key);
	bool has_place = status == STORE_OK;
	int placed = credentials_are_placed(txn);

	s->is_found = false;
	if (has_place)
		status = credential_get(txn, key, false, &text);
	s->is_sure = placed == 1 && (!has_place || status != STORE_OK);
	if (status != STORE_OK || placed == -1)
		return status == STORE_NOTFOUND && placed != -1 ? 0 : -1;
	if (credential_parse(s->a, text, s->found, err) == -1)
		return -1;
	memcpy(s->found->key, key, sizeof(key));
	s->is_found = credential_lets_in(s->found) &&
	    slice_equal(s->found->id, s->id) &&
	    (s->tenant == TENANT_STORE || s->tenant == s->found->tenant);
	return 0;
}

int
token_find_id(struct store *store, struct arena *a, uint32_t tenant,
    struct slice id, struct credential *credential, struct error *err)
{
	struct id_search s = {
		.a = a, .tenant = tenant, .id = id, .found = credential
	};

	if (store_view(store, look_body, &s, err) == -1)
		return -1;
	if (!s.is_found && !s.is_sure &&
	    (credentials_place_all(store, err) == -1 ||
		store_view(store, look_body, &s, err) == -1))
		return -1;
	return s.is_found ? 0 : no_credential(id, err);
}

int
token_find_breaker(struct store *store, struct arena *a, struct slice id,
    struct slice *breaker, struct error *err)
{
	struct credential c;

	*breaker = id;
	if (token_find_id(store, a, TENANT_STORE, id, &c, err) == 0) {
		*breaker = credential_breaker(&c);
		return 0;
	}
	return err->code == ERR_NOT_FOUND ? 0 : -1;
}

struct rotation {
	const struct credential *old;
	int64_t old_expires_at;
	struct credential *next;
};

static int
set_expiry(struct arena *a, struct json_object *record, const void *arg,
    struct error *err)
{
	const int64_t *at = arg;

	(void)err;
	if (*at == 0)
		json_delete(record, SLICE("expiresAt"));
	else
		json_set(record, SLICE("expiresAt"), json_new_integer(a, *at));
	return 0;
}

/* What the old one is kept from, the new one is, from the start. */
static int
keep_quarantine(struct kv_txn *txn, const struct rotation *r, struct error *err)
{
	struct credential old;
	struct slice text;

	if (credential_get(txn, r->old->key, false, &text) != STORE_OK ||
	    credential_parse(store_arena(txn), text, &old, err) == -1)
		return -1;
	return old.quarantined_at == 0
	    ? 0
	    : credential_set_quarantine(
		  txn, credential_breaker(&old), old.quarantined_at, err);
}

static int
rotate_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct rotation *r = arg;
	bool as_it_is = r->old_expires_at == TOKEN_AS_IT_IS;

	if (credential_change_in(txn, r->old->key, r->old->version,
		as_it_is ? NULL : set_expiry, &r->old_expires_at, err) == -1 ||
	    credential_add(txn, r->next, err) == -1)
		return -1;
	return keep_quarantine(txn, r, err);
}

int
token_rotate(struct store *store, struct arena *a, int64_t now,
    const struct credential *old, int64_t old_expires_at,
    struct credential *next, char secret[SECRET_SIZE], struct error *err)
{
	struct rotation r = { old, old_expires_at, next };

	secret_make(TOKEN_PREFIX, secret);
	digest_sha256(slice_of(secret), next->key);
	next->breaker = credential_breaker(old);
	credential_name(a, now, next);
	return store_txn(store, rotate_body, &r, err);
}

struct deletion {
	const struct credential *credential;
	int64_t version;
};

/* What a client has used, and the keys of its issuer, go with it. */
static int
delete_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct deletion *d = arg;
	const struct credential *c = d->credential;
	struct slice text;

	switch (credential_get(txn, c->key, true, &text)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return d->version == CREDENTIAL_ANY
		    ? 0
		    : error_set(err, ERR_NOT_FOUND,
			  "the credential was taken back meanwhile");
	default:
		return -1;
	}
	if (credential_check_version(text, d->version, err) == -1 ||
	    credential_delete(txn, c->key) == STORE_FAIL ||
	    credential_forget(txn, c->tenant, c->id, c->breaker) ==
		STORE_FAIL ||
	    seen_forget(txn, c->id) == -1 ||
	    issued_keys_forget(txn, c->id) == -1)
		return -1;
	return credential_note(txn, text, SLICE(""), err);
}

int
token_revoke(
    struct store *store, struct slice id, int64_t version, struct error *err)
{
	struct arena *a = arena_new();
	struct credential c;
	struct deletion d = { &c, version };
	int rc = token_find_id(store, a, TENANT_STORE, id, &c, err);

	if (rc == 0)
		rc = store_txn(store, delete_body, &d, err);
	arena_free(a);
	return rc;
}
