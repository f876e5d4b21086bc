/*
 * shape.c: what kind of thing a request asks.
 */
#include "json/json.h"
#include "serve/shape.h"

/* TEXT without what stands in quotes, and without numbers. */
static void
put_template(struct buf *b, struct slice text)
{
	bool quoted = false, number = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		bool digit = c >= '0' && c <= '9';

		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
			buf_putc(b, '?');
		} else if (!digit) {
			buf_putc(b, c);
		} else if (!number) {
			buf_putc(b, '#');
		}
		number = digit;
	}
}

/* "/Users/:id/members" */
static void
put_path(struct buf *b, const struct call *call)
{
	struct slice rest = call->path, segment;

	while (slice_next(&rest, '/', &segment)) {
		if (segment.len == 0)
			continue;
		buf_putc(b, '/');
		if (call->id.len > 0 &&
		    slice_has_prefix_nocase(segment, call->id))
			buf_puts(b, ":id");
		else
			buf_slice(b, segment);
	}
}

/* "?filter=userName eq ?&count" */
static void
put_query(struct buf *b, const struct call *call)
{
	struct slice rest = call->request->query, item, name;
	char before = '?';

	while (rest.len > 0 && slice_next(&rest, '&', &item)) {
		if (!slice_next(&item, '=', &name) || name.len == 0)
			continue;
		buf_putc(b, before);
		before = '&';
		buf_slice(b, name);
		if (!slice_equal_nocase(name, SLICE("filter")))
			continue;
		buf_putc(b, '=');
		put_template(b, http_decode(call->arena, item));
	}
}

/* What is in B, cut short; B is empty then. */
static struct slice
take(const struct call *call, struct buf *b)
{
	struct slice text = buf_text(b);

	if (text.len > SHAPE_LEN_MAX)
		text.len = SHAPE_LEN_MAX;
	text = arena_slice(call->arena, text);
	buf_clear(b);
	return text;
}

struct shapes {
	const struct call *call;
	struct slice *list;
	size_t n;
	struct buf b;
};

/* One operation on what PATH says: "PATCH /Users/:id replace emails". */
static void
add_operation(struct shapes *s, struct slice verb, struct slice path)
{
	if (s->n == SHAPES_A_REQUEST)
		return;
	buf_slice(&s->b, s->list[0]);
	buf_putc(&s->b, ' ');
	buf_slice(&s->b, verb);
	buf_putc(&s->b, ' ');
	put_template(&s->b, path);
	s->list[s->n++] = take(s->call, &s->b);
}

static void
add_patch(struct shapes *s)
{
	const struct json_object *list =
	    json_attr(s->call->body, SLICE("Operations"));

	for (size_t i = 0; i < json_len(list); i++) {
		const struct json_object *op = json_at(list, i);
		struct slice verb = json_string(json_attr(op, SLICE("op")));
		struct json_object *path = json_attr(op, SLICE("path"));
		struct json_member m =
		    json_first(json_attr(op, SLICE("value")));

		if (json_kind(path) == JSON_STRING)
			add_operation(s, verb, json_string(path));
		else
			for (; m.entry != NULL; json_next(&m))
				add_operation(s, verb, m.name);
	}
}

size_t
shape_list(const struct call *call, struct slice shapes[SHAPES_A_REQUEST])
{
	struct shapes s = { .call = call, .list = shapes };

	buf_init(&s.b, 256 * 1024);
	buf_slice(&s.b, call->request->method_name);
	buf_putc(&s.b, ' ');
	put_path(&s.b, call);
	put_query(&s.b, call);
	shapes[s.n++] = take(call, &s.b);
	if (call->request->method == HTTP_PATCH && call->body != NULL)
		add_patch(&s);
	buf_fini(&s.b);
	return s.n;
}
