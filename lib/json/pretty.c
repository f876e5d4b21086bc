/*
 * pretty.c: JSON for people to read and edit.
 */
#include "json/pretty.h"

enum { LINE_LEN = 72, BLANKS = 2 };

static void print(struct buf *b, const struct json_object *v, size_t depth);

static bool
is_container(const struct json_object *v)
{
	return json_kind(v) == JSON_OBJECT || json_kind(v) == JSON_ARRAY;
}

static bool
holds_containers(const struct json_object *v)
{
	struct json_member m = json_first(v);

	for (; json_kind(v) == JSON_OBJECT && m.entry != NULL; json_next(&m))
		if (is_container(m.value))
			return true;
	for (size_t i = 0; json_kind(v) == JSON_ARRAY && i < json_len(v); i++)
		if (is_container(json_at(v, i)))
			return true;
	return false;
}

/* In one line, if there is room: {"a": 1, "b": 2}. */
static bool
print_short(struct buf *b, const struct json_object *v, size_t depth)
{
	bool is_object = json_kind(v) == JSON_OBJECT;
	struct json_member m = json_first(v);
	size_t start = b->len, n = json_len(v);

	if (holds_containers(v))
		return false;
	buf_putc(b, is_object ? '{' : '[');
	for (size_t i = 0; i < n && b->len - start <= LINE_LEN; i++) {
		if (i > 0)
			buf_puts(b, ", ");
		if (is_object) {
			buf_json_string(b, m.name);
			buf_puts(b, ": ");
			json_print(b, m.value);
			json_next(&m);
		} else {
			json_print(b, json_at(v, i));
		}
	}
	buf_putc(b, is_object ? '}' : ']');
	if (n <= 1 || b->len - start + depth * BLANKS <= LINE_LEN)
		return true;
	buf_truncate(b, start);
	return false;
}

static void
begin_line(struct buf *b, size_t depth)
{
	buf_putc(b, '\n');
	for (size_t i = 0; i < depth * BLANKS; i++)
		buf_putc(b, ' ');
}

static void
print_members(struct buf *b, const struct json_object *v, size_t depth)
{
	struct json_member m = json_first(v);

	while (m.entry != NULL) {
		begin_line(b, depth);
		buf_json_string(b, m.name);
		buf_puts(b, ": ");
		print(b, m.value, depth);
		json_next(&m);
		if (m.entry != NULL)
			buf_putc(b, ',');
	}
}

static void
print_elements(struct buf *b, const struct json_object *v, size_t depth)
{
	for (size_t i = 0; i < json_len(v); i++) {
		if (i > 0)
			buf_putc(b, ',');
		begin_line(b, depth);
		print(b, json_at(v, i), depth);
	}
}

static void
print(struct buf *b, const struct json_object *v, size_t depth)
{
	bool is_object = json_kind(v) == JSON_OBJECT;

	if (!is_container(v)) {
		json_print(b, v);
		return;
	}
	if (print_short(b, v, depth))
		return;
	buf_putc(b, is_object ? '{' : '[');
	if (is_object)
		print_members(b, v, depth + 1);
	else
		print_elements(b, v, depth + 1);
	begin_line(b, depth);
	buf_putc(b, is_object ? '}' : ']');
}

void
json_pretty(struct buf *b, const struct json_object *v)
{
	print(b, v, 0);
}
