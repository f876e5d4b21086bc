/*
 * function_list.c: functions of several values.
 */
#include <string.h>

#include "sync/function.h"

int
function_count(struct call *c, struct datum *out)
{
	struct datum v;

	if (call_value(c, 0, &v) == -1)
		return -1;
	*out = datum_integer(
	    v.kind == DATUM_LIST ? (int64_t)v.nitems : v.kind != DATUM_NULL);
	return 0;
}

/* Null where there is none of that number. */
int
function_item(struct call *c, struct datum *out)
{
	struct datum v;
	int64_t i;
	bool is_null;

	if (call_value(c, 0, &v) == -1 ||
	    call_integer(c, 1, &i, &is_null) == -1)
		return -1;
	if (v.kind == DATUM_LIST && i >= 1 && (uint64_t)i <= v.nitems)
		*out = v.items[i - 1];
	else if (v.kind != DATUM_LIST && i == 1)
		*out = v;
	return 0;
}

/* One more part of what is joined; null is none. */
static void
put_part(struct call *c, struct buf *b, struct slice separator,
    const struct datum *part, bool *any)
{
	if (part->kind == DATUM_NULL)
		return;
	if (*any)
		buf_slice(b, separator);
	*any = true;
	buf_slice(b, datum_print(c->r->a, part));
}

static int
put_argument(
    struct call *c, size_t i, struct buf *b, struct slice separator, bool *any)
{
	struct datum v;

	if (call_value(c, i, &v) == -1)
		return -1;
	if (v.kind != DATUM_LIST)
		put_part(c, b, separator, &v, any);
	for (size_t k = 0; v.kind == DATUM_LIST && k < v.nitems; k++)
		put_part(c, b, separator, &v.items[k], any);
	return 0;
}

int
function_join(struct call *c, struct datum *out)
{
	struct slice separator;
	bool any = false;
	struct buf b;

	if (call_text(c, 0, &separator) == -1)
		return -1;
	buf_init(&b, EXPRESSION_TEXT_MAX);
	for (size_t i = 1; i < c->node->nargs; i++)
		if (put_argument(c, i, &b, separator, &any) == -1) {
			buf_fini(&b);
			return -1;
		}
	if (any)
		return call_take_text(c, &b, out);
	buf_fini(&b);
	return 0;
}

static bool
is_among(const struct datum *items, size_t n, const struct datum *v)
{
	for (size_t i = 0; i < n; i++)
		if (datum_equal(&items[i], v))
			return true;
	return false;
}

int
function_remove_duplicates(struct call *c, struct datum *out)
{
	struct datum v, *items;
	size_t n = 0;

	if (call_value(c, 0, &v) == -1 ||
	    run_charge(c->r, c->node, v.nitems * v.nitems / 64) == -1)
		return -1;
	*out = v;
	if (v.kind != DATUM_LIST)
		return 0;
	items = arena_calloc(c->r->a, v.nitems, sizeof(*items));
	for (size_t i = 0; i < v.nitems; i++)
		if (!is_among(items, n, &v.items[i]))
			items[n++] = v.items[i];
	*out = datum_list(items, n);
	return 0;
}

/* The next piece of *REST up to DELIMITER; false behind the last. */
static bool
next_piece(struct slice *rest, struct slice delimiter, struct slice *piece)
{
	const char *at = NULL;

	if (rest->data == NULL)
		return false;
	if (delimiter.len > 0 && rest->len > 0)
		at = memmem(
		    rest->data, rest->len, delimiter.data, delimiter.len);
	*piece = *rest;
	if (at == NULL) {
		*rest = (struct slice){ NULL, 0 };
		return true;
	}
	piece->len = (size_t)(at - rest->data);
	*rest = slice_from(*rest, piece->len + delimiter.len);
	return true;
}

/* Pieces without the spaces around them; empty ones are none. */
int
function_split(struct call *c, struct datum *out)
{
	struct slice rest, delimiter, piece;
	struct datum *items = NULL;
	size_t n = 0;

	if (call_text(c, 0, &rest) == -1 || call_text(c, 1, &delimiter) == -1 ||
	    run_charge(c->r, c->node, rest.len / 16) == -1)
		return -1;
	while (next_piece(&rest, delimiter, &piece)) {
		piece = slice_trim(piece);
		if (piece.len == 0)
			continue;
		items = arena_grow(c->r->a, items, n * sizeof(*items),
		    (n + 1) * sizeof(*items));
		items[n++] = datum_text(piece);
	}
	*out = datum_list(items, n);
	return 0;
}
