/*
 * value_set.c: are two values of an attribute the same?
 *
 * A value is brought into a text that is the same for equal values, once;
 * after that only texts and their hashes are compared.
 */
#include "base/buf.h"
#include "base/text.h"
#include "json/json.h"
#include "scim/value_set.h"

/* Room for any value that came in a request. */
enum { KEY_MAX = 64 * 1024 * 1024 };

struct value_key {
	uint64_t hash;
	struct slice text;
};

static void
put_string(
    struct buf *b, struct arena *a, const struct attr *attr, struct slice text)
{
	if (attr->type == ATTR_BINARY)
		while (text.len > 0 && text.data[text.len - 1] == '=')
			text.len--;
	buf_json_string(b, attr->case_exact ? text : text_fold(a, text));
}

static void
put_value(struct buf *b, struct arena *a, const struct attr *attr,
    const struct json_object *v)
{
	if (json_kind(v) == JSON_STRING) {
		put_string(b, a, attr, json_string(v));
		return;
	}
	if (json_kind(v) != JSON_OBJECT) {
		json_print(b, v);
		return;
	}
	buf_putc(b, '{');
	for (size_t i = 0; i < attr->nsub; i++) {
		struct json_object *sub = json_attr(v, attr->sub[i].name);

		if (sub == NULL)
			continue;
		buf_printf(b, "%zu:", i);
		put_value(b, a, &attr->sub[i], sub);
	}
	buf_putc(b, '}');
}

/* FNV-1a. */
static uint64_t
hash(struct slice text)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.data[i]) * 1099511628211u;
	return h;
}

static struct value_key
key_of(struct arena *a, const struct attr *attr, const struct json_object *v)
{
	struct value_key key;
	struct buf b;

	buf_init(&b, KEY_MAX);
	put_value(&b, a, attr, v);
	key.text = arena_slice(a, buf_text(&b));
	key.hash = hash(key.text);
	buf_fini(&b);
	return key;
}

static bool
same_key(const struct value_key *x, const struct value_key *y)
{
	return x->hash == y->hash && slice_equal(x->text, y->text);
}

bool
value_equal(struct arena *a, const struct attr *attr,
    const struct json_object *x, const struct json_object *y)
{
	struct value_key kx = key_of(a, attr, x), ky = key_of(a, attr, y);

	return same_key(&kx, &ky);
}

void
value_set_init(struct value_set *set, struct arena *a, const struct attr *attr)
{
	*set = (struct value_set){ .a = a, .attr = attr };
}

static bool
has_key(const struct value_set *set, const struct value_key *key)
{
	for (size_t i = 0; i < set->n; i++)
		if (same_key(&set->keys[i], key))
			return true;
	return false;
}

bool
value_set_has(const struct value_set *set, const struct json_object *v)
{
	struct value_key key = key_of(set->a, set->attr, v);

	return has_key(set, &key);
}

bool
value_set_add(struct value_set *set, const struct json_object *v)
{
	struct value_key key = key_of(set->a, set->attr, v);
	size_t size = set->size == 0 ? 16 : set->size * 2;

	if (has_key(set, &key))
		return false;
	if (set->n == set->size) {
		set->keys = arena_grow(set->a, set->keys, set->n * sizeof(key),
		    size * sizeof(key));
		set->size = size;
	}
	set->keys[set->n++] = key;
	return true;
}
