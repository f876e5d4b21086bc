/*
 * dialect_members.c: who comes into a group and who leaves it, in bodies of a
 * size that the target takes (ENTRA-31, 35, 36 of spec clients.md; CLI-10).
 */
#include <string.h>

#include "json/json.h"
#include "sync/dialect_part.h"

/* Bodies in the making; the last one has room for more, or there is none. */
struct batch {
	struct arena *a;
	const struct dialect *d;
	struct json_object **bodies;
	size_t nbodies;
	struct json_object *operations; /* of the last one */
	struct json_object *values;	/* of its last operation, a list */
	const char *op;			/* of that list */
	size_t used;			/* members in it */
};

static void
make_room(struct batch *b)
{
	if (b->operations != NULL && b->used < (size_t)b->d->member_batch)
		return;
	b->operations = json_new_array(b->a);
	b->values = NULL;
	b->used = 0;
	b->bodies[b->nbodies++] = dialect_operations(b->a, b->operations);
}

static struct json_object *
member(struct arena *a, struct slice id)
{
	struct json_object *m = json_new_object(a);

	json_set(m, SLICE("value"), json_new_string(a, id));
	return m;
}

static void
remove_by_filter(struct batch *b, struct slice id)
{
	struct slice quoted = json_text(b->a, json_new_string(b->a, id));

	b->values = NULL;
	dialect_operation(b->a, b->d, b->operations, "remove",
	    ARENA_JOIN(b->a, SLICE("members[value eq "), quoted, SLICE("]")),
	    NULL);
}

/* One more member for OP, in a list where the dialect knows lists. */
static void
put(struct batch *b, const char *op, struct slice id, bool by_filter)
{
	make_room(b);
	b->used++;
	if (by_filter) {
		remove_by_filter(b, id);
		return;
	}
	if (b->values == NULL || strcmp(b->op, op) != 0) {
		b->values = json_new_array(b->a);
		b->op = op;
		dialect_operation(
		    b->a, b->d, b->operations, op, SLICE("members"), b->values);
	}
	json_append(b->values, member(b->a, id));
}

static bool
is_among(struct slice id, const struct slice *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal(ids[i], id))
			return true;
	return false;
}

static struct slice
id_of(const struct json_object *m)
{
	return json_kind(m) == JSON_OBJECT
	    ? json_string(json_attr(m, SLICE("value")))
	    : json_string(m);
}

/* The members that RESOURCE has, but for those that leave. */
static void
keep_members(struct batch *b, const struct json_object *old,
    const struct slice *removes, size_t nremoves, struct json_object *list)
{
	for (size_t i = 0; i < json_len(old); i++)
		if (!is_among(id_of(json_at(old, i)), removes, nremoves))
			json_append(list, member(b->a, id_of(json_at(old, i))));
}

/* A target without PATCH gets all members at once. */
static void
put_whole(struct batch *b, const struct json_object *resource,
    const struct slice *adds, size_t nadds, const struct slice *removes,
    size_t nremoves)
{
	struct json_object *body = json_copy(b->a, resource);
	struct json_object *old = json_attr(body, SLICE("members"));
	struct json_object *list = json_new_array(b->a);

	keep_members(b, old, removes, nremoves, list);
	for (size_t i = 0; i < nadds; i++) {
		size_t k = 0;

		while (k < json_len(old) &&
		    !slice_equal(id_of(json_at(old, k)), adds[i]))
			k++;
		if (k == json_len(old))
			json_append(list, member(b->a, adds[i]));
	}
	json_set(body, SLICE("members"), list);
	b->bodies[b->nbodies++] = body;
}

void
dialect_members(struct arena *a, const struct dialect *d,
    const struct json_object *resource, const struct slice *adds, size_t nadds,
    const struct slice *removes, size_t nremoves, struct json_object ***out,
    size_t *n)
{
	struct batch b = { .a = a,
		.d = d,
		.bodies = arena_calloc(
		    a, nadds + nremoves + 1, sizeof(struct json_object *)) };

	if (nadds + nremoves > 0 && d->patch == DIALECT_PUT)
		put_whole(&b, resource, adds, nadds, removes, nremoves);
	for (size_t i = 0; i < nremoves && d->patch != DIALECT_PUT; i++)
		put(&b, "remove", removes[i],
		    d->remove_members == DIALECT_BY_FILTER);
	for (size_t i = 0; i < nadds && d->patch != DIALECT_PUT; i++)
		put(&b, "add", adds[i], false);
	*out = b.bodies;
	*n = b.nbodies;
}
