/*
 * breaker_show.c: what an administrator sees of the breaker: which
 * credentials, and the names.
 */
#include "base/number.h"
#include "identity/breaker_private.h"
#include "identity/record.h"
#include "json/json.h"
#include "json/walk.h"
#include "store/breakers.h"

/* Of one credential; more are counted elsewhere, and nobody reads them. */
enum { NOTES_MAX = 100000 };

const char *
breaker_state_name(const struct breaker_status *status, int64_t now)
{
	if (status->held_at != 0)
		return "held";
	return now < status->released_until ? "released" : "counting";
}

struct status_listing {
	const struct identity *identity;
	const struct caller *caller;
	struct breaker_status *list;
	size_t n;
};

static void
add_status(
    struct status_listing *l, struct slice credential, struct breaker_window *w)
{
	struct arena *a = l->caller->arena;
	size_t len = l->n * sizeof(*l->list);

	if (w->slice_ms > 0)
		breaker_window_move(w, l->caller->now,
		    w->slice_ms * (BREAKER_SLICES - 1) / 1000);
	l->list = arena_grow(a, l->list, len, len + sizeof(*l->list));
	l->list[l->n++] =
	    (struct breaker_status){ .credential = arena_slice(a, credential),
		    .held_at = w->held_at,
		    .released_until = w->released_until,
		    .taken = breaker_window_sum(w),
		    .base = w->base };
}

static int
statuses_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct status_listing *l = arg;
	enum store_status status;
	struct breaker_window w;
	struct kv_range *range;
	struct slice credential, row;

	(void)err;
	l->n = 0;
	l->list = NULL;
	if (breakers_open(txn, l->caller->tenant, &range) != STORE_OK)
		return -1;
	while ((status = breakers_next(range, &credential, &row)) == STORE_OK)
		if (breaker_window_read(row, &w) == 0)
			add_status(l, credential, &w);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

int
breaker_statuses(const struct identity *identity, const struct caller *caller,
    struct breaker_status **list, size_t *n, struct error *err)
{
	struct status_listing l = { .identity = identity, .caller = caller };

	if (store_view(identity->store, statuses_body, &l, err) == -1)
		return -1;
	*list = l.list;
	*n = l.n;
	return 0;
}

struct note_listing {
	const struct identity *identity;
	const struct caller *caller;
	struct slice credential;
	enum breaker_list which;
	struct breaker_note *list;
	size_t n;
};

/* What the member ID is called now, or its id, if it is gone. */
static struct slice
member_name(
    struct kv_txn *txn, const struct note_listing *l, const struct uuid *id)
{
	const struct resource_type *type;
	struct record record;
	struct slice value, name;
	char text[UUID_TEXT_SIZE];

	for (size_t i = 0;
	     (type = catalog_type(l->identity->catalog, i)) != NULL; i++) {
		if (resource_get(txn, l->caller->tenant, type->name, id, false,
			&record) != STORE_OK)
			continue;
		name = walk_find(record.body, SLICE("userName"), &value)
		    ? walk_string(store_arena(txn), value)
		    : record_display(store_arena(txn), record.body);
		return arena_slice(l->caller->arena, name);
	}
	uuid_format(id, text);
	return arena_slice(l->caller->arena, slice_of(text));
}

static void
name_members(struct kv_txn *txn, const struct note_listing *l,
    const struct id_list *members, struct breaker_note *note)
{
	note->nmembers = members->n;
	note->members =
	    arena_calloc(l->caller->arena, members->n, sizeof(struct slice));
	for (size_t i = 0; i < members->n; i++)
		note->members[i] = member_name(txn, l, &members->ids[i]);
}

/* Those that the note of a group names. */
static void
list_named(struct kv_txn *txn, struct slice array, struct id_list *members)
{
	struct walk w = walk_enter(array);
	struct slice value;
	struct uuid id;

	while (walk_element(&w, &value))
		if (uuid_parse(walk_string(store_arena(txn), value), &id) == 0)
			id_list_add(members, store_arena(txn), &id);
}

/* Those that have left GROUP by now: several requests may have done it. */
static int
list_left(struct kv_txn *txn, const struct note_listing *l, struct slice group,
    struct id_list *members, int64_t *n)
{
	struct uuid id, of, member;
	enum store_status status;
	struct kv_range *range;

	*n = 0;
	if (uuid_parse(group, &id) == -1)
		return 0;
	if (breaker_left_open(
		txn, l->caller->tenant, l->credential, &id, &range) != STORE_OK)
		return -1;
	while ((status = breaker_left_next(range, &of, &member)) == STORE_OK)
		if ((*n)++ < BREAKER_NAMED_MAX)
			id_list_add(members, store_arena(txn), &member);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static int
read_note(struct kv_txn *txn, const struct note_listing *l, struct slice text,
    struct breaker_note *note)
{
	struct arena *a = l->caller->arena;
	const struct {
		const char *name;
		struct slice *text;
	} texts[] = { { "at", &note->at }, { "act", &note->act },
		{ "type", &note->type }, { "id", &note->id },
		{ "name", &note->name } };
	struct id_list members = { .n = 0 };
	struct slice value;

	*note = (struct breaker_note){ .n = 1 };
	text = arena_slice(a, text);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i].text =
		    walk_find(text, slice_of(texts[i].name), &value)
		    ? walk_string(a, value)
		    : SLICE("");
	if (walk_find(text, SLICE("n"), &value))
		parse_int(value, 0, INT64_MAX, &note->n, NULL);
	if (l->which == BREAKER_PENDING &&
	    breaker_act_of(a, text) == BREAKER_REMOVE) {
		if (list_left(txn, l, note->id, &members, &note->n) == -1)
			return -1;
	} else if (walk_find(text, SLICE("members"), &value))
		list_named(txn, value, &members);
	name_members(txn, l, &members, note);
	return 0;
}

static int
notes_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct note_listing *l = arg;
	struct arena *a = l->caller->arena;
	enum store_status status;
	struct kv_range *range;
	struct slice text;
	struct uuid id;

	(void)err;
	l->n = 0;
	l->list = NULL;
	if (breaker_notes_open(txn, l->caller->tenant, l->credential, l->which,
		&range) != STORE_OK)
		return -1;
	while ((status = breaker_notes_next(range, &id, &text)) == STORE_OK &&
	    l->n < NOTES_MAX) {
		if ((l->n & (l->n - 1)) == 0)
			l->list =
			    arena_grow(a, l->list, l->n * sizeof(*l->list),
				(l->n == 0 ? 1 : 2 * l->n) * sizeof(*l->list));
		if (read_note(txn, l, text, &l->list[l->n++]) == -1) {
			status = STORE_FAIL;
			break;
		}
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

int
breaker_notes(const struct identity *identity, const struct caller *caller,
    struct slice credential, enum breaker_list which,
    struct breaker_note **list, size_t *n, struct error *err)
{
	struct note_listing l = { .identity = identity,
		.caller = caller,
		.credential = credential,
		.which = which };

	if (store_view(identity->store, notes_body, &l, err) == -1)
		return -1;
	*list = l.list;
	*n = l.n;
	return 0;
}
