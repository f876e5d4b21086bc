/*
 * reindex.c: announce, sweep, walk, finish.
 *
 * Announce: a note for each index that is not complete; from its commit on
 * all writers keep it up.  Sweep: remove keys that no resource has, left by
 * an older declaration.  Walk: add the keys of every resource.  Finish: the
 * notes that still stand become complete.
 */
#include "identity/holder.h"
#include "identity/reindex.h"
#include "store/resources.h"
#include "store/sweep.h"

enum { BATCH_MAX = 200 }; /* keys or resources of one transaction */

/* An index that is built. */
struct target {
	struct index_decl decl;
	struct uuid note; /* the announcement that must stand to the end */
	bool has_duplicates;
	bool is_lost;
};

struct run {
	const struct reindex *order;
	struct reindex_result *result;
	struct arena *a;
	struct index_decls decls; /* all that the type has */
	struct target *targets;
	size_t ntargets;
	size_t batch_max;

	/* One batch; begun anew by each run of its body. */
	bool unique; /* the table that is swept */
	struct slice from;
	struct slice next;	 /* in arena PLACE; .data NULL: the end */
	struct arena *places[2]; /* of from and of next */
	struct uuid after;
	struct uuid last;
	bool is_first;
	uint64_t seen;
	uint64_t removed;
	struct reindex_duplicate *duplicates;
	size_t nduplicates;
	struct arena *found; /* what duplicates live in */
};

static uint32_t
tenant_of(const struct run *r)
{
	return r->order->caller->tenant;
}

static struct target *
find_target(const struct run *r, const struct index_decl *decl)
{
	for (size_t i = 0; i < r->ntargets; i++)
		if (r->targets[i].decl.form == decl->form &&
		    slice_equal(r->targets[i].decl.attribute, decl->attribute))
			return &r->targets[i];
	return NULL;
}

static bool
is_wanted(const struct run *r, const struct index_decl *decl)
{
	const struct attr_ref *ref = r->order->ref;

	return ref == NULL ||
	    (ref->attr == decl->ref.attr && ref->sub == decl->ref.sub &&
		ref->extension == decl->ref.extension);
}

/* An index that is wanted and not complete gets a note, or keeps it. */
static void
announce(struct run *r, struct index_notes *notes, struct index_decl *decl)
{
	struct index_note *note =
	    meta_find_index(notes, decl->attribute, decl->form);

	if (!is_wanted(r, decl) ||
	    (note != NULL && note->stage == INDEX_COMPLETE && !r->order->again))
		return;
	if (note == NULL) {
		coverage_note(
		    notes, decl, INDEX_BUILDING, r->order->caller->now);
		note = &notes->list[notes->n - 1];
	}
	note->stage = INDEX_BUILDING;
	r->targets[r->ntargets++] =
	    (struct target){ .decl = *decl, .note = note->id };
}

static int
announce_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct run *r = arg;
	struct slice type = r->order->type->name;
	struct index_notes notes, kept;

	(void)err;
	r->ntargets = 0;
	if (meta_get_indexes(txn, tenant_of(r), type, true, &notes) != STORE_OK)
		return -1;
	kept = coverage_declared(store_arena(txn), &notes, &r->decls);
	r->result->forgotten = notes.n - kept.n;
	for (size_t i = 0; i < r->decls.n; i++)
		announce(r, &kept, &r->decls.list[i]);
	if (r->ntargets == 0 && r->result->forgotten == 0)
		return 0;
	return meta_put_indexes(txn, tenant_of(r), type, &kept) == STORE_OK
	    ? 0
	    : -1;
}

/* The declared index that PLACE belongs to; *BEHIND is the end of its keys. */
static const struct index_decl *
decl_at(const struct run *r, struct arena *a, const struct sweep_place *place,
    struct slice *behind)
{
	for (size_t i = 0; i < r->decls.n; i++) {
		const struct index_decl *decl = &r->decls.list[i];
		struct slice prefix = sweep_prefix(
		    a, tenant_of(r), r->order->type->name, decl->attribute);
		struct slice start = place->key;

		if (start.len > prefix.len)
			start.len = prefix.len;
		if (index_form_is_unique(decl->form) != r->unique ||
		    !slice_equal(start, prefix))
			continue;
		*behind = sweep_behind(a, prefix);
		return decl;
	}
	return NULL;
}

