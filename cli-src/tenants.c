/*
 * tenants.c: the tenants that a verb goes through.
 */
#include "store/tenants.h"
#include "verb.h"

struct search {
	struct arena *a;
	const char *name; /* NULL: all */
	struct named_tenants *found;
};

static void
add(struct search *s, struct slice name, uint32_t number)
{
	struct named_tenants *t = s->found;
	size_t size = t->n * sizeof(*t->list);

	t->list = arena_grow(s->a, t->list, size, size + sizeof(*t->list));
	t->list[t->n++] =
	    (struct named_tenant){ arena_slice(s->a, name), number };
}

static int
tenants_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct search *s = arg;
	struct kv_range *range;
	enum store_status status;
	struct slice name;
	uint32_t number;

	*s->found = (struct named_tenants){ .n = 0 };
	if (tenants_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = tenants_next(range, &name, &number)) == STORE_OK)
		if (s->name == NULL || slice_equal(name, slice_of(s->name)))
			add(s, name, number);
	kv_range_close(range);
	if (status == STORE_FAIL)
		return -1;
	if (s->name != NULL && s->found->n == 0)
		return error_set(
		    err, ERR_NOT_FOUND, "there is no tenant '%s'", s->name);
	return 0;
}

int
workplace_tenants(struct workplace *w, const char *name,
    struct named_tenants *out, struct error *err)
{
	struct search s = { w->arena, name, out };

	return store_view(w->identity.store, tenants_body, &s, err);
}
