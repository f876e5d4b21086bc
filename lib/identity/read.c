/*
 * read.c: one resource (RFC 7644 section 3.4.1).
 */
#include "identity/bound.h"
#include "identity/breaker.h"
#include "identity/member.h"
#include "identity/record.h"
#include "identity/renderer.h"

struct read {
	const struct identity *identity;
	const struct caller *caller;
	const struct resource_type *type;
	const struct projection *projection;
	const struct conditions *conditions;
	struct uuid id;
	struct buf *out;
	size_t out_start;
	struct outcome *outcome;
};

/* The record, and what the conditions make of its version. */
static int
look(struct kv_txn *txn, struct read *r, struct record *record,
    struct error *err)
{
	if (record_get(txn, r->caller, r->type, &r->id, false, record, err) ==
		-1 ||
	    (bound_quarantine(r->caller->bound).len > 0 &&
		breaker_see(txn, store_arena(txn), r->identity, r->caller,
		    &r->id, record) == -1) ||
	    etag_check_match(r->conditions, record->version, err) == -1)
		return -1;
	*r->outcome =
	    (struct outcome){ .id = r->id, .version = record->version };
	r->outcome->not_modified = r->conditions->if_none_match.data != NULL &&
	    etag_list_has(r->conditions->if_none_match, record->version);
	return 0;
}

static int
look_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct record record;

	return look(txn, arg, &record, err);
}

static int
read_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct read *r = arg;
	struct renderer renderer;
	struct record record;

	buf_truncate(r->out, r->out_start);
	render_begin(
	    &renderer, txn, r->identity, r->caller, r->type, r->projection);
	if (render_ask_first(&renderer, &r->id) == -1 ||
	    look(txn, r, &record, err) == -1)
		return -1;
	return r->outcome->not_modified
	    ? 0
	    : render_next(&renderer, &r->id, &record, r->out);
}

/*
 * What stands in one record is read key by key: that locks no two keys at
 * once, so it is in no deadlock.  Groups of a user are shown as they were a
 * moment before.  Members, and what bounds the caller, are read with the
 * record, in a transaction.
 */
static int
read_it(struct read *r, struct error *err)
{
	bool by_key = member_attr(r->type) == NULL && r->caller->bound == NULL;

	return (by_key ? store_peek : store_view)(
	    r->identity->store, read_body, r, err);
}

/*
 * Who says which version it has mostly has the one there is: that is told by
 * one key, if nothing else says what is there for the caller.
 */
static bool
is_worth_a_look(const struct read *r)
{
	return r->conditions->if_none_match.data != NULL &&
	    r->caller->bound == NULL;
}

int
identity_read(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type, struct slice id,
    const struct conditions *conditions, const struct projection *projection,
    struct buf *out, struct outcome *outcome, struct error *err)
{
	struct read r = { identity, caller, type, projection, conditions,
		{ { 0 } }, out, out->len, outcome };

	if (record_parse_id(type, id, &r.id, err) == -1)
		return -1;
	if (is_worth_a_look(&r)) {
		if (store_peek(identity->store, look_body, &r, err) == -1)
			return -1;
		if (outcome->not_modified)
			return 0;
	}
	return read_it(&r, err);
}
