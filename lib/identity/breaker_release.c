/*
 * breaker_release.c: an administrator has looked: a credential that was held
 * goes on, or what it wanted is forgotten.
 *
 * First what is pending, members before their groups, then the notes of what
 * was held, then the row, by a transaction that finds none of them left: who
 * is interrupted, or has done as much as one call may, finds the credential
 * held, and goes on with the next.
 */
#include "auth/credential.h"
#include "identity/breaker_private.h"
#include "json/json.h"
#include "json/walk.h"

enum { BATCH = 100 };

/* A few notes of one list. */
struct batch {
	const struct caller *caller;
	struct slice credential;
	enum breaker_list list;
	struct uuid ids[BATCH];
	struct slice types[BATCH];
	enum breaker_act acts[BATCH];
	size_t n;
	size_t done; /* of them: these go */
};

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct batch *b = arg;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice note, type;

	(void)err;
	b->n = 0;
	if (breaker_notes_open(txn, b->caller->tenant, b->credential, b->list,
		&range) != STORE_OK)
		return -1;
	while (b->n < BATCH &&
	    (status = breaker_notes_next(range, &b->ids[b->n], &note)) ==
		STORE_OK) {
		b->types[b->n] = walk_find(note, SLICE("type"), &type)
		    ? arena_slice(
			  b->caller->arena, walk_string(store_arena(txn), type))
		    : SLICE("");
		b->acts[b->n] = breaker_act_of(store_arena(txn), note);
		b->n++;
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static int
forget_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct batch *b = arg;

	(void)err;
	for (size_t i = 0; i < b->done; i++)
		if (breaker_note_delete(txn, b->caller->tenant, b->credential,
			b->list, &b->ids[i]) == STORE_FAIL)
			return -1;
	return 0;
}

/*
 * What CREDENTIAL asked for is done in its name, and not held again; gone is
 * gone.
 */
static int
write_as(const struct identity *identity, const struct caller *caller,
    struct slice credential, struct write_request *request, struct error *err)
{
	struct identity unbroken = *identity;
	struct caller as = *caller;

	unbroken.breaker_window = 0;
	as.actor = credential;
	if (identity_write(&unbroken, &as, request, err) == 0)
		return 0;
	return err->code == ERR_NOT_FOUND ? 0 : -1;
}

int
breaker_patch(const struct identity *identity, const struct caller *caller,
    struct slice credential, const struct resource_type *type,
    const struct uuid *id, struct slice operations, struct error *err)
{
	struct write_request request = { .kind = WRITE_PATCH, .type = type };
	char text[UUID_TEXT_SIZE];

	uuid_format(id, text);
	request.id = slice_of(text);
	return json_parse(caller->arena,
		   ARENA_JOIN(caller->arena,
		       SLICE("{\"schemas\":[\"" URN_MESSAGES
			     "2.0:PatchOp\"],\"Operations\":["),
		       operations, SLICE("]}")),
		   &request.body, err) == -1
	    ? -1
	    : write_as(identity, caller, credential, &request, err);
}

/* Who leaves a group has left it (breaker_left.c). */
static int
do_one(const struct identity *identity, const struct batch *b, size_t i,
    struct error *err)
{
	struct write_request request = { .kind = WRITE_DELETE,
		.type = catalog_find_type(identity->catalog, b->types[i]) };
	char id[UUID_TEXT_SIZE];

	if (request.type == NULL || b->acts[i] == BREAKER_REMOVE)
		return 0;
	if (b->acts[i] == BREAKER_DISABLE)
		return breaker_patch(identity, b->caller, b->credential,
		    request.type, &b->ids[i],
		    SLICE("{\"op\":\"replace\",\"path\":\"active\","
			  "\"value\":false}"),
		    err);
	uuid_format(&b->ids[i], id);
	request.id = slice_of(id);
	return write_as(identity, b->caller, b->credential, &request, err);
}

struct releasing {
	const struct caller *caller;
	struct slice credential;
	int64_t until;
	const char *what; /* of the event */
	bool do_it;
	size_t left; /* notes that may still go by this call */
	bool is_released;
};

/*
 * The notes of LIST go, and with DO_IT what they are about.
 *
 * Returns: 1 when all are gone, 0 when no more may, -1.
 */
static int
clear(const struct identity *identity, struct releasing *r,
    enum breaker_list list, bool do_it, struct error *err)
{
	struct batch b = {
		.caller = r->caller, .credential = r->credential, .list = list
	};
	int rc = 0;

