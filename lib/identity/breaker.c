/*
 * breaker.c: does a write take away too much?
 */
#include "base/nelem.h"
#include "identity/breaker_private.h"
#include "identity/record.h"
#include "json/walk.h"
#include "store/breakers.h"

enum { PRUNE_MAX = 8 }; /* old notes that a new one removes */

const char *
breaker_act_name(enum breaker_act act)
{
	static const char *const names[] = { [BREAKER_DELETE] = "delete",
		[BREAKER_DISABLE] = "disable",
		[BREAKER_REMOVE] = "remove" };

	_Static_assert(NELEM(names) == BREAKER_ACT_MAX, "every act");
	return names[act];
}

bool
breaker_is_on(const struct identity *identity, const struct caller *caller)
{
	return identity->breaker_window > 0 && caller->actor.len > 0 &&
	    (identity->breaker_count > 0 || identity->breaker_percent > 0);
}

bool
breaker_is_disabled(struct slice body)
{
	struct slice value;

	return walk_find(body, SLICE("active"), &value) &&
	    slice_equal(value, SLICE("false"));
}

/* What CHANGE takes away; n is 0 for nothing. */
static struct breaker_case
case_of(const struct change *change)
{
	struct breaker_case c = { .type = change->type, .id = change->id };

	if (change->before != NULL && change->after == NULL) {
		c.act = BREAKER_DELETE;
		c.n = 1;
	} else if (change->removed.n > 0) {
		c.act = BREAKER_REMOVE;
		c.n = change->removed.n;
	} else if (change->before != NULL &&
	    !breaker_is_disabled(change->before->body) &&
	    breaker_is_disabled(change->after->body)) {
		c.act = BREAKER_DISABLE;
		c.n = 1;
	}
	return c;
}

static struct slice
name_of(struct arena *a, struct slice body)
{
	struct slice value;

	if (walk_find(body, SLICE("userName"), &value))
		return walk_string(a, value);
	return record_display(a, body);
}

/* The case with all that a note tells, in A. */
static struct breaker_case *
full_case(struct arena *a, const struct change *change, struct breaker_case c)
{
	struct breaker_case *full = arena_alloc(a, sizeof(*full));

	*full = c;
	full->name = arena_slice(a, name_of(a, change->before->body));
	for (size_t i = 0;
	     c.act == BREAKER_REMOVE && i < c.n && i < BREAKER_NAMED_MAX; i++)
		id_list_add(&full->members, a, &change->removed.ids[i]);
	return full;
}

/* All resources of the tenant. */
static int
count_all(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, int64_t *n)
{
	const struct resource_type *type;
	int64_t one;

	*n = 0;
	for (size_t i = 0; (type = catalog_type(identity->catalog, i)) != NULL;
	     i++) {
		if (record_count(txn, caller, type, &one) == -1)
			return -1;
		*n += one;
	}
	return 0;
}

/* How many may be taken away in the window: one is never too much. */
static int64_t
allowance(const struct identity *identity, int64_t base)
{
	int64_t of_count = identity->breaker_count, of_percent;

	if (identity->breaker_percent == 0)
		return of_count;
	of_percent = base * identity->breaker_percent / 100;
	if (of_percent < 1)
		of_percent = 1;
	return of_count != 0 && of_count < of_percent ? of_count : of_percent;
}

int
breaker_load(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    struct breaker_window *w, struct error *err)
{
	struct slice row = SLICE("");

	if (breaker_get(txn, tenant, credential, true, &row) == STORE_FAIL)
		return -1;
	return breaker_window_read(row, w) == 0
	    ? 0
	    : error_set(err, ERR_INTERNAL,
		  "the breaker of credential %.*s is damaged",
		  SLICE_ARG(credential));
}

int
breaker_save(struct kv_txn *txn, uint32_t tenant, struct slice credential,
    const struct breaker_window *w)
{
	return breaker_put(txn, tenant, credential,
		   breaker_window_text(store_arena(txn), w)) == STORE_OK
	    ? 0
	    : -1;
}

/* Notes of what the window has forgotten, a few at a time. */
static int
prune(struct kv_txn *txn, const struct caller *caller, int64_t before)
{
	struct id_list old = { .n = 0 };
	enum store_status status;
	struct kv_range *range;
	struct slice note;
	struct uuid id;

	if (breaker_notes_open(txn, caller->tenant, breaker_credential(caller),
		BREAKER_TAKEN, &range) != STORE_OK)
		return -1;
	while (old.n < PRUNE_MAX &&
	    (status = breaker_notes_next(range, &id, &note)) == STORE_OK &&
	    uuid_time(&id) < before)
		id_list_add(&old, store_arena(txn), &id);
	kv_range_close(range);
	for (size_t i = 0; i < old.n; i++)
		if (breaker_note_delete(txn, caller->tenant,
			breaker_credential(caller), BREAKER_TAKEN,
			&old.ids[i]) == STORE_FAIL)
			return -1;
	return 0;
}

static int
note_taken(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct change *change,
    struct breaker_case c)
{
	struct uuid id = uuid_new(caller->now);

	if (breaker_note_put(txn, caller->tenant, breaker_credential(caller),
		BREAKER_TAKEN, &id,
		breaker_note_text(store_arena(txn), caller->now,
		    full_case(store_arena(txn), change, c))) != STORE_OK)
		return -1;
	return prune(
	    txn, caller, caller->now - identity->breaker_window * 1000);
}

static int
refuse(const struct identity *identity, const struct breaker_window *w,
    struct error *err)
{
	return error_set(err, ERR_HELD,
	    "held: with this request the credential would have deleted, "
	    "disabled or taken out of groups more than %lld in %lld s; an "
	    "administrator must look at it (muster breaker)",
	    (long long)allowance(identity, w->base),
	    (long long)identity->breaker_window);
}

int
breaker_take(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct change *change,
    const struct breaker_case **held, struct error *err)
{
	struct slice credential = breaker_credential(caller);
	struct breaker_case c;
	struct breaker_window w;
	int64_t sum;

	if (!breaker_is_on(identity, caller))
		return 0;
	c = case_of(change);
	if (c.n == 0)
		return 0;
	if (breaker_load(txn, caller->tenant, credential, &w, err) == -1)
		return -1;
	if (caller->now < w.released_until)
		return 0;
	breaker_window_move(&w, caller->now, identity->breaker_window);
	sum = breaker_window_sum(&w);
	if (sum == 0 && count_all(txn, identity, caller, &w.base) == -1)
		return -1;
	if (w.held_at != 0 ||
	    sum + (int64_t)c.n > allowance(identity, w.base)) {
		*held = full_case(caller->arena, change, c);
		if (identity->breaker_quarantine == 0)
			return refuse(identity, &w, err);
		return breaker_keep_aside(
			   txn, caller, change, *held, &w, err) == 0
		    ? 1
		    : -1;
	}
	w.counts[0] += (int64_t)c.n;
	if (note_taken(txn, identity, caller, change, c) == -1)
		return -1;
	return breaker_save(txn, caller->tenant, credential, &w);
}
