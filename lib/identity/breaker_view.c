/*
 * breaker_view.c: what a credential sees that has something pending: it is
 * answered as done, and so it looks to that credential.
 */
#include "base/clock.h"
#include "identity/bound.h"
#include "identity/breaker_private.h"
#include "json/json.h"
#include "json/walk.h"

/* What is pending of one resource. */
struct pending {
	enum breaker_act act; /* BREAKER_ACT_MAX: nothing */
	int64_t at;	      /* since when, ms UTC */
};

struct slice
breaker_credential(const struct caller *caller)
{
	return caller->breaker.len > 0 ? caller->breaker : caller->actor;
}

enum breaker_act
breaker_act_of(struct arena *a, struct slice note)
{
	struct slice value, name;
	int act = 0;

	if (!walk_find(note, SLICE("act"), &value))
		return BREAKER_ACT_MAX;
	name = walk_string(a, value);
	while (act < BREAKER_ACT_MAX &&
	    !slice_equal(
		name, slice_of(breaker_act_name((enum breaker_act)act))))
		act++;
	return (enum breaker_act)act;
}

static int64_t
time_of(struct arena *a, struct slice note)
{
	struct instant at;
	struct slice value;

	if (!walk_find(note, SLICE("at"), &value) ||
	    clock_parse(walk_string(a, value), &at) == -1)
		return 0;
	return at.seconds * 1000 + at.nanoseconds / 1000000;
}

static int
find_pending(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    const struct uuid *id, struct pending *p)
{
	struct arena *a = store_arena(txn);
	struct slice note;

	*p = (struct pending){ .act = BREAKER_ACT_MAX };
	if (credential.len == 0)
		return 0;
	switch (breaker_note_get(
	    txn, tenant, credential, BREAKER_PENDING, id, &note)) {
	case STORE_OK:
		*p = (struct pending){ breaker_act_of(a, note),
			time_of(a, note) };
		return 0;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

int
breaker_is_pending(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    const struct uuid *id)
{
	struct pending p;

	if (find_pending(txn, tenant, credential, id, &p) == -1)
		return -1;
	return p.act == BREAKER_DELETE;
}

int
breaker_has_left(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    const struct uuid *group, const struct uuid *member)
{
	if (credential.len == 0)
		return 0;
	switch (breaker_left_get(txn, tenant, credential, group, member)) {
	case STORE_OK:
		return 1;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

/*
 * Whose pending acts CALLER sees as done; "": nobody's.  One that is put into
 * quarantine by its request is not known to be bound yet.
 */
static struct slice
view_of(const struct identity *identity, const struct caller *caller)
{
	if (bound_quarantine(caller->bound).len > 0)
		return bound_quarantine(caller->bound);
	return breaker_is_on(identity, caller) &&
		identity->breaker_quarantine != 0
	    ? breaker_credential(caller)
	    : SLICE("");
}

/* BODY in A with the VALUE of "active", or without it where that is NULL. */
static int
set_active(struct arena *a, struct slice *body, struct json_object *value,
    struct error *err)
{
	struct json_object *tree;

	if (json_load(a, *body, &tree, err) == -1)
		return error_set(
		    err, ERR_INTERNAL, "a stored resource is not JSON");
	if (value == NULL)
		json_delete(tree, SLICE("active"));
	else
		json_set(tree, SLICE("active"), value);
	*body = json_text(a, tree);
	return 0;
}

int
breaker_see(struct kv_txn *txn, struct arena *a,
    const struct identity *identity, const struct caller *caller,
    const struct uuid *id, struct record *record)
{
	struct error unnoted;
	struct pending p;

	if (find_pending(
		txn, caller->tenant, view_of(identity, caller), id, &p) == -1)
		return -1;
	if (p.act != BREAKER_DISABLE && p.act != BREAKER_REMOVE)
		return 0;
	record->version += (uint64_t)p.at;
	if (p.act == BREAKER_REMOVE)
		return 0;
	return set_active(
	    a, &record->body, json_new_boolean(a, false), &unnoted);
}

int
breaker_restore(struct arena *a, const struct record *before,
    struct record *after, struct error *err)
{
	struct json_object *active = NULL;
	struct slice value;

	if (walk_find(before->body, SLICE("active"), &value) &&
	    json_load(a, value, &active, err) == -1)
		return -1;
	return set_active(a, &after->body, active, err);
}

int
breaker_stay(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct change *change,
    struct record *after, struct error *err)
{
	struct slice view = view_of(identity, caller);
	struct pending p;

	if (find_pending(txn, caller->tenant, view, &change->id, &p) == -1)
		return -1;
	if (p.act != BREAKER_DISABLE)
		return 0;
	if (breaker_is_disabled(after->body))
		return breaker_restore(
		    store_arena(txn), change->before, after, err);
	return breaker_note_delete(txn, caller->tenant, view, BREAKER_PENDING,
		   &change->id) == STORE_OK
	    ? 0
	    : -1;
}

/* The note of GROUP goes with the last who left it; else it is of now. */
static int
settle_note(struct kv_txn *txn, const struct caller *caller, struct slice view,
    const struct uuid *group, struct error *err)
{
	struct arena *a = store_arena(txn);
	char at[CLOCK_TEXT_SIZE];
	struct json_object *note;
	struct kv_range *range;
	struct uuid of, member;
	struct slice text;
	enum store_status status;

	if (breaker_left_open(txn, caller->tenant, view, group, &range) !=
	    STORE_OK)
		return -1;
	status = breaker_left_next(range, &of, &member);
	kv_range_close(range);
	if (status == STORE_NOTFOUND)
		return breaker_note_delete(txn, caller->tenant, view,
			   BREAKER_PENDING, group) == STORE_FAIL
		    ? -1
		    : 0;
	if (status == STORE_FAIL ||
	    breaker_note_get(txn, caller->tenant, view, BREAKER_PENDING, group,
		&text) != STORE_OK ||
	    json_parse(a, text, &note, err) == -1)
		return -1;
	clock_format(caller->now, at);
	json_set(note, SLICE("at"), json_new_string(a, slice_of(at)));
	return breaker_note_put(txn, caller->tenant, view, BREAKER_PENDING,
		   group, json_text(a, note)) == STORE_OK
	    ? 0
	    : -1;
}

int
breaker_come_back(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct uuid *group,
    const struct uuid *member, struct error *err)
{
	struct slice view = view_of(identity, caller);
	int has_left =
	    breaker_has_left(txn, caller->tenant, view, group, member);

	if (has_left != 1)
		return has_left;
	if (breaker_left_delete(txn, caller->tenant, view, group, member) !=
	    STORE_OK)
		return -1;
	return settle_note(txn, caller, view, group, err);
}
