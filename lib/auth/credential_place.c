/*
 * credential_place.c: where the record of a credential is.
 *
 * Nobody is to wait longer for an id that there is not than for one that there
 * is, in whatever tenant: so all have places, or are given them, once.
 */
#include <string.h>

#include "auth/credential_place.h"

enum { BATCH = 100 };

static enum store_status
put_places(
    struct kv_txn *txn, const struct credential *c, const unsigned char *key)
{
	enum store_status status =
	    credential_put_place(txn, c->id, key, c->tenant);

	if (status == STORE_OK)
		status = credential_put_owner(txn, c->tenant, c->id, key);
	if (status == STORE_OK && c->breaker.len > 0)
		status = credential_put_rotation(txn, c->breaker, c->id, key);
	return status;
}

/* In a store without any credential all have places. */
static enum store_status
note_first(struct kv_txn *txn)
{
	unsigned char key[DIGEST_LEN];
	enum store_status status;
	struct kv_range *range;
	struct slice text;

	switch (credentials_are_placed(txn)) {
	case 1:
		return STORE_OK;
	case -1:
		return STORE_FAIL;
	}
	if (credentials_open(txn, &range) != STORE_OK)
		return STORE_FAIL;
	status = credentials_next(range, key, &text);
	kv_range_close(range);
	if (status == STORE_NOTFOUND)
		status = credentials_set_placed(txn);
	return status;
}

enum store_status
credential_keep(
    struct kv_txn *txn, const struct credential *c, struct slice text)
{
	enum store_status status = note_first(txn);

	if (status == STORE_OK)
		status = credential_insert(txn, c->key, text);
	return status == STORE_OK ? put_places(txn, c, c->key) : status;
}

enum store_status
credential_forget(
    struct kv_txn *txn, uint32_t tenant, struct slice id, struct slice breaker)
{
	enum store_status status = credential_delete_place(txn, id);

	if (status != STORE_FAIL)
		status = credential_delete_owner(txn, tenant, id);
	if (status != STORE_FAIL && breaker.len > 0)
		status = credential_delete_rotation(txn, breaker, id);
	return status;
}

struct placing {
	unsigned char keys[BATCH][DIGEST_LEN];
	unsigned char last[DIGEST_LEN];
	size_t n;
	bool has_last;
};

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct placing *p = arg;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice text;

	(void)err;
	p->n = 0;
	if (credentials_open_after(txn, p->has_last ? p->last : NULL, &range) !=
	    STORE_OK)
		return -1;
	while (p->n < BATCH &&
	    (status = credentials_next(range, p->keys[p->n], &text)) ==
		STORE_OK)
		p->n++;
	kv_range_close(range);
	return p->n < BATCH && status == STORE_FAIL ? -1 : 0;
}

/* One may be gone by now; the last batch is not full. */
static int
place_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct placing *p = arg;
	enum store_status status = STORE_OK;
	struct credential c;
	struct slice text;

	for (size_t i = 0; i < p->n && status != STORE_FAIL; i++) {
		status = credential_get(txn, p->keys[i], true, &text);
		if (status != STORE_OK)
			continue;
		if (credential_parse(store_arena(txn), text, &c, err) == -1)
			return -1;
		if (credential_lets_in(&c))
			status = put_places(txn, &c, p->keys[i]);
	}
	if (status != STORE_FAIL && p->n < BATCH)
		status = credentials_set_placed(txn);
	return status == STORE_FAIL ? -1 : 0;
}

int
credentials_place_all(struct store *store, struct error *err)
{
	struct placing p = { .n = BATCH };

	while (p.n == BATCH) {
		if (store_view(store, read_body, &p, err) == -1 ||
		    store_txn(store, place_body, &p, err) == -1)
			return -1;
		if (p.n > 0)
			memcpy(p.last, p.keys[p.n - 1], DIGEST_LEN);
		p.has_last = true;
	}
	return 0;
}
