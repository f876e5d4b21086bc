/*
 * credential_change.c: the record of a credential is changed.
 */
#include "auth/credential_change.h"
#include "auth/credential_note.h"
#include "base/number.h"
#include "json/json.h"
#include "json/walk.h"
#include "store/credentials.h"

struct edit {
	const unsigned char *key;
	int64_t version;
	credential_change_fn *change;
	const void *arg;
};

int
credential_check_version(
    struct slice record, int64_t version, struct error *err)
{
	struct slice text;
	int64_t is = 0;

	if (walk_find(record, SLICE("version"), &text) &&
	    parse_int(text, 0, INT64_MAX, &is, NULL) == -1)
		return error_set(
		    err, ERR_INTERNAL, "a stored credential is damaged");
	return version == CREDENTIAL_ANY || version == is
	    ? 0
	    : error_set(err, ERR_PRECONDITION,
		  "the credential was changed meanwhile");
}

int
credential_change_in(struct kv_txn *txn, const unsigned char key[DIGEST_LEN],
    int64_t version, credential_change_fn *change, const void *arg,
    struct error *err)
{
	struct arena *a = store_arena(txn);
	struct json_object *v;
	struct slice text;
	enum store_status status = credential_get(txn, key, true, &text);

	if (status == STORE_NOTFOUND)
		return error_set(
		    err, ERR_NOT_FOUND, "there is no such credential");
	if (status == STORE_FAIL || json_parse(a, text, &v, err) == -1 ||
	    credential_check_version(text, version, err) == -1)
		return -1;
	if (change == NULL)
		return 0;
	version = json_integer(json_get(v, "version"));
	if (change(a, v, arg, err) == -1)
		return -1;
	json_set(v, SLICE("version"), json_new_integer(a, version + 1));
	if (credential_put(txn, key, json_text(a, v)) != STORE_OK)
		return -1;
	return credential_note(txn, text, json_text(a, v), err);
}

static int
edit_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct edit *e = arg;

	return credential_change_in(
	    txn, e->key, e->version, e->change, e->arg, err);
}

int
credential_change(struct store *store, const unsigned char key[DIGEST_LEN],
    int64_t version, credential_change_fn *change, const void *arg,
    struct error *err)
{
	struct edit e = { key, version, change, arg };

	return store_txn(store, edit_body, &e, err);
}