	do {
		if (r->left == 0)
			return 0;
		if (store_view(identity->store, read_body, &b, err) == -1)
			return -1;
		for (b.done = 0; rc == 0 && b.done < b.n; b.done += rc == 0)
			if (do_it)
				rc = do_one(identity, &b, b.done, err);
		if (b.done > 0 &&
		    store_txn(identity->store, forget_body, &b, err) == -1)
			return -1;
		r->left -= b.done < r->left ? b.done : r->left;
	} while (rc == 0 && b.n == BATCH);
	return rc == 0 ? 1 : -1;
}

static int
exists_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct releasing *r = arg;
	struct slice row;

	switch (
	    breaker_get(txn, r->caller->tenant, r->credential, false, &row)) {
	case STORE_OK:
		return 0;
	case STORE_NOTFOUND:
		return error_set(err, ERR_NOT_FOUND,
		    "nothing is noted of a credential '%.*s'",
		    SLICE_ARG(r->credential));
	default:
		return -1;
	}
}

/* Is nothing left of a list?  1, 0, or -1. */
static int
is_empty(struct kv_txn *txn, const struct releasing *r, enum breaker_list list)
{
	enum store_status status;
	struct kv_range *range;
	struct slice note;
	struct uuid id;

	if (breaker_notes_open(txn, r->caller->tenant, r->credential, list,
		&range) != STORE_OK)
		return -1;
	status = breaker_notes_next(range, &id, &note);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : status == STORE_NOTFOUND;
}

static int
has_none_left(struct kv_txn *txn, const struct releasing *r)
{
	enum store_status status;
	struct uuid group, member;
	struct kv_range *range;

	if (breaker_left_open(txn, r->caller->tenant, r->credential, NULL,
		&range) != STORE_OK)
		return -1;
	status = breaker_left_next(range, &group, &member);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : status == STORE_NOTFOUND;
}

/* Who holds the row keeps others from adding to what is pending. */
static int
is_all_gone(struct kv_txn *txn, const struct releasing *r)
{
	int gone = has_none_left(txn, r);

	if (gone == 1)
		gone = is_empty(txn, r, BREAKER_PENDING);
	if (gone == 1)
		gone = is_empty(txn, r, BREAKER_HELD);
	return gone;
}

static int
release_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct releasing *r = arg;
	struct breaker_window w;
	struct slice row;
	int gone;

	r->is_released = false;
	/* A row that is damaged is written anew. */
	if (change_begin(txn, r->caller, err) == -1 ||
	    breaker_get(txn, r->caller->tenant, r->credential, true, &row) ==
		STORE_FAIL ||
	    (gone = is_all_gone(txn, r)) == -1)
		return -1;
	if (gone == 0)
		return 0;
	w = (struct breaker_window){ .released_until = r->until };
	if (credential_set_quarantine(txn, r->credential, 0, err) == -1 ||
	    breaker_save(txn, r->caller->tenant, r->credential, &w) == -1)
		return -1;
	r->is_released = true;
	return breaker_raise(txn, r->caller, r->credential, r->what, 0);
}

/* As clear, of all that there is. */
static int
clear_all(
    const struct identity *identity, struct releasing *r, struct error *err)
{
	int rc = breaker_left_clear(
	    identity, r->caller, r->credential, r->do_it, &r->left, err);

	if (rc == 1)
		rc = clear(identity, r, BREAKER_PENDING, r->do_it, err);
	return rc == 1 ? clear(identity, r, BREAKER_HELD, false, err) : rc;
}

static int
release(const struct identity *identity, struct releasing *r, struct error *err)
{
	int rc;

	if (store_view(identity->store, exists_body, r, err) == -1)
		return -1;
	do {
		if ((rc = clear_all(identity, r, err)) != 1)
			return rc;
		if (store_txn(identity->store, release_body, r, err) == -1)
			return -1;
	} while (!r->is_released);
	return 1;
}

int
breaker_release(const struct identity *identity, const struct caller *caller,
    struct slice credential, int64_t until, size_t max, struct error *err)
{
	struct releasing r = { caller, credential, until, "released", true, max,
		false };

	return release(identity, &r, err);
}

int
breaker_discard(const struct identity *identity, const struct caller *caller,
    struct slice credential, size_t max, struct error *err)
{
	struct releasing r = { caller, credential, 0, "discarded", false, max,
		false };

	return release(identity, &r, err);
}
