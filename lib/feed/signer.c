/*
 * signer.c: the key that signs the events of a tenant.
 */
#include "base/digest.h"
#include "feed/signer.h"
#include "store/secrets.h"
#include "store/tenants.h"

struct lookup {
	uint32_t tenant;
	bool make;
	bool found;
	unsigned char secret[DIGEST_LEN];
};

static int
secret_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct lookup *l = arg;
	enum store_status status;
	int gone = l->make ? tenant_is_gone(txn, l->tenant) : 0;

	if (gone == 1)
		return error_set(
		    err, ERR_NOT_FOUND, "the tenant is being deleted");
	status = gone == -1 ? STORE_FAIL
			    : secret_get(txn, l->tenant, l->make, l->secret);
	l->found = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

static int
find_secret(struct store *store, struct lookup *l, struct error *err)
{
	if (store_view(store, secret_body, l, err) == -1)
		return -1;
	l->make = !l->found;
	return l->make ? store_txn(store, secret_body, l, err) : 0;
}

int
signer_open(struct store *store, uint32_t tenant, struct sign_key **out,
    struct error *err)
{
	struct lookup l = { .tenant = tenant };

	if (find_secret(store, &l, err) == -1)
		return -1;
	*out = sign_key_new(l.secret);
	return 0;
}

int
signer_open_public(struct store *store, uint32_t tenant, struct slice name,
    struct sign_key **out, struct error *err)
{
	struct lookup l = { .tenant = tenant };

	if (find_secret(store, &l, err) == -1)
		return -1;
	if (tenant == TENANT_STORE)
		digest_hmac(l.secret, name, l.secret);
	*out = sign_key_new(l.secret);
	return 0;
}
