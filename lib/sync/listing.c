/*
 * listing.c: lists, page by page.
 */
#include <stdint.h>

#include "base/number.h"
#include "json/json.h"
#include "sync/dialect_part.h"
#include "sync/listing.h"

/* A number of the answer, perhaps as text; -1 when it says none. */
static int64_t
number(const struct json_object *answer, struct slice name)
{
	const struct json_object *v = json_attr(answer, name);
	int64_t n = -1;

	if (json_kind(v) == JSON_INTEGER && json_integer(v) >= 0)
		return json_integer(v);
	if (json_kind(v) == JSON_STRING &&
	    parse_int(json_string(v), 0, INT64_MAX, &n, NULL) == 0)
		return n;
	return -1;
}

static bool
has_id(const struct listing *l, struct slice id)
{
	for (size_t i = 0; i < l->n; i++)
		if (slice_equal(
			json_string(json_attr(l->resources[i], SLICE("id"))),
			id))
			return true;
	return false;
}

static void
take(struct arena *a, const struct json_object *list, struct listing *l)
{
	size_t n = json_len(list);

	l->n = 0;
	l->resources = arena_calloc(a, n + 1, sizeof(struct json_object *));
	for (size_t i = 0; i < n; i++) {
		struct slice id =
		    json_string(json_attr(json_at(list, i), SLICE("id")));

		if (id.len > 0 && !has_id(l, id))
			l->resources[l->n++] = json_at(list, i);
	}
}

/* The page behind one of RECEIVED values, which may be the end. */
static void
advance(struct listing *l, const struct json_object *answer, size_t received)
{
	struct slice cursor =
	    json_string(json_attr(answer, SLICE("nextCursor")));
	bool by_cursor = l->next.cursor.len > 0 || cursor.len > 0;
	int64_t index = l->next.index < 1 ? 1 : l->next.index;

	l->next.cursor = cursor.len > 0 ? cursor : SLICE("");
	if (index > INT64_MAX - (int64_t)received)
		index = INT64_MAX - (int64_t)received;
	l->next.index = index + (int64_t)received;
	if (by_cursor)
		l->more = cursor.len > 0;
	else
		l->more = received > 0 &&
		    (l->total == -1 || l->next.index <= l->total);
}

int
listing_read(struct arena *a, const struct json_object *answer,
    struct listing *l, struct error *err)
{
	const struct json_object *list = json_attr(answer, SLICE("Resources"));

	if (json_kind(answer) != JSON_OBJECT ||
	    (json_kind(list) != JSON_ARRAY && json_kind(list) != JSON_NULL) ||
	    (!json_has(answer, SLICE("Resources")) &&
		!json_has(answer, SLICE("totalResults"))))
		return error_set(err, ERR_INVALID_SYNTAX,
		    "the answer is no list: neither \"Resources\" nor "
		    "\"totalResults\" is in it");
	l->total = number(answer, SLICE("totalResults"));
	take(a, list, l);
	advance(l, answer, json_len(list));
	return 0;
}

struct slice
listing_query(struct arena *a, const struct dialect *d, struct slice endpoint,
    struct slice filter, const struct listing_place *at, unsigned count)
{
	struct buf b;

	dialect_begin_query(&b, endpoint);
	if (filter.len > 0) {
		dialect_add_query(&b, "filter", filter);
		buf_putc(&b, '&');
	}
	if (d->paging == DIALECT_CURSOR || at->cursor.len > 0)
		dialect_add_query(&b, "cursor",
		    at->cursor.data == NULL ? SLICE("") : at->cursor);
	else
		buf_printf(&b, "startIndex=%lld",
		    at->index < 1 ? 1 : (long long)at->index);
	buf_printf(&b, "&count=%u", count);
	return dialect_end_query(a, &b);
}
