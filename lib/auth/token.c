/*
 * token.c: opaque bearer tokens.
 */
#include <string.h>

#include "auth/token.h"
#include "store/credentials.h"

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

static int
call_with_key(token_fn *fn, struct credential *c,
    const unsigned char key[DIGEST_LEN], void *arg, struct error *err)
{
	memcpy(c->key, key, DIGEST_LEN);
	return fn(c, arg, err);
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
		if (credential_parse(a, l.texts[i], &credential, err) == -1 ||
		    call_with_key(fn, &credential, l.hashes[i], arg, err) == -1)
			return -1;
	return 0;
}

static int
delete_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)err;
	return credential_delete(txn, arg) == STORE_FAIL ? -1 : 0;
}

/* A client has more than one record: what it has used goes with it. */
int
token_revoke(struct store *store, struct slice id, struct error *err)
{
	struct arena *a = arena_new();
	struct listing l = { .a = a };
	struct credential credential;
	int rc = store_view(store, list_body, &l, err);
	bool found = false;

	for (size_t i = 0; rc == 0 && i < l.n; i++) {
		rc = credential_parse(a, l.texts[i], &credential, err);
		if (rc == -1 || !slice_equal(credential.id, id))
			continue;
		found = true;
		rc = store_txn(store, delete_body, l.hashes[i], err);
	}
	arena_free(a);
	if (rc == 0 && !found)
		return error_set(err, ERR_NOT_FOUND,
		    "there is no token with the id '%.*s'", SLICE_ARG(id));
	return rc;
}
