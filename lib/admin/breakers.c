/*
 * breakers.c: /admin/v1/breakers: what a credential has taken away, and was
 * kept from, as muster breaker.
 */
#include "admin/admin.h"
#include "admin/field.h"
#include "admin/grant.h"
#include "admin/listing.h"
#include "admin/visit.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "identity/breaker.h"

/* A credential of a tenant. */
struct noted {
	struct tenant tenant;
	struct breaker_status status;
};

struct noted_list {
	struct noted *list;
	size_t n;
};

static int
add_tenant(const struct call *call, const struct tenant *tenant,
    struct noted_list *l, struct error *err)
{
	struct visit visit = visit_tenant(call, tenant);
	struct breaker_status *list;
	size_t n;

	if (breaker_statuses(&visit.identity, &visit.caller, &list, &n, err) ==
	    -1)
		return -1;
	if (n == 0)
		return 0;
	l->list = arena_grow(call->arena, l->list, l->n * sizeof(*l->list),
	    (l->n + n) * sizeof(*l->list));
	for (size_t i = 0; i < n; i++)
		l->list[l->n++] = (struct noted){ *tenant, list[i] };
	return 0;
}

/* All that who asks sees. */
static int
list_noted(const struct call *call, struct noted_list *l, struct error *err)
{
	struct tenant wanted, *tenants;
	size_t n;

	*l = (struct noted_list){ .n = 0 };
	if (visit_find(call, &wanted, err) == -1 ||
	    visit_list(call, &wanted, &tenants, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_tenant(call, &tenants[i], l, err) == -1)
			return -1;
	return 0;
}

static int
find_noted(const struct call *call, struct noted *out, struct error *err)
{
	struct noted_list l;
	struct slice id;

	if (token_find_breaker(
		call->identity->store, call->arena, call->id, &id, err) == -1 ||
	    list_noted(call, &l, err) == -1)
		return -1;
	for (size_t i = 0; i < l.n; i++)
		if (slice_equal(l.list[i].status.credential, id)) {
			*out = l.list[i];
			return 0;
		}
	return error_set(err, ERR_NOT_FOUND,
	    "nothing is noted of a credential '%.*s'", SLICE_ARG(call->id));
}

static const struct field fields[] = {
	{ "credential", FIELD_TEXT, FIELD_SHOWN,
	    offsetof(struct noted, status.credential), 0 },
	{ "tenant", FIELD_TEXT, FIELD_SHOWN,
	    offsetof(struct noted, tenant.name), 0 },
	{ "heldAt", FIELD_TIME, FIELD_SHOWN,
	    offsetof(struct noted, status.held_at), 0 },
	{ "releasedUntil", FIELD_TIME, FIELD_SHOWN,
	    offsetof(struct noted, status.released_until), 0 },
};

static void
show(const struct call *call, const struct noted *noted, struct json_object *v)
{
	struct arena *a = call->arena;

	field_show(a, fields, NELEM(fields), noted, v);
	json_set(v, SLICE("state"),
	    json_new_string(a,
		slice_of(
		    breaker_state_name(&noted->status, call->caller.now))));
	json_set(v, SLICE("taken"), json_new_integer(a, noted->status.taken));
	json_set(v, SLICE("base"), json_new_integer(a, noted->status.base));
}

static int
show_listed(struct call *call, size_t i, void *arg, struct json_object **out,
    struct error *err)
{
	const struct noted_list *l = arg;

	(void)err;
	*out = json_new_object(call->arena);
	show(call, &l->list[i], *out);
	return 0;
}

int
admin_list_breakers(struct call *call, struct error *err)
{
	struct noted_list l;

	if (list_noted(call, &l, err) == -1)
		return -1;
	return listing_answer(call, l.n, show_listed, &l, err);
}

static const struct field note_fields[] = {
	{ "at", FIELD_TEXT, FIELD_SHOWN, offsetof(struct breaker_note, at), 0 },
	{ "act", FIELD_TEXT, FIELD_SHOWN, offsetof(struct breaker_note, act),
	    0 },
	{ "type", FIELD_TEXT, FIELD_SHOWN, offsetof(struct breaker_note, type),
	    0 },
	{ "id", FIELD_TEXT, FIELD_SHOWN, offsetof(struct breaker_note, id), 0 },
	{ "name", FIELD_TEXT, FIELD_SHOWN, offsetof(struct breaker_note, name),
	    0 },
	{ "n", FIELD_NUMBER, FIELD_SHOWN, offsetof(struct breaker_note, n), 0 },
};

static struct json_object *
show_note(const struct call *call, enum breaker_list which,
    const struct breaker_note *note)
{
	struct arena *a = call->arena;
	struct json_object *v = json_new_object(a), *names = json_new_array(a);

	json_set(v, SLICE("list"),
	    json_new_string(a, slice_of(breaker_list_name(which))));
	field_show(a, note_fields, NELEM(note_fields), note, v);
	for (size_t i = 0; i < note->nmembers; i++)
		json_append(names, json_new_string(a, note->members[i]));
	if (note->nmembers > 0)
		json_set(v, SLICE("members"), names);
	return v;
}

/* Of the lists one behind the other, what falls on PAGE. */
struct notes {
	struct breaker_note *list[BREAKER_LIST_MAX];
	size_t n[BREAKER_LIST_MAX];
	size_t total;
};

static int
read_notes(const struct call *call, const struct noted *noted,
    struct notes *notes, struct error *err)
{
	struct visit visit = visit_tenant(call, &noted->tenant);

	notes->total = 0;
	for (int i = 0; i < BREAKER_LIST_MAX; i++) {
		if (breaker_notes(&visit.identity, &visit.caller,
			noted->status.credential, (enum breaker_list)i,
			&notes->list[i], &notes->n[i], err) == -1)
			return -1;
		notes->total += notes->n[i];
	}
	return 0;
}

static struct json_object *
show_notes(
    const struct call *call, const struct notes *notes, const struct page *page)
{
	struct json_object *list = json_new_array(call->arena);
	size_t at = 0;

	for (int i = 0; i < BREAKER_LIST_MAX; i++)
		for (size_t j = 0; j < notes->n[i]; j++, at++)
			if (at >= page->first && at < page->end)
				json_append(list,
				    show_note(call, (enum breaker_list)i,
					&notes->list[i][j]));
	return list;
}

/* The names, a page of them. */
int
admin_show_breaker(struct call *call, struct error *err)
{
	struct json_object *v;
	struct noted noted;
	struct notes notes;
	struct page page;

	if (find_noted(call, &noted, err) == -1 ||
	    read_notes(call, &noted, &notes, err) == -1 ||
	    answer_read_page(call, notes.total, &page, err) == -1)
		return -1;
	v = answer_make_page(call, &page, show_notes(call, &notes, &page));
	show(call, &noted, v);
	return answer_object(call, 200, v);
}

struct form {
	struct slice span;
};

static const struct field release_fields[] = {
	{ "for", FIELD_TEXT, FIELD_MADE, offsetof(struct form, span), 0 },
};

/* What one request does of what is pending. */
enum { DONE_MAX = 1000 };

/* As it is now; more is to be asked for when not ALL is done. */
static int
answer_now(struct call *call, bool all, struct error *err)
{
	struct json_object *v = json_new_object(call->arena);
	struct noted noted;

	call->caller.now = clock_now_ms();
	if (find_noted(call, &noted, err) == -1)
		return -1;
	show(call, &noted, v);
	return answer_object(call, all ? 200 : 202, v);
}

int
admin_release_breaker(struct call *call, struct error *err)
{
	struct form form = { SLICE("1h") };
	struct noted noted;
	struct visit visit;
	int64_t until;
	int rc;

	if (find_noted(call, &noted, err) == -1 ||
	    field_read(call->arena, call->body, release_fields,
		NELEM(release_fields), FIELD_MADE, &form, err) == -1 ||
	    grant_read_expiry(call->arena, call->caller.now, "'for'", form.span,
		&until, err) == -1)
		return -1;
	visit = visit_tenant(call, &noted.tenant);
	rc = breaker_release(&visit.identity, &visit.caller,
	    noted.status.credential, until, DONE_MAX, err);
	return rc == -1 ? -1 : answer_now(call, rc == 1, err);
}

int
admin_discard_breaker(struct call *call, struct error *err)
{
	struct noted noted;
	struct visit visit;
	int rc;

	if (find_noted(call, &noted, err) == -1 ||
	    field_read(
		call->arena, call->body, NULL, 0, FIELD_MADE, NULL, err) == -1)
		return -1;
	visit = visit_tenant(call, &noted.tenant);
	rc = breaker_discard(&visit.identity, &visit.caller,
	    noted.status.credential, DONE_MAX, err);
	return rc == -1 ? -1 : answer_now(call, rc == 1, err);
}
