/*
 * value_set.c: are two values of an attribute the same?
 *
 * A value is brought into a text that is the same for equal values, once;
 * after that only texts and their hashes are compared.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/nelem.h"
#include "base/text.h"
#include "json/decimal.h"
#include "json/json.h"
#include "scim/binary.h"
#include "scim/uri.h"
#include "scim/value_set.h"

/* Room for any value that came in a request. */
enum { KEY_MAX = 64 * 1024 * 1024 };

struct value_key {
	uint64_t hash;
	struct slice text;
	struct value_key *next; /* in the same slot */
	size_t number;		/* given by the user of the set */
};

bool
value_ignores_case(const struct attr *attr)
{
	return attr->type == ATTR_STRING && !attr->case_exact;
}

struct slice
value_compared(struct arena *a, const struct attr *attr, struct slice text)
{
	if (value_ignores_case(attr))
		return text_fold(a, text);
	return attr->type == ATTR_STRING ? text_nfc(a, text) : text;
}

/* TEXT of ATTR, the same for every spelling of a value. */
static struct slice
one_spelling(struct arena *a, const struct attr *attr, struct slice text)
{
	char full[CLOCK_FULL_SIZE];
	struct instant at;

	switch (attr->type) {
	case ATTR_DATETIME:
		return clock_parse(text, &at) == 0 &&
			clock_format_full(at, full) == 0
		    ? slice_of(arena_strdup(a, full))
		    : text;
	case ATTR_REFERENCE:
		return uri_normalise(a, text);
	default:
		return value_compared(a, attr, text);
	}
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
	buf_json_string(b, one_spelling(a, attr, text));
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

/* "value" and "type" of a complex value. */
static void
put_pair(struct buf *b, struct arena *a, const struct attr *attr,
    const struct json_object *v)
{
	static const struct slice names[] = { { "value", 5 }, { "type", 4 } };

	for (size_t i = 0; i < NELEM(names); i++) {
		const struct attr *sub = attr_find_sub(attr, names[i]);
		struct json_object *part = json_attr(v, names[i]);

		if (sub != NULL && part != NULL)
			put_value(b, a, sub, part);
		buf_putc(b, ',');
	}
}

static struct value_key
key_of(struct arena *a, const struct attr *attr, const struct json_object *v,
    bool by_pair)
{
	struct value_key key = { .next = NULL };
	struct buf b;

	buf_init(&b, KEY_MAX);
	if (by_pair)
		put_pair(&b, a, attr, v);
	else
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
	struct value_key kx = key_of(a, attr, x, false);
	struct value_key ky = key_of(a, attr, y, false);

	return same_key(&kx, &ky);
}

/* Is every value of the list Y in X? */
static bool
covers(struct arena *a, const struct attr *attr, const struct json_object *x,
    const struct json_object *y)
{
	struct value_set set;

	value_set_init(&set, a, attr);
	for (size_t i = 0; i < json_len(x); i++)
		value_set_add(&set, json_at(x, i));
	for (size_t i = 0; i < json_len(y); i++)
		if (!value_set_has(&set, json_at(y, i)))
			return false;
	return true;
}

bool
value_same(struct arena *a, const struct attr *attr,
    const struct json_object *x, const struct json_object *y)
{
	if (x == NULL || y == NULL)
		return x == y;
	if (!attr->multi_valued)
		return value_equal(a, attr, x, y);
	return covers(a, attr, x, y) && covers(a, attr, y, x);
}

void
value_set_init(struct value_set *set, struct arena *a, const struct attr *attr)
{
	*set = (struct value_set){ .a = a, .attr = attr };
}

void
value_set_init_pairs(
    struct value_set *set, struct arena *a, const struct attr *attr)
{
	*set = (struct value_set){ .a = a, .attr = attr, .by_pair = true };
}

/* Are there pairs of V that this set could hold? */
static bool
fits(const struct value_set *set, const struct json_object *v)
{
	return !set->by_pair || json_attr(v, SLICE("value")) != NULL;
}

/* The key that is in SET and equal to KEY, or NULL. */
static const struct value_key *
find_key(const struct value_set *set, const struct value_key *key)
{
	const struct value_key *k;

	if (set->n == 0)
		return NULL;
	for (k = set->slots[key->hash % set->nslots]; k != NULL; k = k->next)
		if (same_key(k, key))
			return k;
	return NULL;
}

bool
value_set_find(
    const struct value_set *set, const struct json_object *v, size_t *i)
{
	struct value_key key;
	const struct value_key *found;

	if (!fits(set, v))
		return false;
	key = key_of(set->a, set->attr, v, set->by_pair);
	found = find_key(set, &key);
	if (found != NULL)
		*i = found->number;
	return found != NULL;
}

bool
value_set_has(const struct value_set *set, const struct json_object *v)
{
	size_t ignored;

	return value_set_find(set, v, &ignored);
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

static bool
add(struct value_set *set, const struct json_object *v, size_t number)
{
	struct value_key *key = arena_alloc(set->a, sizeof(*key));

	*key = key_of(set->a, set->attr, v, set->by_pair);
	key->number = number;
	if (find_key(set, key) != NULL)
		return false;
	if (set->n == set->nslots)
		grow(set);
	link_key(set, key);
	set->n++;
	return true;
}

bool
value_set_add(struct value_set *set, const struct json_object *v)
{
	return add(set, v, set->n);
}

void
value_set_put(struct value_set *set, const struct json_object *v, size_t i)
{
	if (fits(set, v))
		add(set, v, i);
}
