/*
 * source.c: what a filter asks for and the body does not hold.
 */
#include "identity/member.h"
#include "identity/renderer.h"
#include "json/walk.h"
#include "store/members.h"

/* What BUF holds, copied into the arena; BUF is freed. */
static struct slice
take_text(struct arena *a, struct buf *b)
{
	struct slice text = arena_slice(a, buf_text(b));

	buf_fini(b);
	return text;
}

int
render_member(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct attr *attr, const struct uuid *id,
    struct slice *text)
{
	struct renderer r = { .txn = txn,
		.a = store_arena(txn),
		.identity = identity,
		.caller = caller };
	struct buf out;
	int rc;

	buf_init(&out, RENDER_VALUE_MAX);
	r.out = &out;
	rc = render_edge(&r, WANT_ALL, attr, id);
	*text = take_text(r.a, &out);
	return rc;
}

/* A reference as a client sees it, for a filter on its display name. */
static int
put_stored_reference(struct renderer *r, const struct attr *attr)
{
	struct slice container = r->record->body, value;

	if (attr->schema != NULL && attr->schema != r->type->schema &&
	    !walk_find(container, attr->schema->id, &container))
		return 0;
	if (!walk_find(container, attr->name, &value))
		return 0;
	return attr->multi_valued
	    ? render_array(r, WANT_ALL, attr->schema, attr, value)
	    : render_object(r, WANT_ALL, attr->schema, attr, value);
}

static bool
source_get(
    void *arg, const struct attr *attr, struct slice *value, bool *failed)
{
	struct render_subject *s = arg;
	struct renderer r = { .txn = s->txn,
		.a = s->a,
		.identity = s->identity,
		.caller = s->caller,
		.type = s->type,
		.id = s->id,
		.record = s->record };
	struct buf out;
	int rc = 0;

	if (s->cached == attr) {
		*value = s->value;
		return value->len > 2;
	}
	buf_init(&out, RENDER_VALUE_MAX);
	r.out = &out;
	uuid_format(s->id, r.id_text);
	if (attr->type != ATTR_COMPLEX)
		buf_printf(&out, "\"%s\"", r.id_text);
	else if (attr->keep == KEEP_BODY)
		rc = put_stored_reference(&r, attr);
	else
		rc = render_computed(&r, WANT_ALL, attr);
	s->is_too_large |= buf_overflowed(&out);
	*failed |= rc == -1 || s->is_too_large;
	*value = s->value = take_text(r.a, &out);
	s->cached = attr;
	return value->len > 2;
}

/* Is ID a member that the caller can see? */
static bool
has_seen_member(const struct render_subject *s, const struct attr *attr,
    const struct uuid *id, bool *failed)
{
	enum store_status status =
	    member_get(s->txn, s->caller->tenant, s->id, id);
	int hidden = status == STORE_OK
	    ? member_is_hidden(s->txn, s->identity, s->caller, attr, s->id, id)
	    : 1;

	*failed |= status == STORE_FAIL || hidden == -1;
	return hidden == 0;
}

static bool
has_any_member(
    const struct render_subject *s, const struct attr *attr, bool *failed)
{
	enum store_status status;
	struct kv_range *range;
	struct slice type;
	struct uuid id;
	int hidden = 1;

	status =
	    members_open(s->txn, s->caller->tenant, s->id, NULL, false, &range);
	while (status == STORE_OK && hidden == 1 &&
	    (status = members_next(range, &id, &type)) == STORE_OK)
		hidden = member_is_hidden(
		    s->txn, s->identity, s->caller, attr, s->id, &id);
	kv_range_close(range);
	*failed |= status == STORE_FAIL || hidden == -1;
	return hidden == 0;
}

static bool
source_has_edge(
    void *arg, const struct attr *attr, struct slice text, bool *failed)
{
	const struct render_subject *s = arg;
	struct uuid id;

	if (text.len == 0)
		return has_any_member(s, attr, failed);
	return uuid_parse(text, &id) == 0 &&
	    has_seen_member(s, attr, &id, failed);
}

struct match_source
render_source(struct render_subject *subject)
{
	/* Edges that a caller does not see are left out one by one. */
	return (struct match_source){ source_get, subject,
		subject->caller->bound == NULL ? source_has_edge : NULL };
}
