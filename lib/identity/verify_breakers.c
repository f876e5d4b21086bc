/*
 * verify_breakers.c: what credentials have taken away: a row of counts for
 * each, and notes that stand beside it.
 */
#include "base/clock.h"
#include "identity/breaker_private.h"
#include "identity/verify_private.h"
#include "json/json.h"
#include "store/key.h"

#define DO_DISCARD "run: muster breaker discard, for that credential"
#define DO_WAIT	   "it is forgotten when the window has passed"

/* A key of the table. */
struct place {
	uint32_t tenant;
	struct slice what; /* "state", "left" or the name of a list */
	struct slice credential;
	struct uuid id;	    /* of a note, or a group */
	struct uuid member; /* that has left it */
	const char *name;   /* for messages */
};

/* BREAKER_LIST_MAX for any other word. */
static enum breaker_list
list_of(struct slice word)
{
	for (int i = 0; i < BREAKER_LIST_MAX; i++)
		if (slice_equal(word,
			slice_of(breaker_list_name((enum breaker_list)i))))
			return (enum breaker_list)i;
	return BREAKER_LIST_MAX;
}

static bool
is_state(const struct place *p)
{
	return slice_equal(p->what, SLICE("state"));
}

static bool
is_left(const struct place *p)
{
	return slice_equal(p->what, SLICE("left"));
}

static bool
take_place(struct slice key, struct place *p)
{
	if (!key_take_tenant(&key, &p->tenant) ||
	    !key_take_text(&key, &p->what) ||
	    !key_take_text(&key, &p->credential) || p->credential.len == 0)
		return false;
	if (is_left(p))
		return key_take_uuid(&key, &p->id) &&
		    key_take_uuid(&key, &p->member) && key.len == 0;
	if (!is_state(p) &&
	    (list_of(p->what) == BREAKER_LIST_MAX ||
		!key_take_uuid(&key, &p->id)))
		return false;
	return key.len == 0;
}

static bool
read_place(
    struct verify_run *v, struct kv_txn *txn, struct slice key, struct place *p)
{
	const char *tenant;

	if (!take_place(key, p)) {
		verify_problem(
		    v, "a key of breakers.db has no meaning; " DO_REBUILD);
		return false;
	}
	tenant = verify_tenant_name(v, p->tenant);
	p->name = arena_printf(store_arena(txn), "%s breaker %.*s",
	    tenant != NULL ? tenant : "?", SLICE_ARG(p->credential));
	if (tenant == NULL)
		verify_problem(v,
		    "%s: belongs to tenant %u, which is not there; " DO_REBUILD,
		    p->name, p->tenant);
	return tenant != NULL;
}

/* No number of it is less than nothing. */
static bool
is_window(const struct breaker_window *w)
{
	for (int i = 0; i < BREAKER_SLICES; i++)
		if (w->counts[i] < 0)
			return false;
	return w->held_at >= 0 && w->released_until >= 0 &&
	    (w->has_pending == 0 || w->has_pending == 1) && w->base >= 0 &&
	    w->slice_ms >= 0 && w->newest >= 0;
}

static void
check_state(struct verify_run *v, const struct place *p, struct slice row)
{
	struct breaker_window w;

	if (row.len == 0 || breaker_window_read(row, &w) == -1 ||
	    !is_window(&w))
		verify_problem(v, "%s: cannot be read; " DO_DISCARD, p->name);
}

static bool
is_act(struct slice word)
{
	for (int i = 0; i < BREAKER_ACT_MAX; i++)
		if (slice_equal(
			word, slice_of(breaker_act_name((enum breaker_act)i))))
			return true;
	return false;
}

/* What was held, or is pending, stands under its id. */
static bool
is_note(struct kv_txn *txn, const struct place *p, struct slice text)
{
	struct json_object *note;
	struct instant at;
	struct error err;
	struct uuid id;

	if (json_parse(store_arena(txn), text, &note, &err) == -1 ||
	    !is_act(json_string(json_get(note, "act"))) ||
	    clock_parse(json_string(json_get(note, "at")), &at) == -1 ||
	    json_string(json_get(note, "type")).len == 0 ||
	    uuid_parse(json_string(json_get(note, "id")), &id) == -1 ||
	    json_integer(json_get(note, "n")) < 1)
		return false;
	return list_of(p->what) == BREAKER_TAKEN ||
	    memcmp(&id, &p->id, sizeof(id)) == 0;
}

static int
check_left(struct verify_run *v, struct kv_txn *txn, const struct place *p)
{
	char group[UUID_TEXT_SIZE];
	struct slice note;
	enum store_status status = breaker_note_get(
	    txn, p->tenant, p->credential, BREAKER_PENDING, &p->id, &note);

	if (status == STORE_FAIL)
		return -1;
	uuid_format(&p->id, group);
	if (status == STORE_NOTFOUND)
		verify_problem(v,
		    "%s: a member has left group %s, of which nothing is "
		    "pending; " DO_DISCARD,
		    p->name, group);
	return 0;
}

static int
check_note(struct verify_run *v, struct kv_txn *txn, const struct place *p,
    struct slice text)
{
	bool is_taken = list_of(p->what) == BREAKER_TAKEN;
	char id[UUID_TEXT_SIZE];
	struct slice row;
	enum store_status status =
	    breaker_get(txn, p->tenant, p->credential, false, &row);

	if (status == STORE_FAIL)
		return -1;
	uuid_format(&p->id, id);
	if (!is_note(txn, p, text))
		verify_problem(v, "%s: note %s (%.*s) cannot be read; %s",
		    p->name, id, SLICE_ARG(p->what),
		    is_taken ? DO_WAIT : DO_DISCARD);
	if (status == STORE_NOTFOUND)
		verify_problem(v,
		    "%s: note %s (%.*s) stands beside no count; " DO_REBUILD,
		    p->name, id, SLICE_ARG(p->what));
	return 0;
}

int
verify_breaker(struct verify_run *v, struct kv_txn *txn, struct slice key)
{
	struct slice text;
	struct place p;
	enum store_status status = kv_get(txn, KV_BREAKERS, key, false, &text);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? 0 : -1;
	if (!read_place(v, txn, key, &p))
		return 0;
	if (is_left(&p))
		return check_left(v, txn, &p);
	if (!is_state(&p))
		return check_note(v, txn, &p, text);
	check_state(v, &p, text);
	return 0;
}
