/*
 * member_page.c: the members of a group, a page of them: a million do not
 * fit into the group (an extension of SCIM, see README).
 *
 * A page is a walk over the keys of the group from where the cursor says, so
 * it costs the same wherever it begins.
 */
#include "identity/member.h"
#include "identity/record.h"
#include "identity/render.h"
#include "identity/seal.h"
#include "store/members.h"

struct member_page {
	const struct identity *identity;
	const struct caller *caller;
	const struct resource_type *type;
	const struct query *query;
	struct uuid group;
	struct buf *out;
	size_t out_start;
	int64_t skip;
	struct seal seal;

	/* Begun anew by each run of the body. */
	struct kv_txn *txn;
	const struct cursor *from;
	int64_t total;
	int64_t seen;
	int64_t shown;
	struct uuid last;
};

static int
show(struct member_page *p, const struct uuid *id)
{
	struct slice text;

	if (render_member(p->txn, p->identity, p->caller, member_attr(p->type),
		id, &text) == -1)
		return -1;
	if (p->shown++ > 0)
		buf_putc(p->out, ',');
	buf_slice(p->out, text);
	p->last = *id;
	return 0;
}

/* What is counted is walked to its end; a cursor knows the number. */
static int
walk(struct member_page *p, struct kv_range *range, bool *more)
{
	enum store_status status;
	struct slice type;
	struct uuid id;

	*more = false;
	while ((status = members_next(range, &id, &type)) == STORE_OK) {
		int hidden = member_is_hidden(p->txn, p->identity, p->caller,
		    member_attr(p->type), &p->group, &id);

		if (hidden == -1)
			return -1;
		if (hidden == 1)
			continue;
		if (++p->seen <= p->skip)
			continue;
		*more = p->shown == p->seal.count;
		if (*more && p->total != -1)
			return 0;
		if (!*more && show(p, &id) == -1)
			return -1;
	}
	return status == STORE_NOTFOUND ? 0 : -1;
}

static void
finish(struct member_page *p, bool more)
{
	struct cursor cursor = { .issued_at = p->caller->now,
		.total = p->total != -1 ? p->total : p->seen,
		.count = p->seal.count,
		.last = p->last,
		.key = SLICE("") };

	buf_printf(p->out, "],\"totalResults\":%lld,\"itemsPerPage\":%lld",
	    (long long)cursor.total, (long long)p->shown);
	if (p->query->cursor.data == NULL)
		buf_printf(
		    p->out, ",\"startIndex\":%lld", (long long)p->skip + 1);
	if (p->query->start_index == 0 && more && p->shown > 0)
		seal_print(&p->seal, store_arena(p->txn), &cursor, p->out);
	buf_putc(p->out, '}');
}

static int
page_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct member_page *p = arg;
	struct record record;
	struct kv_range *range;
	bool more;
	int rc;

	p->txn = txn;
	p->seen = p->shown = 0;
	buf_truncate(p->out, p->out_start);
	if (record_get(txn, p->caller, p->type, &p->group, false, &record,
		err) == -1 ||
	    seal_open(&p->seal, store_arena(txn), p->caller, p->query->cursor,
		&p->from, err) == -1)
		return -1;
	p->total = p->from == NULL ? -1 : p->from->total;
	buf_puts(p->out, "{\"schemas\":[\"" URN_LIST "\"],\"Resources\":[");
	if (members_open(txn, p->caller->tenant, &p->group,
		p->from == NULL ? NULL : &p->from->last, true,
		&range) != STORE_OK)
		return -1;
	rc = walk(p, range, &more);
	kv_range_close(range);
	if (rc == 0)
		finish(p, more);
	return rc;
}

/* What a walk over keys cannot do is refused, not left out in silence. */
static int
check_query(const struct query *q, struct error *err)
{
	if (q->filter.data != NULL || q->sort_by.data != NULL ||
	    q->attributes.data != NULL || q->excluded.data != NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "members are listed by 'count', with 'cursor' or "
		    "'startIndex'; there is no filter, order or projection");
	return 0;
}

int
identity_list_members(const struct identity *identity,
    const struct caller *caller, const struct resource_type *type,
    struct slice group, const struct query *query, struct buf *out,
    struct error *err)
{
	struct member_page p = { .identity = identity,
		.caller = caller,
		.type = type,
		.query = query,
		.out = out,
		.out_start = out->len,
		.skip = query->start_index > 0 ? query->start_index - 1 : 0 };

	if (check_query(query, err) == -1 ||
	    record_parse_id(type, group, &p.group, err) == -1)
		return -1;
	p.seal.count = identity_page_size(identity, query);
	p.seal.binding =
	    slice_of(arena_printf(caller->arena, "members %u %.*s\n%.*s",
		caller->tenant, SLICE_ARG(caller->actor), SLICE_ARG(group)));
	if (seal_init(&p.seal, identity, caller, err) == -1)
		return -1;
	return store_view(identity->store, page_body, &p, err);
}
