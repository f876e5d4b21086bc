/*
 * seal.c: cursors of lists in the store.
 */
#include <string.h>

#include "identity/change.h"
#include "identity/seal.h"
#include "store/kept.h"
#include "store/secrets.h"

struct lookup {
	const struct caller *caller;
	unsigned char *secret;
	bool make;
	bool found;
};

static int
secret_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct lookup *l = arg;
	enum store_status status;

	if (l->make && change_begin(txn, l->caller, err) == -1)
		return -1;
	status = secret_get(txn, l->caller->tenant, l->make, l->secret);
	l->found = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

static int
make_secret(struct store *store, struct arena *a, void *arg, void *out,
    struct error *err)
{
	struct lookup *l = arg;

	(void)a;
	l->secret = out;
	if (store_view(store, secret_body, l, err) == -1)
		return -1;
	if (l->found)
		return 0;
	l->make = true;
	return store_txn(store, secret_body, l, err);
}

/* Every page asks for it: it is kept. */
int
seal_init(struct seal *seal, const struct identity *identity,
    const struct caller *caller, struct error *err)
{
	static const struct kept_form form = { .size = DIGEST_LEN };
	struct lookup l = { .caller = caller };
	char place[1 + sizeof(caller->tenant)] = { 's' };

	memcpy(place + 1, &caller->tenant, sizeof(caller->tenant));
	return store_kept(identity->store, caller->arena,
	    (struct slice){ place, sizeof(place) }, &form, make_secret, &l,
	    seal->secret, err);
}

int
seal_open(const struct seal *seal, struct arena *a, const struct caller *caller,
    struct slice text, const struct cursor **out, struct error *err)
{
	struct cursor *cursor;

	*out = NULL;
	if (text.len == 0)
		return 0;
	cursor = arena_alloc(a, sizeof(*cursor));
	if (cursor_open(a, seal->secret, seal->binding, text, cursor, err) ==
	    -1)
		return -1;
	if (caller->now - cursor->issued_at > CURSOR_TIMEOUT * 1000)
		return error_set(err, ERR_EXPIRED_CURSOR,
		    "the cursor is older than %d seconds", CURSOR_TIMEOUT);
	if (cursor->count != seal->count)
		return error_set(err, ERR_INVALID_COUNT,
		    "'count' was %lld on the first page, is %lld now",
		    (long long)cursor->count, (long long)seal->count);
	*out = cursor;
	return 0;
}

void
seal_print(const struct seal *seal, struct arena *a,
    const struct cursor *cursor, struct buf *out)
{
	buf_printf(out, ",\"nextCursor\":\"%.*s\"",
	    SLICE_ARG(cursor_seal(a, seal->secret, seal->binding, cursor)));
}
