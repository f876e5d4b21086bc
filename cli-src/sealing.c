/*
 * sealing.c: what is sealed by the key file of a store that had none.
 */
#include "auth/client.h"
#include "auth/token.h"
#include "feed/stream.h"
#include "sealing.h"
#include "store/secrets.h"
#include "store/tenants.h"

static int
secret_body(struct kv_txn *txn, void *tenant, struct error *err)
{
	(void)err;
	return secret_seal(txn, *(const uint32_t *)tenant) == STORE_FAIL ? -1
									 : 0;
}

static int
stream_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct stream *s = arg;
	struct stream now;

	return stream_load(txn, s->tenant, &s->id, &now, err) == -1
	    ? -1
	    : stream_save(txn, &now);
}

static int
seal_stream(struct stream *s, void *store, struct error *err)
{
	return store_txn(store, stream_body, s, err);
}

static int
seal_client(const struct credential *c, void *store, struct error *err)
{
	return client_seal(store, c->key, err);
}

int
sealing_run(
    struct workplace *w, const struct named_tenants *tenants, struct error *err)
{
	struct store *store = w->identity.store;
	uint32_t tenant = TENANT_STORE;

	if (store_start_sealing(store, err) == -1 ||
	    store_txn(store, secret_body, &tenant, err) == -1)
		return -1;
	for (size_t i = 0; i < tenants->n; i++) {
		tenant = tenants->list[i].number;
		if (store_txn(store, secret_body, &tenant, err) == -1)
			return -1;
	}
	if (stream_each(store, w->arena, seal_stream, store, err) == -1)
		return -1;
	return token_each(
	    store, w->arena, TENANT_STORE, seal_client, store, err);
}