/* Does the resource at PLACE have that key?  1, 0 or -1. */
static int
is_right(
    const struct run *r, struct kv_txn *txn, const struct sweep_place *place)
{
	struct arena *a = store_arena(txn);
	struct index_entries entries;
	struct record record;

	switch (resource_get(txn, tenant_of(r), r->order->type->name,
	    &place->id, false, &record)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
	index_entries_of(
	    a, tenant_of(r), r->order->type, record.body, &entries);
	for (size_t i = 0; i < entries.n; i++)
		if (index_form_is_unique(entries.list[i].decl.form) ==
			r->unique &&
		    sweep_is(
			place, r->unique, &entries.list[i].key, &place->id))
			return 1;
	return 0;
}

/*
 * One key: removed when it is wrong.  The record is locked when it is
 * deleted: no writer can give the resource the value in between.  *HOP: the
 * end of an index that needs no look.
 */
static int
sweep_place(struct run *r, struct kv_txn *txn, const struct sweep_place *place,
    struct slice *hop)
{
	struct slice behind;
	const struct index_decl *decl =
	    decl_at(r, store_arena(txn), place, &behind);
	int right = 0;

	if (decl != NULL && find_target(r, decl) == NULL) {
		*hop = behind;
		return 0;
	}
	if (decl != NULL)
		right = is_right(r, txn, place);
	if (right != 0)
		return right == 1 ? 0 : -1;
	switch (sweep_remove(txn, r->unique, place)) {
	case STORE_OK:
		r->removed++;
		return 0;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

/* Read the next keys, at most a batch, and let go of them. */
static int
next_places(
    struct run *r, struct kv_txn *txn, struct sweep_place *places, size_t *n)
{
	struct kv_range *range;
	enum store_status status = STORE_OK;

	*n = 0;
	if (sweep_open(txn, r->unique, tenant_of(r), r->order->type->name,
		r->from, &range) != STORE_OK)
		return -1;
	for (; *n < r->batch_max; (*n)++) {
		status = sweep_next(range, r->unique, &places[*n]);
		if (status != STORE_OK)
			break;
		places[*n].key = arena_slice(store_arena(txn), places[*n].key);
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/*
 * Keys of what is not declared here are right for nobody, unless somebody
 * with other schema files has announced them.
 */
static int
check_notes(const struct run *r, struct kv_txn *txn, struct error *err)
{
	struct index_notes notes;

	if (meta_get_indexes(txn, tenant_of(r), r->order->type->name, false,
		&notes) != STORE_OK)
		return -1;
	if (coverage_declared(store_arena(txn), &notes, &r->decls).n == notes.n)
		return 0;
	return error_set(err, ERR_BUSY,
	    "another muster reindex is at work on %.*s: run it again",
	    SLICE_ARG(r->order->type->name));
}

static int
sweep_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct run *r = arg;
	struct sweep_place *places =
	    arena_calloc(store_arena(txn), r->batch_max, sizeof(*places));
	struct slice hop = { NULL, 0 };
	size_t n;

	r->removed = 0;
	r->next = hop;
	if (check_notes(r, txn, err) == -1 ||
	    next_places(r, txn, places, &n) == -1)
		return -1;
	for (size_t i = 0; i < n && hop.data == NULL; i++)
		if (sweep_place(r, txn, &places[i], &hop) == -1)
			return -1;
	if (hop.data != NULL) {
		r->next = arena_slice(r->places[1], hop);
	} else if (n == r->batch_max) {
		r->next = arena_slice(r->places[1], places[n - 1].key);
		/* With the NUL behind it: the first key that can follow. */
		r->next.len++;
	}
	return 0;
}

/* Run BODY; when others are too busy in the same place, take smaller bites. */
static int
run_batch(struct run *r, store_body *body, struct error *err)
{
	int rc;

	while (
	    (rc = store_txn(r->order->identity->store, body, r, err)) == -1 &&
	    err->code == ERR_BUSY && r->batch_max > 1)
		r->batch_max /= 2;
	return rc;
}

static int
sweep(struct run *r, bool unique, struct error *err)
{
	struct arena *last;

	r->unique = unique;
	r->from = SLICE("");
	do {
		r->batch_max = BATCH_MAX;
		arena_reset(r->places[1]);
		if (run_batch(r, sweep_body, err) == -1)
			return -1;
		r->result->removed += r->removed;
		r->from = r->next;
		last = r->places[0];
		r->places[0] = r->places[1];
		r->places[1] = last;
	} while (r->from.data != NULL);
	return 0;
}

/* The next ids behind r->after: *N of them, at most a batch. */
static int
next_ids(struct run *r, struct kv_txn *txn, struct uuid *ids, size_t *n)
{
	struct kv_range *range;
	struct record record;
	enum store_status status = STORE_OK;

	*n = 0;
	if (resources_open(txn, tenant_of(r), r->order->type->name,
		r->is_first ? NULL : &r->after, NULL, &range) != STORE_OK)
		return -1;
	while (*n < r->batch_max &&
	    (status = resources_next(range, &ids[*n], &record)) == STORE_OK)
		(*n)++;
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static void
note_duplicate(struct run *r, const struct index_entry *entry,
    const struct uuid *id, const struct uuid *other)
{
	size_t size = r->nduplicates * sizeof(*r->duplicates);

	r->duplicates = arena_grow(
	    r->found, r->duplicates, size, size + sizeof(*r->duplicates));
	r->duplicates[r->nduplicates++] = (struct reindex_duplicate){
		.attribute = arena_slice(r->found, entry->key.attribute),
		.value = arena_slice(r->found, entry->shown),
		.id = *id,
		.other = *other
	};
}

static int
add_key(struct run *r, struct kv_txn *txn, const struct index_entry *entry,
    const struct uuid *id)
{
	struct uuid other;
	int rc;

	if (find_target(r, &entry->decl) == NULL)
		return 0;
	if (!index_form_is_unique(entry->decl.form))
		return index_put(txn, &entry->key, id) == STORE_OK ? 0 : -1;
	rc = holder_claim(txn, r->order->type, &entry->key, id, false, &other);
	if (rc == 1)
		note_duplicate(r, entry, id, &other);
	return rc == -1 ? -1 : 0;
}

/*
 * The keys of one resource.  It is read again, and stays locked: what the
 * walk saw may have changed since.
 */
static int
add_keys(struct run *r, struct kv_txn *txn, const struct uuid *id)
{
	struct index_entries entries;
	struct record record;
	enum store_status status = resource_get(
	    txn, tenant_of(r), r->order->type->name, id, false, &record);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	index_entries_of(store_arena(txn), tenant_of(r), r->order->type,
	    record.body, &entries);
	for (size_t i = 0; i < entries.n; i++)
		if (add_key(r, txn, &entries.list[i], id) == -1)
			return -1;
	return 0;
}

static int
walk_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct run *r = arg;
	struct uuid *ids =
	    arena_calloc(store_arena(txn), r->batch_max, sizeof(*ids));
	size_t n;

	(void)err;
	arena_reset(r->found);
	r->duplicates = NULL;
	r->nduplicates = 0;
	r->seen = 0;
	if (next_ids(r, txn, ids, &n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_keys(r, txn, &ids[i]) == -1)
			return -1;
	r->seen = n;
	if (n > 0)
		r->last = ids[n - 1];
	return 0;
}

/* After the commit of a batch: tell what was found. */
static void
tell(struct run *r)
{
	const struct reindex *order = r->order;

	r->result->resources += r->seen;
	r->result->duplicates += r->nduplicates;
	for (size_t i = 0; i < r->nduplicates; i++) {
		for (size_t j = 0; j < r->ntargets; j++)
			if (slice_equal(r->targets[j].decl.attribute,
				r->duplicates[i].attribute))
				r->targets[j].has_duplicates = true;
		if (order->duplicate != NULL)
			order->duplicate(order->arg, &r->duplicates[i]);
	}
	if (order->progress != NULL)
		order->progress(order->arg, r->result->resources);
}

/* A batch that is not full saw the end; what is newer has its keys. */
static int
walk(struct run *r, struct error *err)
{
	r->is_first = true;
	do {
		r->batch_max = BATCH_MAX;
		if (run_batch(r, walk_body, err) == -1)
			return -1;
		tell(r);
		r->after = r->last;
		r->is_first = false;
	} while (r->seen == r->batch_max);
	return 0;
}

/* One note: complete, or gone when it cannot be. */
static void
finish_note(struct target *t, struct index_notes *notes)
{
	struct index_note *note =
	    meta_find_index(notes, t->decl.attribute, t->decl.form);

	t->is_lost = note == NULL || uuid_compare(&note->id, &t->note) != 0;
	if (t->is_lost)
		return;
	if (!t->has_duplicates)
		note->stage = INDEX_COMPLETE;
	else
		*note = notes->list[--notes->n];
}

static int
finish_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct run *r = arg;
	struct slice type = r->order->type->name;
	struct index_notes notes;

	(void)err;
	if (meta_get_indexes(txn, tenant_of(r), type, true, &notes) != STORE_OK)
		return -1;
	for (size_t i = 0; i < r->ntargets; i++)
		finish_note(&r->targets[i], &notes);
	return meta_put_indexes(txn, tenant_of(r), type, &notes) == STORE_OK
	    ? 0
	    : -1;
}

/* The keys of what could not be built go, as if it were not declared. */
static int
remove_failed(struct run *r, struct error *err)
{
	struct index_decls kept = { .list = arena_calloc(
					r->a, r->decls.n, sizeof(*kept.list)) };
	bool failed = false;

	for (size_t i = 0; i < r->decls.n; i++) {
		const struct target *t = find_target(r, &r->decls.list[i]);

		if (t != NULL && t->has_duplicates)
			failed = true;
		else
			kept.list[kept.n++] = r->decls.list[i];
	}
	r->decls = kept;
	r->ntargets = 0; /* what is right is not looked at again */
	return failed ? sweep(r, true, err) : 0;
}

static int
conclude(struct run *r, struct error *err)
{
	struct reindex_result *result = r->result;
	const struct target *lost = NULL;

	result->built.list =
	    arena_calloc(r->a, r->ntargets + 1, sizeof(*result->built.list));
	for (size_t i = 0; i < r->ntargets; i++) {
		const struct target *t = &r->targets[i];

		if (t->is_lost)
			lost = t;
		else if (!t->has_duplicates)
			result->built.list[result->built.n++] = t->decl;
	}
	if (lost != NULL)
		return error_set(err, ERR_BUSY,
		    "a program with other schema files wrote a %.*s meanwhile, "
		    "so that the index %.*s is not complete: run it again",
		    SLICE_ARG(r->order->type->name),
		    SLICE_ARG(lost->decl.attribute));
	if (result->duplicates > 0)
		error_set(err, ERR_UNIQUENESS,
		    "%llu values are not unique: the index was not built",
		    (unsigned long long)result->duplicates);
	return result->duplicates > 0 ? -1 : 0;
}

/* Make complete what was announced, and remove what is not declared. */
static int
build(struct run *r, struct error *err)
{
	if (r->order->ref != NULL && r->ntargets == 0)
		return 0;
	if (sweep(r, false, err) == -1 || sweep(r, true, err) == -1)
		return -1;
	if (r->ntargets == 0)
		return 0;
	if (walk(r, err) == -1)
		return -1;
	return store_txn(r->order->identity->store, finish_body, r, err);
}

static int
run(struct run *r, struct error *err)
{
	struct error conclusion = { .code = ERR_NONE };

	if (store_txn(r->order->identity->store, announce_body, r, err) == -1 ||
	    build(r, err) == -1)
		return -1;
	if (conclude(r, &conclusion) == 0)
		return 0;
	if (remove_failed(r, err) == -1)
		return -1;
	*err = conclusion;
	return -1;
}

int
identity_reindex(const struct reindex *order, struct reindex_result *result,
    struct error *err)
{
	struct arena *a = order->caller->arena;
	struct run r = { .order = order, .result = result, .a = a };
	struct index_decl decl;
	int rc;

	*result = (struct reindex_result){ .resources = 0 };
	if (order->ref != NULL && !index_declared(a, order->ref, &decl))
		return error_set(err, ERR_NOT_FOUND,
		    "the schema files declare no index on %.*s of %.*s",
		    SLICE_ARG(order->ref->attr->name),
		    SLICE_ARG(order->type->name));
	index_declared_all(a, order->type, &r.decls);
	r.targets = arena_calloc(a, r.decls.n + 1, sizeof(*r.targets));
	r.places[0] = arena_new();
	r.places[1] = arena_new();
	r.found = arena_new();
	rc = run(&r, err);
	arena_free(r.places[0]);
	arena_free(r.places[1]);
	arena_free(r.found);
	return rc;
}

int
identity_note_indexes(const struct identity *identity,
    const struct caller *caller, struct error *err)
{
	struct reindex order = { .identity = identity, .caller = caller };
	struct reindex_result result;

	for (size_t i = 0;
	     (order.type = catalog_type(identity->catalog, i)) != NULL; i++)
		if (identity_reindex(&order, &result, err) == -1)
			return -1;
	return 0;
}
