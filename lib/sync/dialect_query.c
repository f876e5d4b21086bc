/*
 * dialect_query.c: asking a target for who is there already.
 */
#include "json/json.h"
#include "sync/dialect_part.h"

enum { QUERY_MAX = 64 * 1024 };

struct slice
dialect_end_query(struct arena *a, struct buf *b)
{
	struct slice text = arena_slice(a, buf_text(b));

	buf_fini(b);
	return text;
}

static const struct flow *
flow_of(const struct mapping_row *row, const struct flow *flows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (flows[i].row == row)
			return &flows[i];
	return NULL;
}

/*
 * emails[type eq "work" and value eq "x"], where the grammar of RFC 7644 has
 * it; what is made for Entra knows emails[type eq "work"].value eq "x"
 * (ENTRA-05).
 */
static void
put_term(struct arena *a, struct buf *b, const struct dialect *d,
    const struct flow *f)
{
	const struct place *p = &f->row->place;
	bool inside = p->nconditions > 0 && p->sub.len > 0 &&
	    d->patch != DIALECT_MERGED && d->patch != DIALECT_LEGACY;
	struct slice path = place_print(a, p, inside ? PLACE_ELEMENT : 0);

	if (inside) {
		path.len--;
		buf_slice(b, path);
		buf_puts(b, " and ");
		buf_slice(b, p->sub);
	} else
		buf_slice(b, path);
	buf_puts(b, " eq ");
	json_print(b, f->value);
	if (inside)
		buf_putc(b, ']');
}

struct slice
dialect_match_filter(struct arena *a, const struct dialect *d,
    const struct mapping_match *match, const struct flow *flows, size_t n)
{
	struct buf b;

	buf_init(&b, QUERY_MAX);
	for (size_t i = 0; i < match->nrows; i++) {
		const struct flow *f = flow_of(match->rows[i], flows, n);

		if (f == NULL || f->value == NULL) {
			buf_fini(&b);
			return (struct slice){ NULL, 0 };
		}
		if (i > 0)
			buf_puts(&b, " and ");
		put_term(a, &b, d, f);
	}
	return dialect_end_query(a, &b);
}

struct slice
dialect_filter(struct arena *a, struct slice attribute, struct slice value)
{
	struct buf b;

	buf_init(&b, QUERY_MAX);
	buf_slice(&b, attribute);
	buf_puts(&b, " eq ");
	buf_json_string(&b, value);
	return dialect_end_query(a, &b);
}

/* All but what RFC 3986 section 2.3 leaves alone is encoded. */
static void
put_encoded(struct buf *b, struct slice text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";

	for (size_t i = 0; i < text.len; i++)
		if (memchr(plain, text.data[i], sizeof(plain) - 1) != NULL)
			buf_putc(b, text.data[i]);
		else
			buf_printf(b, "%%%02X", (unsigned char)text.data[i]);
}

static bool
is_groups(struct slice endpoint)
{
	return endpoint.len >= 7 &&
	    slice_equal_nocase(
		slice_from(endpoint, endpoint.len - 7), SLICE("/Groups"));
}

void
dialect_begin_query(struct buf *b, struct slice endpoint)
{
	buf_init(b, (size_t)4 * QUERY_MAX);
	buf_slice(b, endpoint);
	buf_putc(b, '?');
	if (is_groups(endpoint))
		buf_puts(b, "excludedAttributes=members&");
}

void
dialect_add_query(struct buf *b, const char *name, struct slice value)
{
	buf_puts(b, name);
	buf_putc(b, '=');
	put_encoded(b, value);
}

struct slice
dialect_query(struct arena *a, struct slice endpoint, struct slice filter)
{
	struct buf b;

	dialect_begin_query(&b, endpoint);
	dialect_add_query(&b, "filter", filter);
	return dialect_end_query(a, &b);
}

static struct json_object *
list_of(struct arena *a, struct slice text)
{
	struct json_object *list = json_new_array(a);

	json_append(list, json_new_string(a, text));
	return list;
}

struct json_object *
dialect_search(struct arena *a, struct slice endpoint, struct slice filter)
{
	struct json_object *body = json_new_object(a);

	json_set(body, SLICE("schemas"), list_of(a, SLICE(URN_SEARCH)));
	json_set(body, SLICE("filter"), json_new_string(a, filter));
	if (is_groups(endpoint))
		json_set(body, SLICE("excludedAttributes"),
		    list_of(a, SLICE("members")));
	return body;
}
