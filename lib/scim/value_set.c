/*
 * value_set.c: are two values of an attribute the same?
 *
 * A value is brought into a text that is the same for equal values, once;
 * after that only texts and their hashes are compared.
 */
#include "base/buf.h"
#include "base/text.h"
#include "json/decimal.h"
#include "json/json.h"
#include "scim/binary.h"
#include "scim/value_set.h"

/* Room for any value that came in a request. */
enum { KEY_MAX = 64 * 1024 * 1024 };

struct value_key {
	uint64_t hash;
	struct slice text;
	struct value_key *next; /* in the same slot */
};

bool
value_ignores_case(const struct attr *attr)
{
	return attr->type == ATTR_STRING && !attr->case_exact;
}

static void
put_string(
    struct buf *b, struct arena *a, const struct attr *attr, struct slice text)
{
	struct slice bytes;

	if (attr->type == ATTR_BINARY && binary_decode(a, text, &bytes) == 0) {
		buf_printf(b, "%zu:", bytes.len);
		buf_slice(b, bytes);
		return;
	}
	buf_json_string(
	    b, value_ignores_case(attr) ? text_fold(a, text) : text);
}

/* No "primary" is the same as false (PRIM-02). */
static bool
says_nothing(const struct attr *sub, const struct json_object *v)
{
	return v == NULL ||
	    (json_kind(v) == JSON_BOOLEAN && !json_boolean(v) &&
		slice_equal(sub->name, SLICE("primary")));
}

static void
put_value(struct buf *b, struct arena *a, const struct attr *attr,
    const struct json_object *v)
{
	if (json_kind(v) == JSON_STRING) {
		put_string(b, a, attr, json_string(v));
		return;
	}
	if (json_kind(v) == JSON_INTEGER || json_kind(v) == JSON_DECIMAL) {
		decimal_print(b, json_text(a, v));
		return;
	}
	if (json_kind(v) != JSON_OBJECT) {
		json_print(b, v);
		return;
	}
	buf_putc(b, '{');
	for (size_t i = 0; i < attr->nsub; i++) {
		struct json_object *sub = json_attr(v, attr->sub[i].name);

		if (says_nothing(&attr->sub[i], sub))
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
	struct value_key key = { .next = NULL };
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
	const struct value_key *k;

	if (set->n == 0)
		return false;
	for (k = set->slots[key->hash % set->nslots]; k != NULL; k = k->next)
		if (same_key(k, key))
			return true;
	return false;
}

bool
value_set_has(const struct value_set *set, const struct json_object *v)
{
	struct value_key key = key_of(set->a, set->attr, v);

	return has_key(set, &key);
}

static void
link_key(struct value_set *set, struct value_key *key)
{
	struct value_key **slot = &set->slots[key->hash % set->nslots];

	key->next = *slot;
	*slot = key;
}

/* Twice the slots, so that a slot holds about one key. */
static void
grow(struct value_set *set)
{
	struct value_set old = *set;

	set->nslots = old.nslots == 0 ? 16 : old.nslots * 2;
	set->slots = arena_calloc(set->a, set->nslots, sizeof(*set->slots));
	for (size_t i = 0; i < old.nslots; i++)
		for (struct value_key *k = old.slots[i], *next; k != NULL;
		     k = next) {
			next = k->next;
			link_key(set, k);
		}
}

bool
value_set_add(struct value_set *set, const struct json_object *v)
{
	struct value_key *key = arena_alloc(set->a, sizeof(*key));

	*key = key_of(set->a, set->attr, v);
	if (has_key(set, key))
		return false;
	if (set->n == set->nslots)
		grow(set);
	link_key(set, key);
	set->n++;
	return true;
}
