/*
 * store_key.c: the key file of a store, and which one it is.
 *
 * The row "key" of the meta table has the mark of the key: a store is not
 * entered with another one, which would seal what nobody can open.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/store_private.h"

static const struct slice key_row = { "key", 3 };

void
store_name_key(struct store *store, const struct store_options *options)
{
	bool inside = options->key_file == NULL || options->key_file[0] == '\0';
	size_t size =
	    strlen(inside ? options->dir : options->key_file) + sizeof("/key");

	store->key_is_inside = inside;
	store->key_file = malloc(size);
	if (store->key_file == NULL)
		fatal("out of memory");
	snprintf(store->key_file, size, "%s%s",
	    inside ? options->dir : options->key_file, inside ? "/key" : "");
}

const struct vault *
store_vault(const struct store *store)
{
	return &store->vault;
}

const char *
store_outer_key(const struct store *store)
{
	return store->vault.is_on && !store->key_is_inside ? store->key_file
							   : NULL;
}

static int
refuse_key(const struct store *store, const char *why, struct error *err)
{
	return error_set(err, ERR_INTERNAL,
	    "%s: %s; bring the key file of this store back, or name it: "
	    "MUSTER_KEY_FILE",
	    store->key_file, why);
}

static int
check_mark(struct store *store, struct slice mark, struct error *err)
{
	unsigned char ours[VAULT_MARK_LEN];

	if (vault_read(&store->vault, store->key_file, err) == -1)
		return -1;
	if (!store->vault.has_key)
		return refuse_key(store, "there is no such file", err);
	vault_mark(&store->vault, ours);
	if (mark.len != sizeof(ours) ||
	    !digest_equal(mark.data, ours, sizeof(ours)))
		return refuse_key(
		    store, "this is the key of another store", err);
	store->vault.is_on = true;
	return 0;
}

static int
put_mark(struct store *store, struct kv_txn *txn, struct error *err)
{
	unsigned char mark[VAULT_MARK_LEN];

	if (vault_make(&store->vault, store->key_file, err) == -1)
		return -1;
	vault_mark(&store->vault, mark);
	if (kv_put(txn, KV_META, key_row,
		(struct slice){ (const char *)mark, sizeof(mark) }) != STORE_OK)
		return -1;
	store->vault.is_on = true;
	return 0;
}

int
store_check_key(
    struct store *store, struct kv_txn *txn, bool create, struct error *err)
{
	struct slice mark;

	store->vault.is_on = false;
	switch (kv_get(txn, KV_META, key_row, create, &mark)) {
	case STORE_OK:
		return check_mark(store, mark, err);
	case STORE_NOTFOUND:
		return create ? put_mark(store, txn, err) : 0;
	default:
		return -1;
	}
}

static int
start_body(struct kv_txn *txn, void *store, struct error *err)
{
	return store_check_key(store, txn, true, err);
}

int
store_start_sealing(struct store *store, struct error *err)
{
	return store_txn(store, start_body, store, err);
}
